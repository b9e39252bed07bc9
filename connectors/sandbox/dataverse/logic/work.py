"""One write under way, as the business rules see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.sandbox.dataverse.wiring import Row
from connectors.sandbox.kernel.model import Table

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem
    from connectors.sandbox.dataverse.writing import Context


@dataclass(slots=True)
class Work:
    """A row being written.

    Args:
        system: the organisation.
        table: the row's table.
        row_id: the row's id.
        row: the row as it will be; rules that run before the write may set properties here.
        before: the row as it was, `None` when it is new.
        sent: the properties that the caller wrote.
        context: who writes, and how deep inside the CRM's own logic.
    """

    system: DataverseSystem
    table: Table
    row_id: str
    row: Row
    before: Row | None
    sent: Mapping[str, Any]
    context: Context

    @property
    def gab(self) -> bool:
        """Whether the party and global address book solution is installed."""
        return self.system.gab

    @property
    def by_person(self) -> bool:
        """Whether a person wrote this row, not the integration nor the CRM's own logic."""
        return not self.context.caller.is_integration and self.context.depth == 1

    @property
    def new(self) -> bool:
        """Whether the row is being created."""
        return self.before is None

    def changed(self, *names: str) -> bool:
        """Whether any of these properties is new or differs from before."""
        if self.before is None:
            return any(self.row.get(name) is not None for name in names)
        return any(self.row.get(name) != self.before.get(name) for name in names)

    def other(self, table: str, row_id: str | None) -> Row | None:
        """Another row, or `None`."""
        return None if row_id is None else self.system.storage.get(table, row_id)

    def where(self, table: str, **values: Any) -> list[Row]:
        """Other rows whose properties have these values; uses an index."""
        names = tuple(values)
        ids = self.system.indexes.find(table, names, values.values())
        rows = [self.system.storage.get(table, row_id) for row_id in ids]
        return [row for row in rows if row is not None]

    def insert(self, table: str, values: Mapping[str, Any]) -> Row:
        """Create another row in the same transaction."""
        return self.system.writer.insert(table, values, self.context.deeper())

    def change(self, table: str, row_id: str, values: Mapping[str, Any]) -> None:
        """Change another row in the same transaction, where it differs."""
        self.system.writer.change(table, row_id, values, self.context.deeper())

    def drop(self, table: Table, row: Row) -> None:
        """Delete another row in the same transaction."""
        self.system.writer.remove(table, row, self.context.deeper())

    def draw(self, prefix: str) -> str:
        """The next number of a CRM auto-number column, `CPA-000001`."""
        return f"{prefix}-{self.system.storage.next_value(prefix):06d}"


Rule = Callable[[Work], None]


@dataclass
class Rules:
    """The business rules by table and moment, in the order they are registered."""

    _before: dict[str, list[Rule]] = field(default_factory=dict)
    _after: dict[str, list[Rule]] = field(default_factory=dict)
    _deleting: dict[str, list[Rule]] = field(default_factory=dict)
    _removed: dict[str, list[Rule]] = field(default_factory=dict)
    _everywhere: list[Rule] = field(default_factory=list)

    def everywhere(self, rule: Rule) -> Rule:
        """Register a rule before every write of every table; it runs after the table's own."""
        self._everywhere.append(rule)
        return rule

    def on(self, moment: str, *tables: str) -> Callable[[Rule], Rule]:
        """Register a rule `before` or `after` a write, `deleting` or once a row is `removed`."""
        registry = {
            "before": self._before,
            "after": self._after,
            "deleting": self._deleting,
            "removed": self._removed,
        }[moment]

        def register(rule: Rule) -> Rule:
            for table in tables:
                registry.setdefault(table, []).append(rule)
            return rule

        return register

    def before(self, table: str) -> list[Rule]:
        """The rules before a write."""
        return [*self._before.get(table, ()), *self._everywhere]

    def after(self, table: str) -> list[Rule]:
        """The rules after a write."""
        return self._after.get(table, [])

    def deleting(self, table: str) -> list[Rule]:
        """The rules before a delete; they may refuse it."""
        return self._deleting.get(table, [])

    def removed(self, table: str) -> list[Rule]:
        """The rules after a delete."""
        return self._removed.get(table, [])
