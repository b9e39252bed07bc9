"""What a store must do about duties: one service at a time, and the next one after a crash."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio
from datetime import datetime

from sync.ports import Store
from sync.testing.contracts.samples import NOW, later
from sync.testing.contracts.store import MakeStore, StoreSuite


class DutyContract(StoreSuite):
    """Nobody goes on a duty that somebody is on."""

    async def test_a_duty_is_taken_once(self, make_store: MakeStore) -> None:
        one, other = await make_store(), await make_store()
        mine = await _take(one, "jobs", NOW)
        assert mine is not None
        assert await _take(other, "jobs", later(59)) is None
        assert await _take(one, "jobs", later(59)) is None
        assert await _take(other, "numbers", NOW) not in (None, mine)

    async def test_who_is_not_heard_of_again_is_on_duty_no_more(
        self, make_store: MakeStore
    ) -> None:
        dead, next_one = await make_store(), await make_store()
        first = await _take(dead, "jobs", NOW)
        second = await _take(next_one, "jobs", later(60))
        assert first is not None
        assert second not in (None, first)
        assert not await _keep(dead, "jobs", first, later(120))
        async with dead.transaction() as state:
            await state.end_duty("jobs", first)
        assert await _take(dead, "jobs", later(100)) is None

    async def test_who_says_so_stays_on_duty(self, store: Store) -> None:
        mine = await _take(store, "jobs", NOW)
        assert mine is not None
        assert await _keep(store, "jobs", mine, later(200))
        assert await _take(store, "jobs", later(199)) is None
        assert await _keep(store, "jobs", mine, later(300)), "late, but nobody else has come"
        assert await _take(store, "jobs", later(299)) is None

    async def test_a_duty_that_is_ended_is_free_at_once(self, store: Store) -> None:
        mine = await _take(store, "jobs", NOW)
        assert mine is not None
        async with store.transaction() as state:
            await state.end_duty("jobs", mine + 1)
        assert await _take(store, "jobs", NOW) is None
        async with store.transaction() as state:
            await state.end_duty("jobs", mine)
        assert not await _keep(store, "jobs", mine, later(60))
        again = await _take(store, "jobs", NOW)
        assert again not in (None, mine)

    async def test_of_many_at_once_one_gets_it(self, make_store: MakeStore) -> None:
        stores = [await make_store() for _ in range(4)]
        found = await asyncio.gather(*(_take(store, "jobs", NOW) for store in stores * 5))
        assert len([holder for holder in found if holder is not None]) == 1


async def _take(store: Store, name: str, now: datetime) -> int | None:
    async with store.transaction() as state:
        return await state.take_duty(name, now, now + (later(60) - NOW))


async def _keep(store: Store, name: str, holder: int, until: datetime) -> bool:
    async with store.transaction() as state:
        return await state.keep_duty(name, holder, until)
