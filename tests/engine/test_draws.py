"""Draws of shared sequences: each number once, whatever exists already and whoever asks."""

from __future__ import annotations

import asyncio

import pytest

from sync.core.leases import SharedSequence
from sync.core.link import Link, link_id
from sync.core.number_format import parse_format
from sync.core.row import RowRef, Side
from sync.core.sequences import NumberSpace
from sync.engine.drawing import MOST, Asked
from sync.engine.draws import Draws
from sync.errors import ConfigurationWrong, RequestKeyReused, SequenceExhausted
from sync.ports import Reservation
from sync.testing.clock import ManualClock
from sync.testing.memory_store import MemoryStore

SPACE = NumberSpace("USMF", ("account", "person"))


def shared(last: int = 9999, block: int = 10, first: int = 1) -> SharedSequence:
    return SharedSequence(
        id="customers",
        space=SPACE,
        numbers="account",
        format=parse_format("CU-####", Side.ERP),
        first=first,
        last=last,
        block=block,
    )


class Desk:
    """Draws on a store of its own."""

    def __init__(self, sequence: SharedSequence) -> None:
        self.sequence, self.store, self.clock = sequence, MemoryStore(), ManualClock()
        self.draws = Draws([sequence], self.clock)

    async def draw(self, request: str, side: Side = Side.CRM, count: int = 1) -> list[str]:
        asked = Asked(side=side, request=request, count=count)
        return list((await self.draws.draw(self.store, self.sequence, asked)).numbers)

    async def link(self, kind: str, *numbers: str) -> None:
        links = [
            Link(link_id(kind, f"usmf|{number}"), kind, f"usmf|{number}", {"code": number}, "USMF")
            for number in numbers
        ]
        async with self.store.transaction() as tx:
            await tx.add_links(links)


async def test_each_side_gets_its_own_numbers() -> None:
    desk = Desk(shared())
    assert await desk.draw("a") == ["CU-0001"]
    assert await desk.draw("b", Side.ERP, 2) == ["CU-0011", "CU-0012"]
    assert await desk.draw("c", Side.CRM, 11) == [
        *(f"CU-{n:04d}" for n in range(2, 11)),
        "CU-0021",
        "CU-0022",
    ]


async def test_the_same_request_gets_the_same_number_for_ever() -> None:
    desk = Desk(shared())
    first = await desk.draw("order form 1", count=2)
    await desk.draw("order form 2")
    desk.clock.advance(10_000_000)
    assert await desk.draw("order form 1", count=2) == first
    with pytest.raises(RequestKeyReused, match="drew 2 of customers for the CRM"):
        await desk.draw("order form 1", count=3)
    with pytest.raises(RequestKeyReused, match="key of its own"):
        await desk.draw("order form 1", Side.ERP, 2)


async def test_what_a_record_has_is_skipped_and_told() -> None:
    desk = Desk(shared())
    await desk.link("account", "CU-0001")
    await desk.link("person", "cu-0003")
    await desk.link("order", "CU-0002")
    async with desk.store.transaction() as tx:
        row = RowRef(Side.CRM, "contacts", "c-1")
        await tx.reserve([Reservation(row, SPACE.name, "CU-0004")])
    drawn = await desk.draws.draw(
        desk.store, desk.sequence, Asked(side=Side.CRM, request="a", count=2)
    )
    assert (drawn.numbers, drawn.skipped) == (
        ("CU-0002", "CU-0005"),
        ("CU-0001", "CU-0003", "CU-0004"),
    )
    again = await desk.draws.draw(
        desk.store, desk.sequence, Asked(side=Side.CRM, request="a", count=2)
    )
    assert again == drawn


async def test_a_long_run_of_numbers_that_exist_is_passed_at_once() -> None:
    desk = Desk(shared())
    await desk.link("account", *(f"CU-{n:04d}" for n in range(1, 2001)))
    assert await desk.draw("a") == ["CU-2001"]
    async with desk.store.transaction() as tx:
        leases = await tx.leases(limit=1000)
    assert sum(lease.left for lease in leases) == 9
    assert leases[-1].last == 2010


async def test_one_that_begins_far_before_what_exists_says_so() -> None:
    wide = SharedSequence(
        id="customers",
        space=SPACE,
        numbers="account",
        format=parse_format("CU-######", Side.ERP),
        first=1,
        last=999_999,
        block=1000,
    )
    desk = Desk(wide)
    await desk.link("account", *(f"CU-{n:06d}" for n in range(1, 10_502)))
    with pytest.raises(SequenceExhausted, match="Set `first` of it"):
        await desk.draw("a")


async def test_nothing_is_used_up_by_a_draw_that_fails() -> None:
    desk = Desk(shared(last=15))
    await desk.draw("a", Side.ERP)
    with pytest.raises(SequenceExhausted, match="5 free numbers left for the CRM, and 9 that"):
        await desk.draw("b", count=6)
    assert await desk.draw("b", count=5) == [f"CU-{n:04d}" for n in range(11, 16)]
    with pytest.raises(SequenceExhausted, match="Set a further `last`"):
        await desk.draw("c")
    assert await desk.draw("d", Side.ERP, 9) == [f"CU-{n:04d}" for n in range(2, 11)]
    longer = Draws([shared(last=16)], desk.clock)
    drawn = await longer.draw(desk.store, shared(last=16), Asked(side=Side.CRM, request="c"))
    assert drawn.numbers == ("CU-0016",)


async def test_many_at_once_all_get_their_own() -> None:
    desk = Desk(shared(block=7))
    sides = [Side.CRM, Side.ERP]
    found = await asyncio.gather(*(desk.draw(f"r{n}", sides[n % 2], 3) for n in range(60)))
    numbers = [number for several in found for number in several]
    assert len(set(numbers)) == len(numbers) == 180
    async with desk.store.transaction() as tx:
        leases = await tx.leases(limit=1000)
    assert sum(lease.last - lease.first + 1 - lease.left for lease in leases) == 180


async def test_many_with_one_key_all_get_the_same() -> None:
    desk = Desk(shared())
    found = await asyncio.gather(*(desk.draw("one form", count=2) for _ in range(20)))
    assert found == [["CU-0001", "CU-0002"]] * 20
    assert await desk.draw("another") == ["CU-0003"]


async def test_an_unknown_sequence_names_those_there_are() -> None:
    desk = Desk(shared())
    assert desk.draws.named("customers") is desk.sequence
    with pytest.raises(ConfigurationWrong, match="shared_sequences: customers"):
        desk.draws.named("orders")
    assert MOST == 1000


async def test_several_requests_are_drawn_for_at_once_as_far_as_there_are_numbers() -> None:
    desk = Desk(shared(last=10, block=4))
    await desk.link("account", "CU-0003", "CU-0004")
    before = await desk.draw("b", count=2)
    asked = [Asked(side=Side.CRM, request=key, count=2) for key in "abcdef"]
    async with desk.store.transaction() as tx:
        drawn, refusal = await desk.draws.draw_each(tx, desk.sequence, asked, SPACE)
    assert {key: [*one.numbers] for key, one in drawn.items()} == {
        "b": before,
        "a": ["CU-0005", "CU-0006"],
        "c": ["CU-0007", "CU-0008"],
        "d": ["CU-0009", "CU-0010"],
    }
    assert [one.skipped for one in drawn.values()] == [(), ("CU-0003", "CU-0004"), (), ()]
    assert refusal is not None
    assert "has 0 free numbers left for the CRM; 2 were asked for" in refusal.message
    async with desk.store.transaction() as tx:
        again, _ = await desk.draws.draw_each(tx, desk.sequence, asked[:4], SPACE)
        assert again == drawn
        assert await tx.draws_of("customers", ["e", "f"]) == {}


async def test_what_is_left_for_no_request_is_left() -> None:
    desk = Desk(shared(last=7))
    asked = [Asked(side=Side.CRM, request=key, count=3) for key in "abc"]
    async with desk.store.transaction() as tx:
        drawn, refusal = await desk.draws.draw_each(tx, desk.sequence, asked, SPACE)
    assert (sorted(drawn), refusal is None) == (["a", "b"], False)
    assert await desk.draw("d") == ["CU-0007"]
