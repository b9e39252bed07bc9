"""How often tables are looked at when nothing tells of a change."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from sync.core.row import Side
from sync.engine.breakers import Breakers
from sync.engine.looking import Looking
from tests.engine.bench import Bench

_SECONDS = 3000


def _looking(bench: Bench, side: Side) -> Looking:
    versions = bench.connectors[side].versions
    breakers = Breakers(bench.clock, bench)
    return Looking(bench.captures[side], versions, bench.clock, bench, bench.options, breakers)


async def _looks(bench: Bench, side: Side) -> Counter[str]:
    """How often each table is looked at in a while."""
    capture = bench.captures[side]
    looking = _looking(bench, side)
    for _ in capture.tables:
        await looking.once()
    assert set(looking.looked_at) == set(capture.tables)
    count: Counter[str] = Counter()
    for _ in range(_SECONDS):
        bench.clock.advance_to(bench.clock.now() + timedelta(seconds=1))
        before = dict(looking.looked_at)
        await looking.once()
        count.update(t for t, at in looking.looked_at.items() if before[t] != at)
    return count


async def test_the_sweep_keeps_to_its_budget_and_prefers_what_people_edit(bench: Bench) -> None:
    count = await _looks(bench, Side.ERP)
    assert count.total() == pytest.approx(_SECONDS / bench.options.sweep_seconds, rel=0.1)
    assert count["CustomersV3"] == pytest.approx(5 * count["TaxGroups"], abs=5)


async def test_the_feeds_of_reference_data_are_read_less_often(bench: Bench) -> None:
    count = await _looks(bench, Side.CRM)
    assert count["accounts"] == pytest.approx(_SECONDS / bench.options.poll_seconds, rel=0.3)
    assert count["accounts"] > 3 * count["msdyn_taxgroups"] > 0


async def test_what_people_edit_is_looked_at_first(bench: Bench) -> None:
    capture = bench.captures[Side.ERP]
    looking = _looking(bench, Side.ERP)
    for _ in range(len(capture.tables) - len(capture.seldom)):
        await looking.once()
    assert not capture.seldom & set(looking.looked_at)
