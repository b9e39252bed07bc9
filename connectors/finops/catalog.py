"""What the ERP says of its own entities: which properties there are, and of which type.

The types decide how a value is written into a key or filter: text in quotes, numbers and instants
bare, an enum's member behind its type's full name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.odata.answer import items_of
from connectors.odata.keys import literal, parse_predicate, predicate
from connectors.odata.keys import text_literal as quoted_text
from connectors.odata.transport import Transport
from sync.core.row import Scalar, TableSpec
from sync.errors import ColumnMissing, ContractBroken

COMPANY = "dataAreaId"
_CURE = "Add it to the ERP, or take it out of the table map."
_BARE = frozenset({"Edm.DateTimeOffset", "Edm.Date", "Edm.Guid", "Edm.Int64", "Edm.Int32"})


@dataclass(frozen=True)
class Entity:
    """One entity set.

    Attributes:
        spec: What the maps use of it.
        types: Property → type name, e.g. `Edm.String` or an enum's full name.
        name: The data entity's internal name, e.g. `CustCustomerV3Entity`.
    """

    spec: TableSpec
    types: Mapping[str, str]
    name: str
    columns: tuple[str, ...] = field(init=False)
    missing: frozenset[str] = field(init=False)
    select: str = field(init=False)

    def __post_init__(self) -> None:
        columns = tuple(dict.fromkeys((*self.spec.keys, *self.spec.columns)))
        object.__setattr__(self, "columns", columns)
        missing = frozenset(column for column in columns if column not in self.types)
        object.__setattr__(self, "missing", missing)
        there = (column for column in columns if column not in missing)
        object.__setattr__(self, "select", ",".join(there))

    def lacks(self, column: str) -> ColumnMissing:
        """That the ERP has no such column, as an error."""
        table = self.spec.table
        message = f"Entity set {table!r} of the ERP has no column {column!r}."
        return ColumnMissing(message, table=table, column=column, cure=_CURE)

    def is_enum(self, column: str) -> bool:
        """Whether the column's values are members of an enum."""
        return not self.types[column].startswith("Edm.") if column in self.types else False

    def is_decimal(self, column: str) -> bool:
        """Whether the column's values are decimals, also those that come without a fraction."""
        return self.types.get(column) in ("Edm.Decimal", "Edm.Double")

    def literal(self, column: str, value: Scalar) -> str:
        """A value as the ERP wants it in a filter or in a key of an address."""
        if isinstance(value, str) and self.is_enum(column):
            return f"{self.types[column]}{quoted_text(value)}"
        return literal(value, quoted=self.types.get(column) not in _BARE)

    def row_id(self, values: Mapping[str, Any]) -> str | None:
        """The row's id from its key columns; `None` when one of them is not there.

        Enum members stand in it as plain texts, and the company in lower case, as the ERP keeps it.
        """
        literals: dict[str, str] = {}
        for column in self.spec.keys:
            value = values.get(column)
            if value is None:
                return None
            if column in (COMPANY, self.spec.company) and isinstance(value, str):
                value = value.lower()
            literals[column] = literal(value, quoted=self.types.get(column) not in _BARE)
        return predicate(literals)

    def key(self, row_id: str) -> dict[str, Scalar]:
        """The key columns' values in a row's id.

        Raises:
            ContractBroken: It is not an id of this entity.
        """
        try:
            values = parse_predicate(row_id)
        except ValueError as error:
            raise ContractBroken(str(error)) from error
        if set(values) != set(self.spec.keys):
            raise ContractBroken(
                f"{row_id!r} is not a key of {self.spec.table!r}, which is "
                f"{', '.join(self.spec.keys)}.",
                cure="Name the entity's whole key in the table map.",
            )
        return values

    def address_key(self, row_id: str) -> str:
        """The key predicate for an address."""
        values = self.key(row_id)
        return predicate({column: self.literal(column, values[column]) for column in values})


def known(entities: Mapping[str, Entity], name: str) -> Entity:
    """The entity of that set.

    Raises:
        ContractBroken: No map named it.
    """
    if name not in entities:
        raise ContractBroken(
            f"The ERP connector was not told of entity set {name!r}.",
            cure="Name the entity set in a table map.",
        )
    return entities[name]


class Catalog:
    """Reads the metadata service once, when it is first needed.

    Args:
        transport: The way to the system.
        path: Where the metadata service stands.
        specs: The entity sets.
    """

    def __init__(self, transport: Transport, path: str, specs: Mapping[str, TableSpec]) -> None:
        self._transport, self._path, self._specs = transport, path, specs
        self._lock = asyncio.Lock()
        self._entities: dict[str, Entity] = {}

    @property
    def first(self) -> TableSpec:
        """One of the entity sets."""
        return next(iter(self._specs.values()))

    async def entities(self) -> Mapping[str, Entity]:
        """Every entity, by entity set.

        Raises:
            ContractBroken: The system does not have one of them, or not all of its columns.
        """
        if not self._entities:
            async with self._lock:
                if not self._entities:
                    self._entities = await self._read()
        return self._entities

    async def _read(self) -> dict[str, Entity]:
        listed = (await self._transport.get(f"{self._path}DataEntities")).json()
        names = {
            item.get("PublicCollectionName"): (item["Name"], str(item.get("PublicEntityName")))
            for item in items_of(listed, "Name")
        }
        missing = [name for name in self._specs if name not in names]
        if missing:
            raise ContractBroken(f"The ERP has no entity set {missing[0]!r}.", cure=_CURE)
        found = await asyncio.gather(
            *(self._entity(spec, *names[name]) for name, spec in self._specs.items())
        )
        return {entity.spec.table: entity for entity in found}

    async def _entity(self, spec: TableSpec, internal: str, public: str) -> Entity:
        answer = await self._transport.get(f"{self._path}PublicEntities('{public}')")
        types = {
            item["Name"]: str(item.get("TypeName", "Edm.String"))
            for item in items_of(answer.json(), "Name", within="Properties")
        }
        entity = Entity(spec, types, internal)
        for column in spec.keys:
            if column in entity.missing:
                raise ContractBroken(entity.lacks(column).message, cure=_CURE)
        return entity
