"""What a store must do with jobs and what they found."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio

from msgspec.structs import replace

from sync.core.divergence import Divergence
from sync.core.row import Side
from sync.ports import FoundDivergence, Job, JobKind, JobState, Store
from sync.testing.contracts.samples import NOW
from sync.testing.contracts.store import MakeStore, StoreSuite


def a_job(number: int, kind: JobKind = JobKind.BACKFILL, **more: object) -> Job:
    """A job that is asked for."""
    return replace(Job(f"{number:08}", kind, JobState.ASKED, NOW.isoformat()), **more)


class JobContract(StoreSuite):
    """One at a time, with how far each is."""

    async def test_one_job_is_asked_for_at_a_time(self, store: Store) -> None:
        async with store.transaction() as state:
            assert await state.ask_job(a_job(1)) is None
            assert await state.ask_job(a_job(2, JobKind.RECONCILIATION)) == a_job(1)
        running = a_job(1, state=JobState.RUNNING)
        async with store.transaction() as state:
            await state.put_job(running)
            assert await state.ask_job(a_job(3)) == running
        for number, over in enumerate(
            (JobState.DONE, JobState.FAILED, JobState.INTERRUPTED), start=1
        ):
            async with store.transaction() as state:
                await state.put_job(a_job(number, state=over))
                assert await state.ask_job(a_job(number + 1)) is None

    async def test_of_many_who_ask_at_once_one_is_heard(self, make_store: MakeStore) -> None:
        stores = [await make_store() for _ in range(2)]

        async def ask(number: int) -> bool:
            async with stores[number % 2].transaction() as state:
                return await state.ask_job(a_job(number)) is None

        heard = await asyncio.gather(*(ask(number) for number in range(10)))
        assert heard.count(True) == 1
        async with stores[0].transaction() as state:
            assert len(await state.jobs()) == 1

    async def test_jobs_are_replaced_and_listed_newest_first(self, store: Store) -> None:
        full = a_job(
            3,
            state=JobState.FAILED,
            maps=("accounts", "contacts"),
            side=Side.ERP,
            read=("crm accounts",),
            rows={"crm": 3},
            by_why={"differs": 2},
            code="unavailable",
            message="It did not answer.",
        )
        other = a_job(2, JobKind.RECONCILIATION, state=JobState.DONE, repair=True)
        first = a_job(1, state=JobState.DONE)
        async with store.transaction() as state:
            for job in (a_job(3), other, first, full):
                await state.put_job(job)
        async with store.transaction() as state:
            assert await state.jobs() == [full, other, first]
            assert await state.jobs(kind=JobKind.BACKFILL) == [full, first]
            assert await state.jobs(states=(JobState.DONE,)) == [other, first]
            assert await state.jobs(ids=[other.id, "none"]) == [other]
            assert await state.jobs(ids=[]) == []
            assert await state.jobs(after=full.id, limit=1) == [other]

    async def test_what_was_found_is_read_page_by_page(self, store: Store) -> None:
        differs = Divergence("account:usmf|a", "l1", "roles", ("x", "y"), None)
        marked = replace(differs, field="fax", accepted="not synchronised")
        alone = Divergence("crm:accounts(1)", None, None, why="never captured")
        found = [FoundDivergence(n, one) for n, one in enumerate((differs, marked, alone), 1)]
        async with store.transaction() as state:
            await state.add_divergences("1", found[:2])
            await state.add_divergences("1", found[2:])
            await state.add_divergences("1", [])
            await state.add_divergences("2", found[:1])
        async with store.transaction() as state:
            assert await state.divergences("1") == found
            assert await state.divergences("1", accepted=False) == [found[0], found[2]]
            assert await state.divergences("1", accepted=True) == [found[1]]
            assert await state.divergences("1", after=1, limit=1) == [found[1]]
            assert await state.divergences("3") == []
