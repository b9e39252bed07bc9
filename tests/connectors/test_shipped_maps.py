"""The tables of the shipped maps are there, whole, in both local systems, and can be read."""

from __future__ import annotations

import pytest

from connectors.dataverse import DataverseOptions
from connectors.finops import FinopsOptions
from mappings.loader import load_maps
from sync.core.kinds import Kinds
from sync.core.row import RowRef, Side
from sync.ports import Connector
from tests.connectors.dataverse_bench import DataverseBench
from tests.connectors.finops_bench import FinopsBench


@pytest.mark.parametrize("gab", [False, True])
@pytest.mark.parametrize("side", list(Side))
async def test_every_table_is_prepared_swept_and_read(side: Side, gab: bool) -> None:
    tables = Kinds(load_maps(gab=gab)).tables[side]
    bench: DataverseBench | FinopsBench
    if side is Side.CRM:
        bench = DataverseBench(DataverseOptions(page_size=50), gab=gab, tables=tables)
    else:
        bench = FinopsBench(FinopsOptions(page_size=50), tables=tables)
    connector: Connector = bench.connector
    await connector.prepare()
    refs: list[RowRef] = []
    for table, spec in tables.items():
        rows = [row async for page in connector.changes(table, None) for row in page.rows][:3]
        for row in rows:
            assert set(row.image) == {*spec.keys, *spec.columns}
        refs += [row.ref for row in rows]
    assert refs
    assert all((await connector.read(refs)).values())
    await bench.close()
