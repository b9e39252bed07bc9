"""A clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock:
    """Time that passes only by `advance`.

    Sleepers are woken in the order in which they are due, those due together in the order in which
    they fell asleep.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._slept = 0

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was moved by that many seconds; none: let other tasks run once."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._slept += 1
        due = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (due, self._slept, woken))
        await woken

    def advance(self, seconds: float) -> int:
        """Move the clock on; returns how many sleepers that woke."""
        return self.advance_to(self._now + timedelta(seconds=seconds))

    def advance_to(self, moment: datetime) -> int:
        """Move the clock on to that moment; returns how many sleepers that woke.

        Raises:
            ValueError: The moment has passed.
        """
        if moment < self._now:
            raise ValueError(f"The clock stands at {self._now}; it cannot go back to {moment}.")
        self._now = moment
        count = 0
        while self._sleepers and self._sleepers[0][0] <= moment:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)
                count += 1
        return count

    @property
    def next_wake(self) -> datetime | None:
        """When the next sleeper is due; `None` when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None
