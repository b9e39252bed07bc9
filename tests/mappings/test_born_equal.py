"""Both local systems are born with reference data that the maps find equal.

Else the first contact of a new installation would begin with conflicts.
"""

from __future__ import annotations

from typing import Any

import pytest

from mappings.loader import load_maps
from sync.core.compiled import CompiledMap
from sync.core.kinds import Kinds
from sync.core.link import Link, link_id
from sync.core.references import References
from sync.core.row import Side
from tests.sandbox.dataverse.worlds import world as crm_world
from tests.sandbox.finops.worlds import World as Erp

REFERENCE = ("companies", "currencies", "payment-terms", "customer-groups")
Rows = dict[str, dict[str, Any]]


@pytest.mark.parametrize("gab", [False, True])
def test_reference_data_is_equal(gab: bool) -> None:
    kinds = Kinds(load_maps(gab=gab))
    erp, crm = Erp(), crm_world(gab=gab)
    links: dict[str, Link] = {}
    owners: dict[tuple[str, str], str] = {}
    for table_map in kinds.table_maps:
        if table_map.id not in REFERENCE:
            continue
        compiled = kinds[table_map.kind].for_stage(None)
        refs = kinds.references(links, owners)
        ours = _by_key(compiled, Side.ERP, erp.system.list(table_map.anchor.table), refs)
        plain = [_unwired(row) for row in crm.system.list(table_map.crm.table)]
        theirs = _by_key(compiled, Side.CRM, plain, refs)
        assert ours
        assert ours.keys() == theirs.keys(), table_map.id
        for key, row in theirs.items():
            link = Link(
                id=link_id(table_map.kind, key),
                kind=table_map.kind,
                key=key,
                natural={"code": key},
                rows={"crm.main": row[table_map.crm.ids[0]]},
            )
            links[link.id] = link
            owners[table_map.crm.table, row[table_map.crm.ids[0]]] = link.id
        for key in ours:
            company = key.partition("|")[0].upper() if table_map.company else None
            anchor = {table_map.anchor.name: ours[key]}
            assert compiled.read(Side.ERP, anchor, refs, company) == compiled.read(
                Side.CRM, {"main": theirs[key]}, refs, company
            )


def _by_key(
    compiled: CompiledMap, side: Side, rows: list[dict[str, Any]], refs: References
) -> Rows:
    member = compiled.map.anchor if side is Side.ERP else compiled.map.crm
    company, column = compiled.map.company, compiled.keys[0].half(side).column
    found: Rows = {}
    for row in rows:
        if not member.matches(row):
            continue
        parts = [row[column]]
        if company:
            code = row[company.erp] if side is Side.ERP else refs.company(row[company.crm])
            parts.insert(0, code)
        found["|".join(map(str, parts)).casefold()] = row
    return found


def _unwired(row: dict[str, Any]) -> dict[str, Any]:
    """A CRM row with its lookups under the columns' own names."""
    lookups = {n[1:-6]: v for n, v in row.items() if n.startswith("_") and n.endswith("_value")}
    return {**row, **lookups}
