"""What a store must do with leases and draws of shared sequences."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from sync.core.leases import Draw, Lease
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.ports import Drawn, Store
from sync.testing.contracts.samples import NOW, later
from sync.testing.contracts.store import MakeStore, StoreSuite
from sync.testing.contracts.store_numbers import DEMF, USMF, kept


def a_lease(
    position: int, left: int = 0, side: Side = Side.CRM, sequence: str = "customers"
) -> Lease:
    """A block of ten."""
    first = position * 10 - 9
    return Lease(
        sequence=sequence,
        position=position,
        side=side,
        first=first,
        last=first + 9,
        left=left,
        at=NOW.isoformat(),
    )


def a_draw(
    request: str,
    *numbers: str,
    seconds: float = 0.0,
    sequence: str = "customers",
    space: NumberSpace = USMF,
) -> Draw:
    """Numbers that a request drew."""
    return Draw(
        sequence=sequence,
        space=space.name,
        request=request,
        side=Side.CRM,
        numbers=numbers,
        skipped=("CU-0",),
        at=later(seconds).isoformat(),
    )


class DrawContract(StoreSuite):
    """Leases and draws."""

    async def test_leases_are_replaced_and_listed_in_order(self, store: Store) -> None:
        party = a_lease(1, 3, Side.ERP, sequence="parties")
        async with store.transaction() as state:
            await state.put_leases([a_lease(2, 10), a_lease(1, 4), party])
            await state.put_leases([a_lease(1)])
            await state.put_leases([])
        async with store.transaction() as state:
            assert await state.leases() == [a_lease(1), a_lease(2, 10), party]
            assert await state.leases("customers") == [a_lease(1), a_lease(2, 10)]
            assert await state.leases(after=("customers", 1), limit=1) == [a_lease(2, 10)]
            assert await state.leases(after=("customers", 2)) == [party]
            assert await state.leases("party") == []

    async def test_open_leases_and_the_newest_one(self, store: Store) -> None:
        used_up = [a_lease(1), a_lease(2, 4, Side.ERP), a_lease(3), a_lease(4)]
        async with store.transaction() as state:
            assert await state.open_leases("customers") == []
            await state.put_leases([*used_up, a_lease(9, 9, sequence="parties")])
            assert await state.open_leases("customers") == [used_up[1], used_up[3]]

    async def test_blocks_that_were_handed_over(self, store: Store) -> None:
        handed = [replace(a_lease(place), request=f"r-{place}", by="Ada") for place in (12, 3)]
        async with store.transaction() as state:
            assert await state.handed_over("customers") == []
            await state.put_leases([*handed, a_lease(4, 2)])
            await state.put_leases([replace(a_lease(1, sequence="parties"), request="r-1")])
        async with store.transaction() as state:
            assert await state.handed_over("customers") == handed[::-1]
            assert await state.leases("customers") == [handed[1], a_lease(4, 2), handed[0]]
            assert await state.open_leases("customers") == [a_lease(4, 2), handed[0]]

    async def test_a_request_finds_its_draw_again(self, store: Store) -> None:
        draw, other = a_draw("r-1", "CU-1", "CÜ-2"), a_draw("r-2", "CU-3")
        async with store.transaction() as state:
            assert await state.draws_of("customers", ["r-1"]) == {}
            await state.add_draws([draw, other])
            await state.add_draws([])
        async with store.transaction() as state:
            asked = ["r-1", "R-1", "r-2", "r-3"]
            assert await state.draws_of("customers", asked) == {"r-1": draw, "r-2": other}
            assert await state.draws_of("parties", asked) == {}
            assert await state.draws_of("customers", []) == {}

    async def test_what_was_drawn_is_taken(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.add_draws([a_draw("r-1", "CU-1", "CÜ-2")])
            await state.reserve([kept(1, "CU-3")])
            asked = ["cu-0", "cu-1", "cu-2", "cu-3", "cu-4"]
            assert await state.numbers_taken(USMF, asked) == {"cu-1", "cu-2", "cu-3"}
            assert await state.numbers_taken(DEMF, asked) == set()

    async def test_what_was_drawn_in_a_while(self, store: Store) -> None:
        async with store.transaction() as state:
            assert await state.drawn_since(NOW) == {}
            of_three = [("CU-1",), ("CU-2", "CU-3"), ("CU-4",)]
            for place, (numbers, seconds) in enumerate(zip(of_three, (0, 5, 9), strict=True), 1):
                await state.add_draws([a_draw(f"r-{place}", *numbers, seconds=seconds)])
            other = replace(
                a_draw("r-1", "PA-1", seconds=7, sequence="parties", space=DEMF), skipped=()
            )
            await state.add_draws([other])
        async with store.transaction() as state:
            assert await state.drawn_since(later(5)) == {
                "customers": Drawn(5, later(5)),
                "parties": Drawn(1, later(7)),
            }
            assert await state.drawn_since(later(10)) == {}

    async def test_draws_are_listed_in_order(self, store: Store) -> None:
        first, second = a_draw("r-1", "CU-1"), a_draw("r-2", "CU-2")
        party = a_draw("r-0", "PA-1", sequence="parties")
        async with store.transaction() as state:
            await state.add_draws([party, second, first])
        async with store.transaction() as state:
            assert await state.draws() == [first, second, party]
            assert await state.draws(after=("customers", "r-1"), limit=1) == [second]
            assert await state.draws(after=("customers", "r-2")) == [party]

    async def test_drawn_numbers_are_listed_in_order_with_what_drew_them(
        self, store: Store
    ) -> None:
        async with store.transaction() as state:
            await state.add_draws([a_draw("r-2", "CU-3", "CÜ-1"), a_draw("r-1", "CU-2")])
            await state.add_draws([a_draw("r-1", "CU-0", sequence="parties")])
            await state.add_draws([a_draw("r-3", "CU-9", space=DEMF)])
        async with store.transaction() as state:
            found = await state.drawn_numbers("customers", USMF)
            assert [*found.items()] == [("cu-1", "r-2"), ("cu-2", "r-1"), ("cu-3", "r-2")]
            some = await state.drawn_numbers("customers", USMF, after="cu-1", limit=1)
            assert some == {"cu-2": "r-1"}
            assert await state.drawn_numbers("customers", USMF, after="cu-3") == {}

    async def test_a_draw_that_is_given_up_leaves_nothing(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError):
            await _give_up(store)
        async with store.transaction() as state:
            assert await state.leases() == []
            assert await state.draws_of("customers", ["r-1"]) == {}
            assert await state.numbers_taken(USMF, ["cu-1"]) == set()

    async def test_whoever_has_the_turn_reads_what_still_holds(self, make_store: MakeStore) -> None:
        """Each adds one to what it has read; without a turn, some would read the same."""
        stores = [await make_store() for _ in range(3)]
        async with stores[0].transaction() as state:
            await state.put_leases([a_lease(1, 0)])

        async def count(place: int) -> None:
            async with stores[place % 3].transaction() as state:
                await state.take_turn()
                (lease,) = await state.open_leases("customers")
                await state.put_leases([replace(lease, left=lease.left + 1)])

        await asyncio.gather(*(count(place) for place in range(30)))
        async with stores[0].transaction() as state:
            assert await state.leases() == [a_lease(1, 30)]


async def _give_up(store: Store) -> None:
    async with store.transaction() as state:
        await state.put_leases([a_lease(1, 9)])
        await state.add_draws([a_draw("r-1", "CU-1")])
        raise ZeroDivisionError
