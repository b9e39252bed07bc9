"""Both local systems are born with reference data that the maps find equal.

Else the first contact of a new installation would begin with conflicts.
"""

from __future__ import annotations

from typing import Any

import pytest

from mappings.loader import load_maps
from sync.core.compiled import CompiledMap
from sync.core.kinds import Identity, Kinds
from sync.core.link import Link, link_id
from sync.core.references import References
from sync.core.row import Side
from tests.sandbox.dataverse.worlds import world as crm_world
from tests.sandbox.finops.worlds import World as Erp

EMPTY = {
    "account",
    "contact",
    "contact_for_party",
    "electronic_address",
    "location",
    "party",
    "party_address",
    "person",
    "postal_address",
    "quote",
    "quote_line",
    "order",
    "order_line",
    "invoice",
    "invoice_line",
}
"""What people make; everything else is there from the start."""
Rows = dict[str, dict[str, Any]]


@pytest.mark.parametrize("gab", [False, True])
def test_reference_data_is_equal(gab: bool) -> None:
    kinds = Kinds(load_maps(gab=gab))
    erp, crm = Erp(), crm_world(gab=gab)
    links: dict[str, Link] = {}
    owners: dict[tuple[str, str], str] = {}
    for table_map in kinds.table_maps:
        compiled = kinds[table_map.kind].for_stage(table_map.stage)
        refs = kinds.references(links, owners)
        ours = _by_key(kinds, compiled, Side.ERP, erp.system.list(table_map.anchor.table), refs)
        plain = [_unwired(row) for row in crm.system.list(table_map.crm.table)]
        theirs = _by_key(kinds, compiled, Side.CRM, plain, refs)
        assert bool(ours) is (table_map.kind not in EMPTY), table_map.id
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
            ), table_map.id


def _by_key(
    kinds: Kinds, compiled: CompiledMap, side: Side, rows: list[dict[str, Any]], refs: References
) -> Rows:
    member = compiled.map.anchor if side is Side.ERP else compiled.map.crm
    found: Rows = {}
    for row in rows:
        if member.matches(row):
            identity = kinds[compiled.map.kind].identify(compiled, member, row, refs)
            assert isinstance(identity, Identity), (compiled.map.id, identity)
            found[identity.key] = row
    return found


def _unwired(row: dict[str, Any]) -> dict[str, Any]:
    """A CRM row with its lookups under the columns' own names."""
    lookups = {n[1:-6]: v for n, v in row.items() if n.startswith("_") and n.endswith("_value")}
    return {**row, **lookups}
