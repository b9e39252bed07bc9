"""Reads a body into property values, bindings resolved to row ids, nested rows set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import RowAddress, parse_row_address
from connectors.sandbox.dataverse.values import stored
from connectors.sandbox.dataverse.wiring import wired
from connectors.sandbox.kernel.model import Column, Table, Target

Find = Callable[[RowAddress], str]


@dataclass
class Body:
    """A body, understood.

    Args:
        values: property to stored value, for the row itself.
        parents: nested rows behind a lookup: (property, target table, body).
        children: nested rows of a collection: (table, lookup column, bodies).
        associations: existing rows bound to a collection: (table, lookup column, ids).
    """

    values: dict[str, Any] = field(default_factory=dict)
    parents: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    children: list[tuple[str, str, list[Mapping[str, Any]]]] = field(default_factory=list)
    associations: list[tuple[str, str, list[str]]] = field(default_factory=list)
    secrets: dict[str, Any] = field(default_factory=dict)


def read_body(table: Table, body: Mapping[str, Any], find: Find, *, updating: bool) -> Body:
    """Understand a body, or refuse it as Dataverse does; read-only columns are ignored.

    Args:
        table: the table that is written.
        body: the JSON object.
        find: resolves a bound address to a row id, refusing one that does not exist.
        updating: a lookup may be cleared by binding null.
    """
    known = wired(table.name)
    result = Body()
    for name, value in body.items():
        base, at, annotation = name.partition("@")
        if at:
            if annotation == "odata.bind":
                _bind(table, result, base, value, find, updating)
            continue
        column = known.writable.get(name)
        if column is not None:
            _plain(table, result, column, value)
        elif name in known.bindings:
            _nested(result, known.bindings[name], value)
        elif name in table.collections:
            child, lookup = table.collections[name]
            result.children.append((child, lookup, list(value)))
        elif name in known.properties:
            raise refusals.bad_payload(
                table.entity_set,
                "CRM do not support direct update of Entity Reference properties, Use Navigation "
                f"properties instead (property '{name}').",
            )
        else:
            raise refusals.undeclared(table.entity_set, name, table.name)
    return result


def _plain(table: Table, result: Body, column: Column, value: Any) -> None:
    checked = stored(table, column, value)
    if column.read_only:
        return
    if column.write_only:
        result.secrets[column.name] = checked
    else:
        result.values[column.name] = checked


def _nested(result: Body, binding: tuple[Column, Target], value: Any) -> None:
    column, target = binding
    name = f"_{column.name}_value"
    if value is None:
        result.values[name] = None
    else:
        result.parents.append((name, target.table, value))


def _bind(
    table: Table, result: Body, navigation: str, value: Any, find: Find, updating: bool
) -> None:
    if navigation in table.collections and isinstance(value, list):
        child, lookup = table.collections[navigation]
        ids = [find(parse_row_address(item)) for item in value]
        result.associations.append((child, lookup, ids))
        return
    binding = wired(table.name).bindings.get(navigation)
    if binding is None:
        raise refusals.undeclared_navigation(table.entity_set, navigation)
    column, _ = binding
    if column.read_only:
        return
    if value is None or value == "":
        if updating or value is None:
            result.values[f"_{column.name}_value"] = None
        return
    if not isinstance(value, str):
        raise refusals.bad_payload(
            table.entity_set, f"The value of '{navigation}@odata.bind' is not an address."
        )
    address = parse_row_address(value)
    allowed = {target.table for target in column.targets if target.navigation == navigation}
    if address.table.name not in allowed:
        raise refusals.bad_payload(
            table.entity_set,
            f"The property '{navigation}' cannot be bound to '{address.table.entity_set}'.",
        )
    result.values[f"_{column.name}_value"] = find(address)
