"""What a store must do with the schedule: no wake-up is lost, no link is handed out twice."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sync.core.link import Intent, Link, LinkState, link_id
from sync.ports import Claim, InboxEvent, Settlement, Store
from sync.testing.contracts.samples import LEASE, NOW, a_link, based, change, due_links, later
from sync.testing.contracts.store import MakeStore, StoreSuite


async def claim(store: Store, seconds: float = 0, limit: int = 10) -> list[Claim]:
    """Claim links that many seconds after `NOW`, for a minute."""
    async with store.transaction() as state:
        return await state.claim(later(seconds), limit, lease_until=later(seconds + 60))


async def settle(store: Store, *settlements: Settlement) -> None:
    """Give links back."""
    async with store.transaction() as state:
        await state.settle(settlements)


async def happens(store: Store, link: Link, version: int, seconds: float = 0) -> int:
    """An event concerns the link; returns its position."""
    async with store.transaction() as state:
        event = InboxEvent(change(link.key, version), (link.id,), received_at=f"v{version}")
        (position,) = await state.add_events([event])
        await state.touch({link.id: position}, later(seconds))
        return position


def keys(claims: Sequence[Claim]) -> list[str]:
    """The keys of the claimed links, in order."""
    return [claimed.link.key for claimed in claims]


class ScheduleContract(StoreSuite):
    """When links are looked at, and by whom."""

    async def test_oldest_due_comes_first_then_the_oldest_event_then_the_id(
        self, store: Store
    ) -> None:
        links = await due_links(store, "c", "b", "a")
        async with store.transaction() as state:
            await state.add_links([a_link("early"), *(a_link(f"same{n}") for n in range(3))])
            await state.wake([a_link("early").id], later(-1))
            await state.wake([a_link(f"same{n}").id for n in range(3)], later(1))
        same = sorted((f"same{n}" for n in range(3)), key=lambda key: link_id("account", key))
        assert keys(await claim(store, 1)) == ["early", *(link.key for link in links), *same]

    async def test_the_claim_is_limited_to_what_is_due_and_to_kinds(self, store: Store) -> None:
        await due_links(store, "a", "b")
        async with store.transaction() as state:
            await state.add_links([a_link("p", "party"), a_link("future"), a_link("never")])
            await state.wake([a_link("p", "party").id], NOW)
            await state.wake([a_link("future").id], later(1))
            party = await state.claim(NOW, 5, lease_until=LEASE, kinds=["party", "none"])
            assert keys(party) == ["p"]
            assert await state.claim(NOW, 5, lease_until=LEASE, kinds=[]) == []
        assert keys(await claim(store, limit=1)) == ["a"]
        assert keys(await claim(store)) == ["b"]
        assert await claim(store) == []
        assert keys(await claim(store, 1)) == ["future"]

    async def test_a_link_is_never_handed_out_twice(self, make_store: MakeStore) -> None:
        stores = [await make_store() for _ in range(3)]
        await due_links(stores[0], *(f"k{number:03}" for number in range(100)))
        claimed = await asyncio.gather(*(claim(stores[n % 3], limit=15) for n in range(9)))
        handed_out = [key for claims in claimed for key in keys(claims)]
        assert len(handed_out) == 100
        assert len(set(handed_out)) == 100

    async def test_links_are_taken_by_id_unless_somebody_holds_them(self, store: Store) -> None:
        await due_links(store, "due")
        quiet, late, unknown = a_link("quiet"), a_link("late"), a_link("unknown")
        async with store.transaction() as state:
            await state.add_links([quiet, late])
            await state.wake([late.id], later(600))
        wanted = [a_link("due").id, quiet.id, late.id, unknown.id]
        async with store.transaction() as state:
            taken = await state.claim_these(wanted, NOW, lease_until=LEASE)
        assert sorted(keys(taken)) == ["due", "late", "quiet"]
        async with store.transaction() as state:
            assert await state.claim_these(wanted, NOW, lease_until=LEASE) == []
            assert await state.held(wanted, LEASE) == {c.link.id for c in taken}
        assert await claim(store) == []

    async def test_links_taken_by_id_are_due_when_their_holder_dies(self, store: Store) -> None:
        quiet = a_link("quiet")
        async with store.transaction() as state:
            await state.add_links([quiet])
            (taken,) = await state.claim_these([quiet.id], NOW, lease_until=LEASE)
        assert keys(await claim(store, 3600)) == ["quiet"]
        await settle(store, Settlement(taken.link, taken.position))
        assert await claim(store, 7200) == []

    async def test_a_lease_that_ends_gives_the_link_to_the_next(self, store: Store) -> None:
        await due_links(store, "a")
        first = await claim(store)
        assert await claim(store, 59) == []
        assert await claim(store, 60) == first

    async def test_a_worker_whose_lease_ended_settles_no_newer_event(self, store: Store) -> None:
        (link,) = await due_links(store, "a")
        (slow,) = await claim(store)
        await happens(store, link, 2, seconds=61)
        (quick,) = await claim(store, 61)
        assert quick.position > slow.position
        await settle(store, Settlement(slow.link, slow.position))
        async with store.transaction() as state:
            assert await state.backlog() == (1, "v2")
        assert [again.position for again in await claim(store, 62)] == [quick.position]

    async def test_settled_links_rest(self, store: Store) -> None:
        await due_links(store, "a")
        (claimed,) = await claim(store)
        settled = based(claimed.link)
        settled.state, settled.outcome = LinkState.SETTLED, "done"
        await settle(store, Settlement(settled, claimed.position))
        assert await claim(store, 1_000_000) == []
        async with store.transaction() as state:
            assert await state.next_due() is None
            assert await state.backlog() == (0, None)
            (row,) = await state.list_links()
        assert row.link == settled
        assert row.due_at is None
        assert row.settled_position == row.latest_position == claimed.position

    async def test_a_link_that_was_not_settled_comes_again_when_due(self, store: Store) -> None:
        await due_links(store, "a")
        (claimed,) = await claim(store)
        await settle(store, Settlement(claimed.link, claimed.position, later(30), settled=False))
        async with store.transaction() as state:
            assert (await state.backlog())[0] == 1
            assert await state.next_due() == later(30)
        assert await claim(store, 29) == []
        assert keys(await claim(store, 30)) == ["a"]

    async def test_an_event_during_a_claim_is_not_lost(self, store: Store) -> None:
        (link,) = await due_links(store, "a")
        (claimed,) = await claim(store)
        position = await happens(store, link, 2, seconds=5)
        assert await claim(store, 10) == [], "it is still held"
        await settle(store, Settlement(claimed.link, claimed.position, later(1000)))
        async with store.transaction() as state:
            assert await state.backlog() == (1, "v2")
        (again,) = await claim(store, 10)
        assert again.position == position
        await settle(store, Settlement(again.link, again.position))
        assert await claim(store, 1_000_000) == []
        async with store.transaction() as state:
            assert await state.backlog() == (0, None)

    async def test_a_touch_leaves_the_body_and_a_worker_leaves_the_touch(
        self, store: Store
    ) -> None:
        (link,) = await due_links(store, "a")
        (claimed,) = await claim(store)
        working = based(claimed.link)
        working.intent = Intent("p", "then", ())
        async with store.transaction() as state:
            await state.update_links([working])
        position = await happens(store, link, 2)
        async with store.transaction() as state:
            await state.update_links([working])
            (row,) = await state.list_links()
            assert row.link == working
            assert (row.latest_position, row.settled_position) == (position, 0)
            assert await state.claim(NOW, 1, lease_until=LEASE) == []

    async def test_an_earlier_touch_of_a_waiting_retry_wins(self, store: Store) -> None:
        (link,) = await due_links(store, "a")
        (claimed,) = await claim(store)
        await settle(store, Settlement(claimed.link, claimed.position, later(300), settled=False))
        await happens(store, link, 2, seconds=10)
        await happens(store, link, 3, seconds=500)
        assert keys(await claim(store, 10)) == ["a"]

    async def test_a_wake_during_a_claim_is_not_lost(self, store: Store) -> None:
        (link,) = await due_links(store, "a")
        (claimed,) = await claim(store)
        async with store.transaction() as state:
            await state.wake([link.id, "none"], later(1))
        assert await claim(store, 1) == []
        await settle(store, Settlement(claimed.link, claimed.position))
        assert keys(await claim(store, 1)) == ["a"]

    async def test_what_waits_is_released_once(self, store: Store) -> None:
        await due_links(store, "a", "b", "c")
        claims = await claim(store)
        waits = {"a": ("t1",), "b": ("t1", "t2"), "c": ("t3",)}
        for claimed in claims:
            claimed.link.waiting_on = waits[claimed.link.key]
        await settle(store, *(Settlement(found.link, found.position) for found in claims))
        async with store.transaction() as state:
            assert await state.awaited(["t1", "t2", "t4"]) == {"t1", "t2"}
            assert await state.release(["t1", "t4"], later(5)) == 2
            assert await state.release(["t1", "t4"], later(5)) == 0
            assert await state.awaited(["t1", "t2", "t3"]) == {"t2", "t3"}
        assert await claim(store, 4) == []
        released = await claim(store, 5)
        assert sorted(keys(released)) == ["a", "b"]
        for claimed in released:
            claimed.link.waiting_on = ()
        await settle(store, *(Settlement(found.link, found.position) for found in released))
        async with store.transaction() as state:
            assert await state.awaited(["t2"]) == set()
            assert await state.release(["t2"], NOW) == 0

    async def test_a_release_during_a_claim_is_not_lost(self, store: Store) -> None:
        await due_links(store, "a")
        (claimed,) = await claim(store)
        claimed.link.waiting_on = ("t1",)
        await settle(store, Settlement(claimed.link, claimed.position))
        async with store.transaction() as state:
            await state.wake([claimed.link.id], NOW)
        (claimed,) = await claim(store)
        async with store.transaction() as state:
            assert await state.release(["t1"], later(1)) == 1
        await settle(store, Settlement(claimed.link, claimed.position))
        assert keys(await claim(store, 1)) == ["a"]

    async def test_waking_kinds_names_a_master_where_there_is_no_base(self, store: Store) -> None:
        agreed = based(a_link("agreed"))
        async with store.transaction() as state:
            await state.add_links([agreed, a_link("new"), a_link("p", "party")])
            assert await state.wake_kinds(["account"], NOW, "crm") == 2
            found = await state.list_links(kind="account")
            assert {row.link.key: row.link.master for row in found} == {
                "agreed": None,
                "new": "crm",
            }
            assert await state.wake_kinds(["account", "party"], NOW, None) == 3
            found = await state.list_links()
            assert [row.link.master for row in found if row.link.key == "new"] == ["crm"]
        assert sorted(keys(await claim(store))) == ["agreed", "new", "p"]

    async def test_a_master_named_during_a_claim_stays_named(self, store: Store) -> None:
        await due_links(store, "a")
        (claimed,) = await claim(store)
        async with store.transaction() as state:
            await state.wake_kinds(["account"], NOW, "erp")
            await state.update_links([claimed.link])
        await settle(store, Settlement(claimed.link, claimed.position))
        (again,) = await claim(store)
        assert again.link.master == "erp"
        again.link.master = None
        await settle(store, Settlement(again.link, again.position))
        async with store.transaction() as state:
            assert (await state.links([again.link.id]))[again.link.id].master is None

    async def test_the_next_due_is_the_earliest_that_can_be_claimed(self, store: Store) -> None:
        async with store.transaction() as state:
            assert await state.next_due() is None
            await state.add_links([a_link("a"), a_link("b")])
            assert await state.next_due() is None
            await state.wake([a_link("a").id], later(20))
            await state.wake([a_link("b").id], later(90))
            assert await state.next_due() == later(20)
            await state.claim(later(20), 5, lease_until=later(80))
            assert await state.next_due() == later(80), "the lease of the claimed one ends then"

    async def test_unknown_links_are_passed_over(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.touch({"none": 1}, NOW)
            await state.wake(["none"], NOW)
            await state.update_links([a_link("none")])
            await state.settle([Settlement(a_link("none"), 0)])
            assert await state.list_links() == []
            assert await state.release([], NOW) == 0
