"""The table model: what a system knows about its tables, driving metadata and validation alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal[
    "string",
    "memo",
    "integer",
    "bigint",
    "decimal",
    "money",
    "boolean",
    "choice",
    "guid",
    "lookup",
    "datetime",
    "date",
    "enum",
]


@dataclass(frozen=True, slots=True)
class Target:
    """One table that a lookup may point to, and the navigation property that binds it."""

    table: str
    navigation: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        name: the column's own name; on the CRM's wire a lookup reads as `_name_value`.
        max_length: longest text in characters, for `string` and `memo`.
        options: allowed values of a choice (number to label) or enum (member to number).
        required: the system refuses a new row without it.
        read_only: clients may not write it.
        targets: where a lookup may point to; more than one means polymorphic.
        precision: digits after the point, for `decimal` and `money`.
        default: what an empty column holds on a new row.
        enum: the name of the enumeration type, for `enum`.
        write_only: never shown on a read (a secret).
    """

    name: str
    kind: Kind
    max_length: int | None = None
    options: Mapping[int | str, str | int] | None = None
    required: bool = False
    read_only: bool = False
    targets: tuple[Target, ...] = ()
    precision: int | None = None
    default: object = None
    enum: str | None = None
    write_only: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An alternate key: a name and the columns that together are unique."""

    name: str
    columns: tuple[str, ...]
    label: str | None = None


@dataclass(frozen=True)
class Table:
    """One table.

    Args:
        name: logical name (`account`; on the ERP the entity type, `CustomerV3`).
        entity_set: the name in the address (`accounts`, `CustomersV3`).
        id_column: the row identifier, for systems that have one; else empty.
        key_columns: the natural key, for systems that address rows by it.
        states: state to its allowed status reasons, the first one is the default.
        change_tracking: whether delta reads are allowed.
        primary_name: the column that names a row to people.
        company: the lookup column that scopes a row to a company, or `None`.
    """

    name: str
    entity_set: str
    columns: tuple[Column, ...]
    id_column: str = ""
    key_columns: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    states: Mapping[int, tuple[int, ...]] | None = None
    change_tracking: bool = False
    primary_name: str | None = None
    company: str | None = None
    collections: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by their own name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_navigation(self) -> Mapping[str, tuple[Column, Target]]:
        """The lookups by navigation property name."""
        return {
            target.navigation: (column, target)
            for column in self.columns
            for target in column.targets
        }

    @cached_property
    def lookups(self) -> tuple[Column, ...]:
        """The lookup columns."""
        return tuple(column for column in self.columns if column.kind == "lookup")
