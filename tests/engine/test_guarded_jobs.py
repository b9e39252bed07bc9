"""Jobs and the check of the numbers ask nothing of a side whose breaker is open."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from sync.core.breaker import LIMITS
from sync.core.row import Side
from sync.engine.asking import ask_backfill, ask_reconciliation, find_job
from sync.engine.breakers import Breakers
from sync.engine.guarding import GuardedTeller
from sync.engine.maps import start_maps
from sync.engine.nights import Nights
from sync.engine.options import ServiceOptions
from sync.engine.sequences import NumberCheck
from sync.engine.service import Service
from sync.errors import NotAuthorised, RemoteError, Unavailable
from sync.ports import Job, JobState, ToldSequences
from sync.testing.faulty import Asked, Fault, FaultyConnector
from sync.testing.loop import LoopClock, run_virtual
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.simulation.systems import Systems

_LONG = 120.0


class Running:
    """A service in virtual time whose ERP can go away."""

    def __init__(self) -> None:
        self.clock, self.store = LoopClock(), MemoryStore()
        systems = Systems(False, self.clock.now)
        self.kinds = systems.kinds
        self.away = False
        self.asked: Counter[Asked] = Counter()
        self.told: Counter[str] = Counter()
        erp = FaultyConnector(systems.ports[Side.ERP], self._weather)
        self.service = Service(
            kinds=self.kinds,
            store=self.store,
            log=MemoryLog(),
            connectors={Side.CRM: systems.ports[Side.CRM], Side.ERP: erp},
            clock=self.clock,
            observer=self,
            options=ServiceOptions(),
        )

    def _weather(self, asked: Asked) -> Fault | None:
        self.asked[asked] += 1
        return Fault.DOWN if self.away else None

    def noticed(self, name: str, /, **_facts: Any) -> None:
        self.told[name] += 1

    async def __aenter__(self) -> Running:
        ids = [table_map.id for table_map in self.kinds.table_maps]
        await start_maps(self.store, self.kinds, ids, "erp", self.clock)
        await self.service.start()
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self.service.run(self._stop))
        await asyncio.sleep(_LONG)
        return self

    async def __aexit__(self, *_raised: object) -> None:
        self._stop.set()
        await self._task

    async def goes_away(self) -> None:
        self.away = True
        await asyncio.sleep(_LONG)
        assert self.service.breakers.is_open(Side.ERP)
        self.asked.clear()
        self.told.clear()

    async def now(self, job: Job) -> Job:
        found = await find_job(self.store, job.kind, job.id)
        assert found is not None
        return found


def test_a_backfill_waits_for_a_side_that_is_away_and_does_not_knock() -> None:
    async def story() -> None:
        async with Running() as running:
            await running.goes_away()
            maps = ["prospects-accounts"]
            job = await ask_backfill(running.store, running.kinds, maps, None, running.clock)
            await asyncio.sleep(_LONG)
            held = await running.now(job)
            assert (held.state, held.code) == (JobState.RUNNING, "unavailable")
            assert "The ERP is not asked before it answers again" in (held.message or "")
            assert set(running.asked) == {Asked.PING}
            assert running.told["job_failed"] == 0, "that it is away was told when it went"
            running.away = False
            await asyncio.sleep(_LONG)
            done = await running.now(job)
            assert (done.state, done.code) == (JobState.DONE, None)

    run_virtual(story())


def test_a_reconciliation_names_the_side_that_is_away_and_does_not_knock() -> None:
    async def story() -> None:
        async with Running() as running:
            await running.goes_away()
            job = await ask_reconciliation(
                running.store, running.kinds, running.clock, repair=False
            )
            await asyncio.sleep(_LONG)
            failed = await running.now(job)
            assert (failed.state, failed.code) == (JobState.FAILED, "unavailable")
            assert "The ERP is not asked before it answers again" in (failed.message or "")
            assert "Ask for it again" in (failed.cure or "")
            assert set(running.asked) == {Asked.PING}

    run_virtual(story())


class _Counted:
    """A system that has sequences to tell, and counts who asks."""

    def __init__(self) -> None:
        self.asked = 0

    async def sequences(self) -> ToldSequences:
        self.asked += 1
        return ToldSequences(())


@pytest.mark.parametrize("error", [Unavailable("Down."), NotAuthorised("Locked out.")])
async def test_the_check_of_the_numbers_stays_due_and_keeps_what_is_known(
    error: RemoteError,
) -> None:
    """A side that is not asked tells nothing: that is no proof that its numbers overlap no more."""
    bench = Bench()
    breakers, erp = Breakers(bench.clock, bench), _Counted()
    tellers = {
        Side.CRM: GuardedTeller(Side.CRM, bench.systems.direct[Side.CRM], breakers),
        Side.ERP: GuardedTeller(Side.ERP, erp, breakers),
    }
    check = NumberCheck(bench.kinds, bench.store, tellers, bench.clock, bench)
    nights = Nights(check, bench.clock, "02:00")
    for _ in range(LIMITS.failures):
        breakers.failed(Side.ERP, error)
    for _ in range(2):
        with pytest.raises(Unavailable, match="The ERP is not asked"):
            await nights.check_when_due()
    assert erp.asked == 0
    async with bench.store.transaction() as tx:
        assert await tx.number_report() is None
    breakers.answered(Side.ERP)
    assert await nights.check_when_due()
    assert erp.asked == 1


async def test_a_failed_look_at_the_numbers_counts_for_the_breaker() -> None:
    bench = Bench()
    breakers = Breakers(bench.clock, bench)

    class Down(_Counted):
        async def sequences(self) -> ToldSequences:
            await super().sequences()
            raise Unavailable("Down.")

    down = Down()
    teller = GuardedTeller(Side.ERP, down, breakers)
    for _ in range(LIMITS.failures + 3):
        with pytest.raises(Unavailable):
            await teller.sequences()
    assert down.asked == LIMITS.failures
    assert breakers.is_open(Side.ERP)
