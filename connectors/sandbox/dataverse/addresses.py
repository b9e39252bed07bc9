"""Row addresses: `accounts(guid)`, `accounts(accountnumber='A',…)`, absolute and relative."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.wiring import sets, wired
from connectors.sandbox.kernel.model import Table
from connectors.sandbox.kernel.query import split_outside

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_SEGMENT = re.compile(r"^(?P<set>[A-Za-z_]\w*)(?:\((?P<key>.*)\))?$", re.DOTALL)
ROOT = "/api/data/v9.2/"


@dataclass(frozen=True, slots=True)
class RowAddress:
    """A table and how one of its rows is named: by id, or by alternate key values."""

    table: Table
    row_id: str | None = None
    key: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def relative(address: str) -> str:
    """The part of an absolute, rooted or relative address after the service root."""
    _, found, rest = address.partition(ROOT)
    return rest if found else address.lstrip("/")


def parse_row_address(address: str) -> RowAddress:
    """Read a row address as bodies and `$ref` links hold it.

    Raises:
        SystemRefusal: not an address of one row.
    """
    path = unquote(relative(address).partition("?")[0])
    match = _SEGMENT.match(path)
    if match is None or match["key"] is None:
        raise refusals.bad_query(f"Invalid resource path '{address}'.")
    return row_address(table_of_set(match["set"]), match["key"])


def table_of_set(name: str) -> Table:
    """The table of an entity set; names are case-sensitive.

    Raises:
        SystemRefusal: there is no such set.
    """
    table = sets().get(name)
    if table is None:
        raise refusals.no_segment(name)
    return table


def row_address(table: Table, key: str) -> RowAddress:
    """Read the text between the parentheses; a row id stands bare, never in quotes.

    Raises:
        SystemRefusal: the text is neither an id nor a full alternate key.
    """
    if _GUID.fullmatch(key):
        return RowAddress(table, key.lower(), text=key)
    values: dict[str, Any] = {}
    for pair in split_outside(key, ","):
        name, equals, literal = pair.partition("=")
        if not equals:
            raise refusals.bad_query(
                f"Error in the key '({key})': a row of {table.entity_set} is named by its id "
                "without quotes, or by name=value pairs of an alternate key."
            )
        values[name.strip()] = _literal(table, name.strip(), literal.strip())
    if values.keys() == {table.id_column}:
        return RowAddress(table, str(values[table.id_column]).lower(), text=key)
    if not any(set(properties) == values.keys() for properties in wired(table.name).key_properties):
        raise refusals.bad_query(
            f"Invalid resource segment. The key property names {', '.join(values)} are no "
            f"alternate key of the {table.name} entity."
        )
    return RowAddress(table, None, values, key)


def _literal(table: Table, name: str, text: str) -> Any:
    column = wired(table.name).properties.get(name)
    if column is None:
        raise refusals.unknown_property(name, table.name)
    if text.startswith("'"):
        if not text.endswith("'") or len(text) < 2:
            raise refusals.bad_query(f"Unterminated string literal in key value '{text}'.")
        if column.kind in {"guid", "lookup"}:
            raise refusals.bad_query(f"The value of '{name}' is an id and stands without quotes.")
        return text[1:-1].replace("''", "'")
    if _GUID.fullmatch(text):
        return text.lower()
    if column.kind in {"string", "memo"}:
        raise refusals.bad_query(f"The value of '{name}' is a text and stands in single quotes.")
    if column.kind in {"integer", "bigint", "choice"}:
        try:
            return int(text)
        except ValueError:
            raise refusals.bad_query(f"The value of '{name}' is no whole number.") from None
    return text
