"""Two services on one database: what is done as a whole is done by one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.core.row import Side
from sync.engine.asking import ask_backfill, ask_reconciliation, find_job
from sync.engine.duties import JOBS, Duties, Duty
from sync.engine.jobs import Jobs
from sync.engine.maps import start_maps
from sync.engine.nights import Nights
from sync.engine.options import ServiceOptions
from sync.engine.replay import Silent
from sync.engine.sequences import NumberCheck
from sync.engine.service import Service
from sync.errors import JobRunning, Unavailable
from sync.ports import ChangePage, Job, JobState, ToldSequences
from sync.testing.loop import LoopClock, run_virtual
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.engine.between import Between
from tests.simulation.systems import Systems


class Held(Between):
    """A system that holds on before a table until it is let go."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.asked: list[str] = []
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        self.asked.append(table)
        self.reached.set()
        await self.go_on.wait()
        async for page in self._inner.changes(table, checkpoint):
            yield page


class Pair:
    """Two services on one state, the CRM of the first of which is slow."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.slow = Held(bench.connectors[Side.CRM])
        whole = dict(bench.connectors)
        bench.connectors[Side.CRM] = self.slow
        bench.restart()
        self.first = self._jobs()
        bench.connectors[Side.CRM] = whole[Side.CRM]
        bench.restart()
        self.second = self._jobs()

    def _jobs(self) -> Jobs:
        bench = self.bench
        return Jobs(
            bench.kinds,
            bench.store,
            bench.backfill,
            bench.log,
            dict(bench.connectors),
            bench.clock,
            bench,
        )

    async def begins(self) -> asyncio.Task[bool]:
        """The first service is in the middle of its job."""
        task = asyncio.create_task(self.first.once())
        await self.slow.reached.wait()
        return task

    async def now(self, job: Job) -> Job:
        found = await find_job(self.bench.store, job.kind, job.id)
        assert found is not None
        return found


@pytest.fixture
async def pair() -> Pair:
    bench = Bench()
    bench.new_account("A-1", "First")
    await bench.start()
    return Pair(bench)


@pytest.mark.parametrize("kind", ["backfill", "reconciliation"])
async def test_a_job_is_done_by_one_service_however_long_it_takes(pair: Pair, kind: str) -> None:
    bench = pair.bench
    if kind == "backfill":
        maps = ["prospects-accounts"]
        job = await ask_backfill(bench.store, bench.kinds, maps, Side.CRM, bench.clock)
    else:
        job = await ask_reconciliation(bench.store, bench.kinds, bench.clock, repair=False)
    task = await pair.begins()
    for _ in range(20):
        bench.clock.advance(10)
        await bench.clock.sleep(0)
        await asyncio.sleep(0)
        assert not await pair.second.once()
    assert (await pair.now(job)).state is JobState.RUNNING
    pair.slow.go_on.set()
    assert await task
    done = await pair.now(job)
    assert (done.state, done.resumed) == (JobState.DONE, 0)
    again = await ask_reconciliation(bench.store, bench.kinds, bench.clock, repair=False)
    assert await pair.second.once(), "the duty is free at once"
    assert (await pair.now(again)).state is JobState.DONE


async def test_who_was_taken_for_dead_keeps_nothing_of_what_it_did(pair: Pair) -> None:
    """A service whose machine stood still: another one has gone on with its backfill meanwhile."""
    bench, maps = pair.bench, ["prospects-accounts"]
    job = await ask_backfill(bench.store, bench.kinds, maps, None, bench.clock)
    task = await pair.begins()
    now = bench.clock.now()
    async with bench.store.transaction() as tx:
        await tx.end_duty(JOBS, 1)  # as if its time had passed without a word of it
        assert await tx.take_duty(JOBS, now, bench.clock.now()) is not None
    assert await pair.second.once()
    done = await pair.now(job)
    assert (done.state, done.resumed) == (JobState.DONE, 1)
    pair.slow.go_on.set()
    assert not await task
    assert await pair.now(job) == done


async def test_a_work_is_broken_off_when_its_duty_is_lost() -> None:
    bench = Bench()
    begun, broken_off = asyncio.Event(), asyncio.Event()

    async def work(_duty: Duty) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    task = asyncio.create_task(Duties(bench.store, bench.clock).alone(JOBS, work))
    await begun.wait()
    await asyncio.sleep(0)
    async with bench.store.transaction() as tx:
        await tx.end_duty(JOBS, 1)
    bench.clock.advance(11)
    with pytest.raises(JobRunning, match="another process has taken over"):
        await task
    assert broken_off.is_set()


async def test_who_fails_is_off_duty_and_who_waits_is_told_for_what() -> None:
    bench = Bench()
    duties = Duties(bench.store, bench.clock)

    async def fails(_duty: Duty) -> None:
        with pytest.raises(JobRunning, match="is going on in another process"):
            await duties.alone(JOBS, fails)
        raise Unavailable("Down.")

    for _ in range(2):
        with pytest.raises(Unavailable):
            await duties.alone(JOBS, fails)


class _Teller:
    def __init__(self) -> None:
        self.asked = 0

    async def sequences(self) -> ToldSequences:
        self.asked += 1
        return ToldSequences(())


async def test_the_numbers_are_checked_by_one_service_a_night() -> None:
    bench, tellers = Bench(), [_Teller(), _Teller()]
    nights = [
        Nights(
            NumberCheck(bench.kinds, bench.store, {Side.CRM: one}, bench.clock, bench),
            bench.clock,
            "02:00",
        )
        for one in tellers
    ]
    for night in nights:
        assert await night.check_when_due(), "each service checks when it starts"
    for _ in range(3):
        bench.clock.advance(86_400)
        for night in nights:
            assert await night.check_when_due()
            assert not await night.check_when_due()
    assert [one.asked for one in tellers] == [1 + 3, 1]


def test_two_whole_services_do_a_job_once_and_outlive_each_other() -> None:
    """Both run on one state; the one that has the job is stopped in the middle of it."""

    async def story() -> None:
        clock, store, log = LoopClock(), MemoryStore(), MemoryLog()
        systems = Systems(False, clock.now)
        begun: list[int] = []

        class Listening(Silent):
            def __init__(self, number: int) -> None:
                self.number = number

            def noticed(self, name: str, /, **_facts: Any) -> None:
                if name == "job_begun":
                    begun.append(self.number)

        slow = [Held(systems.ports[Side.CRM]) for _ in range(2)]
        for one in slow:
            one.go_on.set()
        services = [
            Service(
                kinds=systems.kinds,
                store=store,
                log=log,
                connectors={Side.CRM: one, Side.ERP: systems.ports[Side.ERP]},  # type: ignore[dict-item]
                clock=clock,
                observer=Listening(number),
                options=ServiceOptions(),
            )
            for number, one in enumerate(slow)
        ]
        ids = [table_map.id for table_map in systems.kinds.table_maps]
        await start_maps(store, systems.kinds, ids, "erp", clock)
        stops = [asyncio.Event() for _ in services]
        tasks = []
        for service, stop in zip(services, stops, strict=True):
            await service.start()
            tasks.append(asyncio.create_task(service.run(stop)))
        await asyncio.sleep(120)
        for one in slow:
            one.go_on.clear()
        maps = ["prospects-accounts"]
        job = await ask_backfill(store, systems.kinds, maps, Side.CRM, clock)
        await asyncio.sleep(120)
        (first,) = begun
        stops[first].set()
        await tasks[first]
        for one in slow:
            one.go_on.set()
        await asyncio.sleep(120)
        assert begun == [first, 1 - first]
        done = await find_job(store, job.kind, job.id)
        assert done is not None
        assert (done.state, done.resumed) == (JobState.DONE, 1)
        stops[1 - first].set()
        await tasks[1 - first]

    run_virtual(story())
