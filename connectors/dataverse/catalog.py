"""What the CRM says of its own tables: names, column types, and how a lookup is written.

The name under which a lookup is written (its navigation property) may differ from the column's in
case and, for lookups with several targets, by target: it is read from the metadata, never guessed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.odata.answer import Answer, items_of
from connectors.odata.keys import address
from connectors.odata.reads import Reads
from connectors.odata.transport import Transport
from sync.core.row import TableSpec
from sync.errors import ColumnMissing, ContractBroken

LOOKUP_TYPES = frozenset({"Lookup", "Customer", "Owner"})
DECIMAL_TYPES = frozenset({"Money", "Decimal", "Double"})
GUID_TYPES = frozenset({"Uniqueidentifier"})
STAMPS = ("versionnumber", "modifiedon", "modifiedby")
_DETAILS = (
    ("Attributes", {"$select": "LogicalName,AttributeType"}),
    (
        "ManyToOneRelationships",
        {
            "$select": "ReferencingAttribute,ReferencingEntityNavigationPropertyName,"
            "ReferencedEntity"
        },
    ),
)
_CURE = "Add it to the CRM, or take it out of the table map."


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        spec: What the maps use of it.
        logical: Its logical name, e.g. `account`.
        types: Column → attribute type, for every column of the table.
        navigation: Lookup column → entity set of the target → navigation property.
        tracked: Whether change tracking is on, as far as the metadata tells.
    """

    spec: TableSpec
    logical: str
    types: Mapping[str, str]
    navigation: Mapping[str, Mapping[str, str]]
    tracked: bool = True
    columns: tuple[str, ...] = field(init=False)
    wire_names: Mapping[str, str] = field(init=False)
    missing: frozenset[str] = field(init=False)
    select: str = field(init=False)

    def __post_init__(self) -> None:
        columns = tuple(dict.fromkeys((*self.spec.keys, *self.spec.columns)))
        wire = {column: self.wire_name(column) for column in columns}
        stamps = [self.wire_name(stamp) for stamp in STAMPS if stamp in self.types]
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "wire_names", wire)
        missing = frozenset(column for column in columns if column not in self.types)
        object.__setattr__(self, "missing", missing)
        there = [wire[column] for column in columns if column not in missing]
        object.__setattr__(self, "select", ",".join(dict.fromkeys((*there, *stamps))))

    def lacks(self, column: str) -> ColumnMissing:
        """That the CRM has no such column, as an error."""
        table = self.spec.table
        message = f"Table {table!r} of the CRM has no column {column!r}."
        return ColumnMissing(message, table=table, column=column, cure=_CURE)

    def is_lookup(self, column: str) -> bool:
        """Whether the column points to another row."""
        return column in self.spec.lookups or self.types.get(column) in LOOKUP_TYPES

    def wire_name(self, column: str) -> str:
        """The name under which a column is read."""
        return f"_{column}_value" if self.is_lookup(column) else column

    def binding(self, column: str, target: str | None) -> str:
        """The navigation property that writes a lookup.

        Args:
            column: The lookup column.
            target: The entity set it shall point to; `None` for any, to clear it.

        Raises:
            ContractBroken: The column cannot point there.
        """
        by_target = self.navigation.get(column, {})
        found = by_target.get(target) if target else next(iter(by_target.values()), None)
        if found is None:
            raise ContractBroken(
                f"Column {column!r} of table {self.spec.table!r} cannot point to {target!r}; "
                f"it can point to {', '.join(sorted(by_target)) or 'nothing'}.",
                cure="Correct the lookup's targets in the table map.",
            )
        return found


def known(tables: Mapping[str, Table], name: str) -> Table:
    """The table of that entity set.

    Raises:
        ContractBroken: No map named it.
    """
    if name not in tables:
        raise ContractBroken(
            f"The CRM connector was not told of table {name!r}.",
            cure="Name the table in a table map.",
        )
    return tables[name]


class Catalog:
    """Reads the metadata once, when it is first needed.

    Args:
        transport: The way to the system.
        reads: Sends many reads together.
        specs: The tables, by entity set.
    """

    def __init__(self, transport: Transport, reads: Reads, specs: Mapping[str, TableSpec]) -> None:
        self._transport, self._reads, self._specs = transport, reads, specs
        self._lock = asyncio.Lock()
        self._tables: dict[str, Table] = {}

    async def tables(self) -> Mapping[str, Table]:
        """Every table, by entity set."""
        if not self._tables:
            async with self._lock:
                if not self._tables:
                    self._tables = await self._read()
        return self._tables

    def set_of(self, logical: str) -> str | None:
        """The entity set of a logical name, among the tables of the maps.

        Before the metadata was read, the id column tells, which is the logical name and `id`.
        """
        for table in self._tables.values():
            if table.logical == logical:
                return table.spec.table
        if not self._tables:
            for spec in self._specs.values():
                if spec.keys[0] == f"{logical}id":
                    return spec.table
        return None

    async def _read(self) -> dict[str, Table]:
        fields = "LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
        answer = await self._transport.get(address("EntityDefinitions", {"$select": fields}))
        # Tables that the Web API does not offer have no entity set.
        entities = [
            item for item in items_of(answer.json(), "LogicalName") if item.get("EntitySetName")
        ]
        by_set = {entity["EntitySetName"]: entity for entity in entities}
        set_of = {entity["LogicalName"]: entity["EntitySetName"] for entity in entities}
        missing = [name for name in self._specs if name not in by_set]
        if missing:
            raise ContractBroken(f"The CRM has no table {missing[0]!r}.", cure=_CURE)
        details = [
            self._reads.get(
                f"EntityDefinitions(LogicalName='{by_set[name]['LogicalName']}')/{path}", query
            )
            for name in self._specs
            for path, query in _DETAILS
        ]
        answers = iter(await self._reads.answers(details))
        tables: dict[str, Table] = {}
        for name, spec in self._specs.items():
            attributes, relationships = (_values(name, next(answers)) for _ in _DETAILS)
            tables[name] = _table(spec, by_set[name], attributes, relationships, set_of)
        return tables


def _values(table: str, answer: Answer) -> list[dict[str, Any]]:
    if answer.status >= 400:
        raise ContractBroken(f"The CRM tells nothing of table {table!r}.", cure=_CURE)
    return items_of(answer.json())


def _table(
    spec: TableSpec,
    entity: Mapping[str, Any],
    attributes: list[dict[str, Any]],
    relationships: list[dict[str, Any]],
    set_of: Mapping[str, str],
) -> Table:
    types = {str(item.get("LogicalName")): str(item.get("AttributeType")) for item in attributes}
    navigation: dict[str, dict[str, str]] = {}
    for item in relationships:
        target = set_of.get(str(item.get("ReferencedEntity")))
        name = item.get("ReferencingEntityNavigationPropertyName")
        if target is not None and isinstance(name, str):
            navigation.setdefault(str(item.get("ReferencingAttribute")), {})[target] = name
    table = Table(
        spec,
        entity["LogicalName"],
        types,
        navigation,
        entity.get("ChangeTrackingEnabled") is not False,
    )
    for column in spec.keys:
        if column in table.missing:
            raise ContractBroken(table.lacks(column).message, cure=_CURE)
    for column, targets in spec.lookups.items():
        for target in targets if column not in table.missing else ():
            table.binding(column, target)
    return table
