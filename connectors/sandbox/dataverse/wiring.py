"""The wire's view of a table: property names, lookups by property, an empty row to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.kernel.model import Column, Table, Target

Row = dict[str, Any]


def property_of(column: Column) -> str:
    """The property a column reads as; a lookup reads as `_name_value`."""
    return f"_{column.name}_value" if column.kind == "lookup" else column.name


@dataclass(frozen=True, slots=True)
class Wired:
    """One table, prepared for reading and writing rows.

    Args:
        table: the table.
        properties: property name to column, write-only columns left out.
        writable: column name to column, for those that a body names directly.
        bindings: navigation property to its lookup column and target.
        empty: a new row with every property, defaults filled in.
        key_properties: per alternate key, its properties.
    """

    table: Table
    properties: Mapping[str, Column]
    writable: Mapping[str, Column]
    bindings: Mapping[str, tuple[Column, Target]]
    empty: Mapping[str, Any]
    key_properties: tuple[tuple[str, ...], ...]


@cache
def wired(name: str) -> Wired:
    """The prepared table of a logical name."""
    table = all_tables()[name]
    shown = [column for column in table.columns if not column.write_only]
    return Wired(
        table,
        {property_of(column): column for column in shown},
        {column.name: column for column in table.columns if column.kind != "lookup"},
        table.by_navigation,
        {"@odata.etag": "", **{property_of(column): column.default for column in shown}},
        tuple(
            tuple(property_of(table.by_name[name]) for name in key.columns) for key in table.keys
        ),
    )


@cache
def sets() -> Mapping[str, Table]:
    """Every table by entity set."""
    return {table.entity_set: table for table in all_tables().values()}


@cache
def referencing(name: str) -> tuple[tuple[str, str], ...]:
    """The (table, property) pairs of every lookup that may point to a table."""
    return tuple(
        (table.name, property_of(column))
        for table in all_tables().values()
        for column in table.lookups
        if any(target.table == name for target in column.targets)
    )
