"""Filters of the CRM: text in quotes, ids bare, by the columns' types."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.dataverse.catalog import GUID_TYPES, Table
from connectors.odata.keys import literal
from sync.core.row import Scalar

_BARE = GUID_TYPES | {"DateTime"}


def equals(table: Table, wanted: Mapping[str, Scalar]) -> str:
    """A filter for the rows that have all these column values."""
    return " and ".join(_condition(table, column, value) for column, value in wanted.items())


def _condition(table: Table, column: str, value: Scalar) -> str:
    bare = table.is_lookup(column) or table.types.get(column) in _BARE
    return f"{table.wire_name(column)} eq {literal(value, quoted=not bare)}"
