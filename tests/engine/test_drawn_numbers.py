"""What became of drawn numbers: used, used on the other side, or not at all."""

from __future__ import annotations

import pytest

from sync.core.drawn import Use
from sync.core.leases import SharedSequence
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine import drawn_numbers as room
from sync.engine.drawing import Asked
from sync.engine.drawn_numbers import Wanted, drawn_numbers
from sync.engine.draws import Draws
from tests.engine.bench import Bench

SEQUENCE = SharedSequence.of(
    "customers", NumberSpace("USMF", ("account", "person")), "account", "CU-####", block=3
)
DAY = 24 * 3600
ANY = Wanted()


async def draw(bench: Bench, request: str, side: Side, count: int) -> None:
    asked = Asked(side=side, request=request, count=count)
    await Draws([SEQUENCE], bench.clock).draw(bench.store, SEQUENCE, asked)


async def listed(bench: Bench, wanted: Wanted = ANY) -> list[tuple[str, Use]]:
    found, following = await drawn_numbers(bench.store, SEQUENCE, wanted, after=None, limit=100)
    assert following is None
    return [(one.number, one.use) for one in found]


@pytest.fixture
async def drawn(bench: Bench) -> Bench:
    """Three for the CRM, two days later three for the ERP; one of each is used, each in the CRM."""
    await bench.start()
    await draw(bench, "forms", Side.CRM, 3)
    bench.clock.advance(2 * DAY)
    await draw(bench, "import", Side.ERP, 3)
    bench.new_account("CU-0002", "As meant")
    bench.new_account("cu-0005", "By mistake")
    bench.new_prospect("CU-0006", "As meant, too")
    await bench.run()
    return bench


async def test_what_became_of_each(drawn: Bench) -> None:
    assert await listed(drawn) == [
        ("CU-0001", Use.UNUSED),
        ("CU-0002", Use.USED),
        ("CU-0003", Use.UNUSED),
        ("CU-0004", Use.UNUSED),
        ("CU-0005", Use.OTHER_SIDE),
        ("CU-0006", Use.USED),
    ]
    found, _ = await drawn_numbers(drawn.store, SEQUENCE, ANY, after="cu-0004", limit=1)
    (one,) = found
    assert (one.side, one.request) == (Side.ERP, "import")
    assert one.link_id == (await drawn.link("account", "usmf|cu-0005")).id


async def test_only_those_that_are_asked_for(drawn: Bench) -> None:
    now = drawn.clock.now()
    assert await listed(drawn, Wanted(use=Use.OTHER_SIDE)) == [("CU-0005", Use.OTHER_SIDE)]
    old = Wanted.of(Use.UNUSED, 2, now)
    assert await listed(drawn, old) == [("CU-0001", Use.UNUSED), ("CU-0003", Use.UNUSED)]
    assert await listed(drawn, Wanted.of(None, 3, now)) == []
    assert len(await listed(drawn, Wanted.of(None, 0, now))) == 6


@pytest.mark.parametrize("limit", [1, 2, 3, 6])
@pytest.mark.parametrize("use", [None, *Use])
async def test_page_by_page(
    drawn: Bench, limit: int, use: Use | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a page ends before so many were found that fit."""
    wanted = Wanted(use=use)
    every = [number for number, _ in await listed(drawn, wanted)]
    monkeypatch.setattr(room, "_AT_ONCE", 2)
    monkeypatch.setattr(room, "_PAGES", 2)
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page, after = await drawn_numbers(drawn.store, SEQUENCE, wanted, after=after, limit=limit)
        assert len(page) <= limit
        found += (one.number for one in page)
    assert found == every
