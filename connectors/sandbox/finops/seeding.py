"""Rows for tests and demonstrations, by entity: writable ones as a person would make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Entity
from connectors.sandbox.finops.system import SYSTEM, FinopsSystem
from connectors.sandbox.finops.tables import TABLES
from connectors.sandbox.finops.values import parse
from connectors.sandbox.finops.views import key_of
from connectors.sandbox.kernel.tokens import Caller


def seed_rows(
    system: FinopsSystem, body: Mapping[str, Any], caller: Caller = SYSTEM
) -> dict[str, list[dict[str, Any]]]:
    """Add rows, all or none.

    Args:
        system: the ERP.
        body: entity set to a list of bodies, in the order in which they are to be made.
        caller: who makes them.

    Returns:
        entity set to the keys of the new rows.

    Raises:
        SystemRefusal: a row that the ERP would refuse.
    """
    made: dict[str, list[dict[str, Any]]] = {}
    with system.transaction(caller):
        for set_name, rows in body.items():
            entity = system.entity(set_name)
            if not isinstance(rows, list):
                raise refusals.bad_request(f"'{set_name}' needs a list of rows.")
            for row in rows:
                view = (
                    _base_row(system, entity, row)
                    if entity.read_only
                    else system.create(set_name, row, caller)
                )
                made.setdefault(set_name, []).append(key_of(entity, view))
    return made


def _base_row(system: FinopsSystem, entity: Entity, body: Mapping[str, Any]) -> dict[str, Any]:
    if len(entity.source.aliases) > 1:
        raise refusals.read_only(entity.set_name)
    columns: dict[str, Any] = {}
    for name, raw in body.items():
        known = entity.fields.get(name)
        if known is None:
            raise refusals.unknown_property(entity.type_name, name)
        if known.column in TABLES[entity.root].columns:
            columns[known.column] = parse(entity, known, raw)
    for name in entity.keys:
        if not columns.get(entity.fields[name].column):
            raise refusals.mandatory(entity.system_name, name)
    table = TABLES[entity.root]
    if system.db.rows(entity.root).get(table.key_of(columns)) is not None:
        raise refusals.duplicate(
            entity.system_name, entity.label, table.system_name, str(table.key_of(columns))
        )
    system.db.insert(entity.root, columns)
    return {name: columns[entity.fields[name].column] for name in entity.keys}
