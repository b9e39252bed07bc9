"""The service: its loops, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sync.core.backoff import OF_LOOPS
from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.backfill import Backfill
from sync.engine.breakers import Breakers
from sync.engine.capture import Capture
from sync.engine.guarding import Guarded
from sync.engine.ingest import Ingest
from sync.engine.jobs import Jobs
from sync.engine.journal import Journaled
from sync.engine.looking import Looking, first_of
from sync.engine.nights import Nights
from sync.engine.options import ServiceOptions
from sync.engine.preparing import Preparing
from sync.engine.probing import Probing
from sync.engine.sequences import NumberCheck
from sync.engine.upkeep import Upkeep
from sync.engine.versions import keep_versions
from sync.engine.work import Work
from sync.errors import DualWriteError, Recovery
from sync.ports import ChangeLog, Clock, Connector, Observer, Store, WakeUp

_IDLE_SECONDS = 0.25
_POLL_SECONDS = 1.0


class Service:
    """Captures, takes in, decides and writes until it is told to stop.

    Args:
        kinds: All kinds.
        store: The state.
        log: The change log.
        connectors: Both systems.
        clock: Time.
        observer: Hears what happens.
        options: Sizes and times.
        numbers: Checks the number sequences, before maps start and then every night; left out, they
            are not checked.
        breakers: Both sides' breakers, where somebody else asks the systems too.
    """

    def __init__(
        self,
        *,
        kinds: Kinds,
        store: Store,
        log: ChangeLog,
        connectors: Mapping[Side, Connector],
        clock: Clock,
        observer: Observer,
        options: ServiceOptions,
        numbers: NumberCheck | None = None,
        breakers: Breakers | None = None,
    ) -> None:
        self.kinds, self.store, self.log = kinds, store, log
        self.clock, self.observer, self.options = clock, observer, options
        self.breakers = breakers or Breakers(clock, observer)
        # Nobody gets the connectors themselves: whoever asks a system is heard by its breaker.
        self.systems = {side: Guarded(one, self.breakers) for side, one in connectors.items()}
        self._probing = [Probing(one, self.breakers) for one in self.systems.values()]
        self.captures = {
            side: Capture(one, kinds.tables[side], store, log, clock, observer)
            for side, one in self.systems.items()
        }
        self.looking = {
            side: Looking(
                capture, self.systems[side].versions, clock, observer, options, self.breakers
            )
            for side, capture in self.captures.items()
        }
        self.ingest = Ingest(kinds, store, log, clock, observer, batch=options.ingest_batch)
        journaled = {side: Journaled(one, log, clock) for side, one in self.systems.items()}
        self.work = Work(
            kinds, store, journaled, clock, observer, options, log=log, breakers=self.breakers
        )
        self.backfill = Backfill(kinds, store, self.captures, self._drained, clock, observer)
        self._due = asyncio.Event()
        self.upkeep = Upkeep(
            self.backfill,
            Jobs(kinds, store, self.backfill, log, self.systems, clock, observer),
            Nights(numbers, clock, options.numbers_at) if numbers else None,
            self.breakers,
            store,
            clock,
            observer,
            self._due.set,
        )
        self._asked = asyncio.Event()
        self._polls = 0
        self._polled = asyncio.Condition()
        # The last check of the numbers holds while a system is away.
        known = self.upkeep.numbers_known.set
        self.preparing = {
            side: Preparing(one, self.breakers, clock, observer, known)
            for side, one in self.systems.items()
        }
        self._running = False

    async def start(self) -> None:
        """Connect the state and the log, and keep which maps decide from now on.

        Records whose map has a field more than before are due then.

        Raises:
            SchemaNotCurrent: The database needs `dualwrite migrate`.
        """
        await self.store.start()
        woken = await keep_versions(self.store, self.kinds, self.clock)
        if woken:
            self.observer.noticed("fields_added", links=woken)
        await self.log.start()

    async def run(self, stop: asyncio.Event) -> None:
        """Run every loop until `stop` is set, then let work in flight finish."""
        self._running = True
        loops = [
            self._ingesting(stop),
            *(self._working(stop) for _ in range(self.options.workers)),
            *(self._looking(side, stop) for side in self.systems),
            *(self._asking_again(probing, stop) for probing in self._probing),
            self._starting_maps(stop),
            self._doing_jobs(stop),
        ]
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            _, late = await asyncio.wait(tasks, timeout=self.options.drain_seconds)
            for task in late:
                task.cancel()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(outcome, BaseException) and not isinstance(
                    outcome, asyncio.CancelledError
                ):
                    raise outcome
        finally:
            self._running = False

    async def close(self) -> None:
        """Give everything back."""
        for system in self.systems.values():
            await system.close()
        await self.log.close()
        await self.store.close()

    def wake(self, side: Side, notice: WakeUp) -> None:
        """A webhook told where to look."""
        self.looking[side].wake(notice)

    def work_is_due(self) -> None:
        """Something outside the loops made links due."""
        self._due.set()

    def job_is_asked(self) -> None:
        """Somebody asked for a backfill or a reconciliation."""
        self._asked.set()

    def health(self) -> dict[str, Any]:
        """How the service is: `ready` when every loop runs and both systems were reached."""
        sides = {
            side.value: {
                "prepared": self.preparing[side].done,
                "error": error.code if (error := self._error(side)) else None,
                "message": error.message if error else None,
                "cure": error.cure if error else None,
                "breaker": self.breakers[side],
                "looked_at": {table: at.isoformat() for table, at in looking.looked_at.items()},
            }
            for side, looking in self.looking.items()
        }
        ready = self._running and self._prepared()
        return {"ready": ready, "running": self._running, "sides": sides}

    def _error(self, side: Side) -> DualWriteError | None:
        return self.looking[side].error or self.preparing[side].error

    def _prepared(self) -> bool:
        return all(one.done for one in self.preparing.values())

    async def _ingesting(self, stop: asyncio.Event) -> None:
        async def once() -> bool:
            taken = await self.ingest.once(_POLL_SECONDS)
            async with self._polled:
                self._polls += 1
                self._polled.notify_all()
            if taken:
                self._due.set()
            if 0 < taken < self.options.ingest_batch:
                await self.clock.sleep(self.options.gather_seconds / 3)
            return True

        await self._loop(stop, "ingest", once)

    async def _working(self, stop: asyncio.Event) -> None:
        async def once() -> bool:
            if not self.upkeep.numbers_known.is_set():
                await first_of(stop.wait(), self.upkeep.numbers_known.wait())
                return True
            self._due.clear()
            worked = await self.work.once()
            if worked >= self.options.batch:
                return True
            if not worked:
                await first_of(stop.wait(), self._due.wait(), self.clock.sleep(_IDLE_SECONDS))
            if not stop.is_set():
                await self.clock.sleep(self.options.gather_seconds)
            return True

        await self._loop(stop, "work", once)

    async def _looking(self, side: Side, stop: asyncio.Event) -> None:
        """Prepare the system, then look for its changes."""
        await self._loop(stop, f"prepare {side}", lambda: self.preparing[side].once(stop))
        if not stop.is_set():
            await self._loop(stop, f"look {side}", lambda: self._look(side, stop))

    async def _look(self, side: Side, stop: asyncio.Event) -> bool:
        await self.looking[side].run(stop)
        return False

    async def _asking_again(self, probing: Probing, stop: asyncio.Event) -> None:
        """Probe a side that is not asked; what waited for it goes on when it answers."""

        async def once() -> bool:
            if await probing.once():
                self._due.set()
            await first_of(stop.wait(), self.clock.sleep(_IDLE_SECONDS))
            return True

        await self._loop(stop, f"probe {probing.side}", once)

    async def _starting_maps(self, stop: asyncio.Event) -> None:
        async def once() -> bool:
            pause = await self.upkeep.start_maps() if self._prepared() else _POLL_SECONDS
            await first_of(stop.wait(), self.clock.sleep(pause))
            return True

        await self._loop(stop, "maps", once)

    async def _doing_jobs(self, stop: asyncio.Event) -> None:
        """Do what a person asks for as a whole; one who asks elsewhere is heard within a second.

        Not before both systems were met: then a job is done, or told which of them is away.
        """

        async def once() -> bool:
            self._asked.clear()
            met = all(one.met for one in self.preparing.values())
            pause = await self.upkeep.do_job(stop.is_set) if met else _POLL_SECONDS
            await first_of(stop.wait(), self._asked.wait(), self.clock.sleep(pause))
            return True

        await self._loop(stop, "jobs", once)

    async def _drained(self) -> None:
        """Wait until the ingest loop has taken something more in, or found nothing."""
        async with self._polled:
            target = self._polls + 1
            await self._polled.wait_for(lambda: self._polls >= target)

    async def _loop(
        self, stop: asyncio.Event, name: str, once: Callable[[], Awaitable[bool]]
    ) -> None:
        """Repeat until told to stop; what may pass is noticed and tried again."""
        failures = 0
        while not stop.is_set():
            try:
                if not await once():
                    return
                failures = 0
            except DualWriteError as error:
                if error.recovery is Recovery.FATAL:
                    raise
                failures += 1
                self.observer.noticed("loop_failed", loop=name, code=error.code)
                pause = OF_LOOPS.ceiling(failures)
                await first_of(stop.wait(), self.clock.sleep(pause))
