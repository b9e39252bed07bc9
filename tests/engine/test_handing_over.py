"""Blocks that are handed over: numbers in a row that nobody has, and that nobody draws."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sync.core.blocks import BlockAsked
from sync.core.leases import Lease, SharedSequence
from sync.core.number_format import parse_format
from sync.core.row import Side
from sync.engine.handing_over import LARGEST, hand_over
from sync.engine.sequences import NumberCheck
from sync.errors import InputUnusable, RequestKeyReused, SequenceExhausted
from tests.engine.bench import Bench
from tests.engine.test_draws import SPACE, Desk, shared
from tests.engine.test_sequences import change_erp


async def block(desk: Desk, request: str, size: int, side: Side = Side.ERP, **more: Any) -> Lease:
    asked = BlockAsked(side=side, request=request, size=size, **{"by": "Ada"} | more)
    return await hand_over(desk.store, desk.sequence, asked, desk.clock)


async def leases(desk: Desk) -> list[tuple[str, int, int, int]]:
    async with desk.store.transaction() as tx:
        found = await tx.leases(desk.sequence.id, limit=1000)
    return [(one.side.value, one.first, one.last, one.left) for one in found]


async def test_a_block_is_behind_all_others_and_nobody_draws_from_it() -> None:
    desk = Desk(shared())
    await desk.draw("a")
    handed = await block(desk, "the ERP's own", 500)
    assert (handed.first, handed.last, handed.left, handed.by) == (11, 510, 0, "Ada")
    assert await desk.draw("b", Side.ERP) == ["CU-0511"]
    drawn = [*range(2, 11), 521, 522]
    assert await desk.draw("c", count=11) == [f"CU-{value:04d}" for value in drawn]
    assert (await desk.draws.standings(desk.store))[0].leased == {Side.CRM: 8, Side.ERP: 9}


async def test_the_same_key_gets_the_same_block_for_ever() -> None:
    desk = Desk(shared())
    first = await block(desk, "import", 20)
    await block(desk, "another", 20)
    desk.clock.advance(10_000_000)
    assert await block(desk, "import", 20, by="Bob") == first
    with pytest.raises(RequestKeyReused, match="20 numbers of customers were handed over to the"):
        await block(desk, "import", 21)
    with pytest.raises(RequestKeyReused):
        await block(desk, "import", 20, Side.CRM)


async def test_what_records_have_is_not_in_a_block_and_what_lies_before_is_still_drawn() -> None:
    desk = Desk(shared())
    await desk.link("account", "CU-0003", "CU-0007")
    handed = await block(desk, "import", 10, Side.CRM)
    assert (handed.first, handed.last) == (8, 17)
    assert await leases(desk) == [("crm", 1, 7, 7), ("crm", 8, 17, 0)]
    drawn = ["CU-0001", "CU-0002", "CU-0004", "CU-0005", "CU-0006", "CU-0018"]
    assert await desk.draw("a", count=6) == drawn


async def test_a_block_of_a_sequence_that_counts_down() -> None:
    desk = Desk(shared(first=100, last=1))
    await desk.link("account", "CU-0098")
    handed = await block(desk, "import", 5)
    assert (handed.first, handed.last, handed.size) == (97, 93, 5)
    assert await leases(desk) == [("erp", 100, 98, 3), ("erp", 97, 93, 0)]
    assert await desk.draw("a", Side.ERP, 3) == ["CU-0100", "CU-0099", "CU-0092"]


async def test_a_block_that_does_not_fit_uses_nothing_up() -> None:
    desk = Desk(shared(last=30))
    await desk.link("account", "CU-0015")
    with pytest.raises(SequenceExhausted, match="has no 16 free numbers in a row left"):
        await block(desk, "import", 16)
    assert await leases(desk) == []
    assert (await block(desk, "import", 15)).first == 16
    with pytest.raises(SequenceExhausted):
        await block(desk, "more", 1)


async def test_a_block_is_sought_only_so_far_behind_numbers_that_exist() -> None:
    desk = Desk(shared())
    desk.sequence = shared_wide()
    await desk.link("account", *(f"CU-{n:06d}" for n in range(1, 12_001)))
    with pytest.raises(SequenceExhausted, match="within 10000") as refused:
        await block(desk, "import", 2)
    assert "`first`" in (refused.value.cure or "")


def shared_wide() -> SharedSequence:
    return replace(shared(), format=parse_format("CU-######", Side.ERP), last=999_999)


@pytest.mark.parametrize(("size", "by"), [(0, "Ada"), (LARGEST + 1, "Ada"), (1, " ")])
async def test_a_block_has_a_size_and_is_handed_to_somebody(size: int, by: str) -> None:
    with pytest.raises(InputUnusable, match="1 to 100000 numbers"):
        await block(Desk(shared()), "import", size, by=by)


async def test_a_sequence_of_the_erp_that_is_set_to_its_block_does_not_overlap(
    bench: Bench,
) -> None:
    desk = Desk(shared_wide())
    desk.store = bench.store
    await desk.draw("a", count=3)
    handed = await block(desk, "the ERP's own", 400)
    assert (handed.first, handed.last) == (11, 410)
    change_erp(bench, "CU", Smallest=11, Next=11, Largest=410)
    tellers = bench.systems.direct
    check = NumberCheck(
        bench.kinds, bench.store, tellers, bench.clock, bench, shared=[desk.sequence]
    )
    assert (await check.once()).overlaps == ()
    change_erp(bench, "CU", Largest=411)
    (overlap,) = (await check.once()).overlaps
    assert (overlap.space, overlap.number) == (SPACE, "cu-000411")
    await block(desk, "some of the CRM", 10, Side.CRM)
    assert [one.number for one in (await check.once()).overlaps] == ["cu-000411"]
