"""The declarative model: an entity is named columns of base rows.

Reads, writes, validation, `$metadata` and the metadata service all follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.kinds import Kind, kind
from connectors.sandbox.finops.tables import PARTY_COLUMNS, TABLES, Row

Rows = dict[str, Row]
"""The base rows of one entity row, by alias; the first one is the root."""
Join = Callable[[Database, Rows], None]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity.

    Args:
        name: the name on the wire.
        alias: which base row it comes from.
        column: that row's stored or computed column.
        kind: what its values look like.
        key: part of the entity key.
        mandatory: refused when empty on a new row.
        on_create: may be set on a new row.
        on_update: may be changed later.
        label: the name that error texts use.
    """

    name: str
    alias: str
    column: str
    kind: Kind
    key: bool
    mandatory: bool
    on_create: bool
    on_update: bool
    label: str


@dataclass(frozen=True)
class Source:
    """Where an entity's rows come from.

    Args:
        aliases: alias to base table, root first.
        scan: all rows.
        locate: the row with the given values of the key fields, by key field name.
        of_party: the rows that show a party, for entities that do.
        of_location: the rows that show a location, for entities without a party.
    """

    aliases: Mapping[str, str]
    scan: Callable[[Database], Iterator[Rows]]
    locate: Callable[[Database, Mapping[str, Any]], Rows | None]
    of_party: Callable[[Database, str], Iterable[Rows]] | None = None
    of_location: Callable[[Database, str], Iterable[Rows]] | None = None


@dataclass(frozen=True)
class Entity:
    """One data entity.

    Args:
        set_name: the public collection name, the one in the address.
        type_name: the public entity name.
        system_name: the name in the ERP, shown in error texts and, lower-case, in data events.
        label: the name that people and table maps use.
        source: where its rows come from.
        joins: what brings in the further base rows.
        aliases: every alias to its base table.
        fields: every field, by name, in order.
        read_only: clients may not write it at all.
    """

    set_name: str
    type_name: str
    system_name: str
    label: str
    source: Source
    joins: tuple[Join, ...]
    aliases: Mapping[str, str]
    fields: Mapping[str, Field]
    read_only: bool = False

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The key fields, in order."""
        return tuple(field.name for field in self.fields.values() if field.key)

    @cached_property
    def has_company(self) -> bool:
        """Whether rows belong to a company."""
        return "dataAreaId" in self.fields

    @cached_property
    def tables(self) -> frozenset[str]:
        """The base tables that it shows."""
        return frozenset(self.aliases.values())

    @cached_property
    def event_name(self) -> str:
        """The name of its virtual table, which data events carry."""
        return f"mserp_{self.system_name.lower()}"

    def derivation(self, field: Field) -> Callable[[Row], Any] | None:
        """How a computed field follows from its base row, `None` for a stored one."""
        found = TABLES[self.aliases[field.alias]].computed.get(field.column)
        return None if found is None else found[1]

    @cached_property
    def plan(self) -> tuple[tuple[str, str, str, Any, Callable[[Row], Any] | None], ...]:
        """How to read each field: name, alias, column, empty value, derivation."""
        return tuple(
            (field.name, field.alias, field.column, field.kind.blank, self.derivation(field))
            for field in self.fields.values()
        )

    @cached_property
    def party_fields(self) -> tuple[str, ...]:
        """The fields that hold the number of a party at which the row is found."""
        return tuple(
            field.name
            for field in self.fields.values()
            if field.column in PARTY_COLUMNS.get(field.alias, ())
        )

    @cached_property
    def bare_keys(self) -> frozenset[str]:
        """The key fields whose values stand without quotes in an address."""
        return frozenset(
            name for name in self.keys if self.fields[name].kind.edm == "Edm.DateTimeOffset"
        )

    @cached_property
    def blank_body(self) -> Mapping[str, Any]:
        """Every field that may be changed, empty: what replacing a row starts from."""
        return {field.name: field.kind.blank for field in self.fields.values() if field.on_update}

    @cached_property
    def root(self) -> str:
        """The alias of the root row."""
        return next(iter(self.source.aliases))


_FLAGS = {"*", "k", "c", "r"}


def parse_fields(
    text: str, aliases: Mapping[str, str], labels: Mapping[str, str], *, read_only: bool
) -> dict[str, Field]:
    """Read the short notation of fields: lines of `Name alias.column flags`.

    A kind after the column (`party.type:s20`) is what the entity shows it as: the public type of
    some fields is a text where the base table has an enumeration.
    Flags: `k` key, `*` mandatory, `c` only on a new row, `r` never written by clients.

    Raises:
        KeyError: an alias or column that does not exist.
    """
    fields = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, place, *rest = line.split()
        flags = set("".join(rest))
        if not flags <= _FLAGS:
            raise ValueError(f"unknown flags in '{line}'")
        place, _, shown_as = place.partition(":")
        alias, column = place.split(".")
        writable = not read_only and "r" not in flags
        fields[name] = Field(
            name=name,
            alias=alias,
            column=column,
            kind=kind(shown_as) if shown_as else TABLES[aliases[alias]].kind_of(column),
            key="k" in flags,
            mandatory="*" in flags,
            on_create=writable,
            on_update=writable and not flags & {"k", "c"},
            label=labels.get(name, name),
        )
    return fields
