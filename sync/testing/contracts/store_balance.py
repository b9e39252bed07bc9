"""What a store must be able to prove: that nothing which was taken in is lost."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio

from msgspec.structs import replace

from sync.core.link import Link, LinkState
from sync.ports import Balance, DeadLetter, InboxEvent, Settlement, Store
from sync.testing.contracts.samples import LEASE, NOW, a_letter, a_link, change, due_links, later
from sync.testing.contracts.store import MakeStore, StoreSuite


class BalanceContract(StoreSuite):
    """In = settled + waiting + dead, at any moment."""

    async def test_an_event_is_in_one_place_at_every_moment(self, store: Store) -> None:
        assert await _balance(store) == Balance(0, 0, 0, 0)
        await due_links(store, "a", "b", "c")
        assert await _balance(store) == Balance(3, 0, 3, 0)
        async with store.transaction() as state:
            a, b, c = await state.claim(NOW, 3, lease_until=LEASE)
        assert await _balance(store) == Balance(3, 0, 3, 0)
        async with store.transaction() as state:
            a.link.state, b.link.state, c.link.state = (
                LinkState.SETTLED,
                LinkState.RETRY,
                LinkState.DEAD,
            )
            await state.put_dead_letters([_of(c.link)])
            await state.settle(
                [
                    Settlement(a.link, a.position),
                    Settlement(b.link, b.position, later(5), settled=False),
                    Settlement(c.link, c.position, settled=False),
                ]
            )
        assert await _balance(store) == Balance(3, 1, 1, 1)

    async def test_a_dead_link_that_is_asked_for_goes_on(self, store: Store) -> None:
        link = await _dead(store)
        assert await _balance(store) == Balance(1, 0, 0, 1)
        async with store.transaction() as state:
            await state.put_dead_letters([replace(_of(link), state="redriven")])
            await state.wake([link.id], NOW)
        assert await _balance(store) == Balance(1, 0, 1, 0)

    async def test_what_is_set_aside_is_settled(self, store: Store) -> None:
        link = await _dead(store)
        async with store.transaction() as state:
            await state.put_dead_letters([replace(_of(link), state="discarded")])
            await state.let_go([link.id])
        assert await _balance(store) == Balance(1, 1, 0, 0)
        async with store.transaction() as state:
            assert (await state.backlog())[0] == 0

    async def test_only_dead_links_that_nobody_asked_for_are_let_go(self, store: Store) -> None:
        (due,) = await due_links(store, "a")
        dead = await _dead(store, "b")
        async with store.transaction() as state:
            await state.wake([dead.id], NOW)
            await state.let_go([due.id, dead.id, "none"])
        assert await _balance(store) == Balance(2, 0, 2, 0)

    async def test_an_event_of_two_links_counts_once(self, store: Store) -> None:
        links = [a_link("a"), a_link("b")]
        async with store.transaction() as state:
            await state.add_links(links)
            ids = tuple(link.id for link in links)
            (position,) = await state.add_events([InboxEvent(change("a"), ids)])
            await state.touch(dict.fromkeys(ids, position), NOW)
        assert await _balance(store) == Balance(1, 0, 1, 0)
        async with store.transaction() as state:
            one, other = await state.claim(NOW, 2, lease_until=LEASE)
            await state.settle([Settlement(one.link, one.position)])
        assert await _balance(store) == Balance(1, 0, 1, 0)
        async with store.transaction() as state:
            other.link.state = LinkState.DEAD
            await state.put_dead_letters([_of(other.link)])
            await state.settle([Settlement(other.link, other.position, settled=False)])
        assert await _balance(store) == Balance(1, 0, 0, 1)

    async def test_an_event_that_concerns_no_link_is_settled(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.add_events([InboxEvent(change("a"))])
        assert await _balance(store) == Balance(1, 1, 0, 0)

    async def test_what_could_not_be_read_is_dead_until_it_is_closed(self, store: Store) -> None:
        letter = a_letter(1, link=None)
        async with store.transaction() as state:
            await state.put_dead_letters([letter])
            await state.draw_number("malformed")
        assert await _balance(store) == Balance(1, 0, 0, 1)
        async with store.transaction() as state:
            await state.put_dead_letters([replace(letter, state="discarded")])
        assert await _balance(store) == Balance(1, 1, 0, 0)

    async def test_a_dead_link_without_its_letter_shows(self, store: Store) -> None:
        link = await _dead(store)
        async with store.transaction() as state:
            await state.put_dead_letters([replace(_of(link), state="discarded")])
        assert (await _balance(store)).missing == 1

    async def test_a_link_that_never_heard_of_its_event_shows(self, store: Store) -> None:
        """The event is in the backlog, and no watermark is behind it."""
        link = a_link("a")
        async with store.transaction() as state:
            await state.add_links([link])
            await state.add_events([InboxEvent(change("a"), (link.id,))])
        assert (await _balance(store)).missing == -1

    async def test_it_holds_whatever_happens_meanwhile(self, make_store: MakeStore) -> None:
        writer, other, looker = [await make_store() for _ in range(3)]
        seen: list[Balance] = []
        done = asyncio.Event()

        async def take(store: Store, name: str) -> None:
            for number in range(15):
                await due_links(store, f"{name}{number}")
                async with store.transaction() as state:
                    claims = await state.claim(NOW, 2, lease_until=LEASE)
                    for claim in claims:
                        claim.link.state = LinkState.SETTLED
                    await state.settle([Settlement(c.link, c.position) for c in claims])

        async def look() -> None:
            while not done.is_set():
                seen.append(await _balance(looker))
                await asyncio.sleep(0)

        looking = asyncio.create_task(look())
        await asyncio.gather(take(writer, "a"), take(other, "b"))
        done.set()
        await looking
        assert {balance.missing for balance in seen} == {0}
        assert (await _balance(looker)).taken == 30


async def _balance(store: Store) -> Balance:
    async with store.transaction() as state:
        return await state.balance()


async def _dead(store: Store, key: str = "a") -> Link:
    """A link that stands as a dead letter."""
    (link,) = await due_links(store, key)
    async with store.transaction() as state:
        (claim,) = await state.claim_these([link.id], NOW, lease_until=LEASE)
        claim.link.state = LinkState.DEAD
        await state.put_dead_letters([_of(link)])
        await state.settle([Settlement(claim.link, claim.position, settled=False)])
    return link


def _of(link: Link) -> DeadLetter:
    return replace(a_letter(1, link.id), id=link.id)
