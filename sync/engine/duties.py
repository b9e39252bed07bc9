"""Duties: what one service does for all of an installation, and no other one meanwhile.

Two services may share one database. Links are leased one by one; what is done as a whole (a job,
the check of the numbers, the start of maps) is leased under a name. Who is on duty says so again
well before its time is over; who was killed is off it half a minute later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from sync.errors import JobRunning, Unavailable
from sync.ports import Clock, Store, Transaction

JOBS, NUMBERS, MAPS = "jobs", "numbers", "maps"
_IN_WORDS = {
    JOBS: "A backfill or a reconciliation",
    NUMBERS: "The check of the number sequences",
    MAPS: "The start of maps",
}
_SECONDS = 30.0
_BEATS = 3
"""How often it is said in that time that somebody is still at it."""
T = TypeVar("T")


class Duty:
    """A duty that is ours.

    Args:
        name: Which one.
        holder: Who we are on it.
    """

    def __init__(self, name: str, holder: int) -> None:
        self.name, self.holder = name, holder

    async def check(self, tx: Transaction, clock: Clock) -> None:
        """Stay on it, in the transaction that keeps what was done.

        Raises:
            JobRunning: We were too slow, and somebody else is on it: nothing of ours counts.
        """
        until = clock.now() + timedelta(seconds=_SECONDS)
        if not await tx.keep_duty(self.name, self.holder, until):
            raise JobRunning(
                f"{_IN_WORDS[self.name]} took too long here, and another process has taken over.",
                cure="Look there how far it is.",
            )


class Duties:
    """Goes on duty and stays there.

    Args:
        store: The state.
        clock: Time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def alone(self, name: str, work: Callable[[Duty], Awaitable[T]]) -> T:
        """Do a work while nobody else does it.

        Args:
            name: The duty.
            work: What is done; it is broken off if the duty is lost.

        Raises:
            JobRunning: Somebody else is at it, or has taken it over.
        """
        duty = await self._take(name)
        doing = asyncio.ensure_future(work(duty))
        keeping = asyncio.create_task(self._keep(duty))
        try:
            await asyncio.wait([doing, keeping], return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                await keeping
            done = await doing
        except (Exception, asyncio.CancelledError):
            await self._end(duty, doing, keeping)
            raise
        finally:
            keeping.cancel()
        await self._end(duty, keeping)
        return done

    async def _take(self, name: str) -> Duty:
        now = self._clock.now()
        async with self._store.transaction() as tx:
            holder = await tx.take_duty(name, now, now + timedelta(seconds=_SECONDS))
        if holder is None:
            raise JobRunning(
                f"{_IN_WORDS[name]} is going on in another process.",
                cure=f"Wait until it has ended; if it was killed, {_SECONDS:.0f} seconds.",
            )
        return Duty(name, holder)

    async def _keep(self, duty: Duty) -> None:
        """Say again and again that we are at it; ends with an error once we are not."""
        while True:
            await self._clock.sleep(_SECONDS / _BEATS)
            # While the database is away nobody can take it from us either.
            with suppress(Unavailable):
                async with self._store.transaction() as tx:
                    await duty.check(tx, self._clock)

    async def _end(self, duty: Duty, *tasks: asyncio.Future[T] | asyncio.Task[None]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # If the database is away, the duty ends by itself.
        with suppress(Unavailable):
            async with self._store.transaction() as tx:
                await tx.end_duty(duty.name, duty.holder)
