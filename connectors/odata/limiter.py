"""Keeps a connector inside a system's limits, for all its requests together.

A sliding window bounds the rate, a number bounds the concurrency; the number is halved when the
system says it is too much and grows by one per round of successes (additive increase,
multiplicative decrease). When the system names a pause, nobody sends until it is over.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connectors.odata.options import LimitOptions
from sync.errors import Throttled
from sync.ports import Clock

# Our window and the system's do not begin at the same instant, and others may use the same user.
_HEADROOM = 0.98


class Limiter:
    """Hands out slots for requests.

    Args:
        clock: The time.
        options: The limits.
        connections: Connections there are: more requests at a time would only queue for one.
    """

    def __init__(self, clock: Clock, options: LimitOptions, connections: int) -> None:
        self._clock = clock
        self._window = options.window
        self._budget = max(1, math.floor(options.requests * _HEADROOM))
        self._most = float(max(1, min(options.concurrency, connections)))
        self._patience = options.patience
        self._allowed = self._most
        self._running = 0
        self._paused_until = 0.0
        self._sent: deque[float] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def allowed(self) -> int:
        """How many requests may run at a time, as of now."""
        return int(self._allowed)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it while the request runs.

        Raises:
            Throttled: The wait would be longer than a request should stand in line.
        """
        await self._enter()
        try:
            yield
        finally:
            self._running -= 1
            self._wake()

    def throttled(self, retry_after: float) -> None:
        """The system said it is too much: send less, and nothing before the pause is over."""
        self._allowed = max(1.0, self._allowed / 2)
        self._paused_until = max(self._paused_until, self._now() + retry_after)

    def succeeded(self) -> None:
        """A request went well: allow a little more."""
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)

    async def _enter(self) -> None:
        while True:
            wait = max(self._paused_until - self._now(), self._until_window())
            if wait > self._patience:
                self._wake()
                raise Throttled(
                    f"Nothing is sent for {wait:.0f} s, to stay inside the system's limits.",
                    retry_after=wait,
                    status=None,
                )
            if wait > 0:
                await self._clock.sleep(wait)
                continue
            if self._running < self.allowed:
                break
            await self._turn()
        self._running += 1
        self._sent.append(self._now())

    def _until_window(self) -> float:
        """Seconds until the window has room for one more request."""
        start = self._now() - self._window
        while self._sent and self._sent[0] <= start:
            self._sent.popleft()
        return self._sent[0] - start if len(self._sent) >= self._budget else 0.0

    async def _turn(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            self._wake()
            raise

    def _wake(self) -> None:
        for _ in range(max(1, self.allowed - self._running)):
            if not self._waiting:
                return
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)

    def _now(self) -> float:
        return self._clock.now().timestamp()
