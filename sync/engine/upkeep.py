"""Upkeep: what is done for all records as a whole, beside the work on each of them.

Each of these is a duty: of several services on one database one does it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sync.core.backoff import OF_LOOPS
from sync.core.row import Side
from sync.engine.backfill import Backfill
from sync.engine.breakers import Breakers
from sync.engine.duties import MAPS, Duties
from sync.engine.jobs import Jobs
from sync.engine.nights import Nights
from sync.errors import JobRunning, RemoteError
from sync.ports import Clock, Observer, Store

_POLL_SECONDS = 1.0


class Upkeep:
    """Checks the numbers, starts maps and does jobs, whenever that is asked of it.

    Args:
        backfill: Starts maps.
        jobs: Does jobs.
        nights: Checks the numbers when that is due; `None`: nobody does.
        breakers: Both sides' breakers.
        store: The state.
        clock: Time.
        observer: Hears what happens.
        woken: Called when something has become due to be worked on.

    Attributes:
        numbers_known: Set once it is known which maps number sequences hold up; nothing is worked
            on before.
    """

    def __init__(
        self,
        backfill: Backfill,
        jobs: Jobs,
        nights: Nights | None,
        breakers: Breakers,
        store: Store,
        clock: Clock,
        observer: Observer,
        woken: Callable[[], None],
    ) -> None:
        self._backfill, self._jobs, self._nights = backfill, jobs, nights
        self._breakers, self._duties = breakers, Duties(store, clock)
        self._observer, self._woken = observer, woken
        self._failures: dict[str, int] = {}
        self.numbers_known = asyncio.Event()
        if nights is None:
            self.numbers_known.set()

    async def start_maps(self) -> float:
        """Check the numbers if that is due, then start the maps that were asked to start.

        Returns:
            Seconds until it is looked at again.
        """
        return await self._tried("backfill_failed", self._start_maps)

    async def do_job(self, stopping: Callable[[], bool]) -> float:
        """Do the job that is asked for, if there is one.

        Args:
            stopping: Whether the service is about to end; the job is then left as it is.

        Returns:
            Seconds until it is looked at again.
        """

        async def do() -> None:
            if await self._jobs.once(stopping):
                self._woken()

        return await self._tried("job_failed", do)

    async def _start_maps(self) -> None:
        await self._check_numbers()
        if not await self._backfill.wanted():
            return
        if await self._duties.alone(MAPS, lambda _duty: self._backfill.once()):
            self._woken()

    async def _check_numbers(self) -> None:
        """Check them if that is due; while another service does, what it finds is waited for."""
        try:
            if self._nights is not None and await self._nights.check_when_due():
                self._woken()
        except RemoteError:
            self.numbers_known.set()  # The last check holds while a system is away.
            raise
        self.numbers_known.set()

    async def _tried(self, failing: str, do: Callable[[], Awaitable[None]]) -> float:
        try:
            await do()
        except JobRunning:
            return _POLL_SECONDS
        except RemoteError as error:
            failures = self._failures[failing] = self._failures.get(failing, 0) + 1
            pause = OF_LOOPS.after(error, failures)
            # That a side is not asked any more was told when that began.
            if not any(map(self._breakers.is_open, Side)):
                self._observer.noticed(failing, code=error.code, pause=pause)
            return pause
        self._failures[failing] = 0
        return _POLL_SECONDS
