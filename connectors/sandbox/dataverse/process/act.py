"""One action under way: its parameters, the rows it works on, what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.bodies import read_body
from connectors.sandbox.dataverse.values import stored
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.model import Column

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem
    from connectors.sandbox.dataverse.writing import Context

NAMESPACE = "Microsoft.Dynamics.CRM."
_ID = Column("id", "guid")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an action answers.

    Args:
        rows: table and row of everything it answers with, as they are now.
        many: whether the answer is a collection.
        typed: whether a row names its type, as an answer of an abstract type does.
    """

    rows: tuple[tuple[str, Row], ...] = ()
    many: bool = False
    typed: bool = False


NOTHING = Answer()


@dataclass(slots=True)
class Act:
    """An action under way; everything it writes is one transaction.

    Args:
        system: the organisation.
        name: the action.
        body: its parameters.
        context: who acts.
        target: table and row of a bound action.
    """

    system: DataverseSystem
    name: str
    body: Mapping[str, Any]
    context: Context
    target: tuple[str, str] | None = None

    @property
    def by_person(self) -> bool:
        """Whether a person acts, whom the process binds; the integration user is not bound."""
        return not self.context.caller.is_integration

    def bound(self) -> Row:
        """The row that a bound action is called on."""
        if self.target is None:
            raise refusals.no_segment(self.name)
        return self.row(*self.target)

    def row(self, table: str, row_id: str) -> Row:
        """A row, or the refusal that it does not exist."""
        found = self.system.storage.get(table, row_id)
        if found is None:
            raise refusals.not_found(table, row_id)
        return found

    def named(self, parameter: str, table: str) -> Row:
        """The row whose id a parameter gives."""
        value = stored(wired(table).table, _ID, self.given(parameter))
        return self.row(table, value)

    def given(self, parameter: str) -> Any:
        """A parameter that the action cannot do without."""
        value = self.body.get(parameter)
        if value is None:
            raise refusals.invalid(f"The required parameter '{parameter}' of {self.name} is empty.")
        return value

    def status(self, *allowed: int) -> int:
        """The status reason that `Status` asks for; -1 means the first allowed one."""
        value = self.given("Status")
        if value == -1:
            return allowed[0]
        if value not in allowed:
            listed = ", ".join(str(one) for one in allowed)
            raise refusals.invalid(
                f"{value} is not a valid status code for {self.name}. Allowed: {listed}."
            )
        return int(value)

    def entity(self, parameter: str, *tables: str) -> Row | None:
        """The row that an entity parameter points to; an abstract one names its type.

        Raises:
            SystemRefusal: the type or the key is missing, or it does not exist.
        """
        value = self.body.get(parameter)
        if value is None:
            return None
        kind = str(value.get("@odata.type", "")).lstrip("#").removeprefix(NAMESPACE)
        if kind not in tables:
            raise refusals.keyless()
        row_id = value.get(wired(kind).table.id_column)
        if row_id is None:
            raise refusals.keyless()
        return self.row(kind, stored(wired(kind).table, _ID, row_id))

    def closing(self, parameter: str, table: str, lookup: str) -> dict[str, Any]:
        """The values of a closing activity that a parameter describes, and whom it closes."""
        value = self.given(parameter)
        if not isinstance(value, Mapping):
            raise refusals.invalid(f"The parameter '{parameter}' of {self.name} is no object.")
        kind = str(value.get("@odata.type", f"{NAMESPACE}{table}")).lstrip("#")
        if kind != f"{NAMESPACE}{table}":
            raise refusals.invalid(f"The parameter '{parameter}' is a {table}, not a {kind}.")
        values = read_body(wired(table).table, value, self.system.resolve, updating=False).values
        if values.get(f"_{lookup}_value") is None:
            raise refusals.keyless()
        return values

    def insert(self, table: str, values: Mapping[str, Any]) -> Row:
        """Create a row as the CRM's own logic."""
        made = self.system.writer.insert(table, values, self.context.deeper())
        return self.row(table, made[wired(table).table.id_column])

    def change(self, table: str, row_id: str, values: Mapping[str, Any]) -> Row:
        """Change a row as the CRM's own logic, where it differs."""
        self.system.writer.change(table, row_id, values, self.context.deeper())
        return self.row(table, row_id)

    def where(self, table: str, **values: Any) -> list[Row]:
        """Rows whose properties have these values, oldest first."""
        ids = self.system.indexes.find(table, tuple(values), values.values())
        return [self.row(table, row_id) for row_id in ids]

    def draw(self, prefix: str) -> str:
        """The next number of a series, `ACC-000001`."""
        return f"{prefix}-{self.system.storage.next_value(prefix):06d}"


Action = Callable[[Act], Answer]


@dataclass
class Actions:
    """The actions by name, and what they are bound to."""

    _unbound: dict[str, Action] = field(default_factory=dict)
    _on_row: dict[tuple[str, str], Action] = field(default_factory=dict)
    _on_set: dict[tuple[str, str], Action] = field(default_factory=dict)

    def on(
        self, name: str, *, row: str | None = None, table: str | None = None, root: bool = True
    ) -> Callable[[Action], Action]:
        """Register an action of the root, of a table's rows (`row`) or of a set (`table`)."""

        def register(action: Action) -> Action:
            if row is not None:
                self._on_row[row, name] = action
            if table is not None:
                self._on_set[table, name] = action
            if root and row is None:
                self._unbound[name] = action
            return action

        return register

    def find(self, name: str, table: str | None = None, *, on_row: bool = False) -> Action | None:
        """The action of the root, of a set, or of a row; `None` when there is none."""
        if table is None:
            return self._unbound.get(name)
        return (self._on_row if on_row else self._on_set).get((table, name))


ACTIONS = Actions()
