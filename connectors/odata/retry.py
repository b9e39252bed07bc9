"""Sending again inside a call, as the table of `recovery` says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from connectors.odata.recovery import Again, Failure
from sync.errors import Throttled
from sync.ports import Clock

C = TypeVar("C")
T = TypeVar("T")


class Retries:
    """A few attempts, with growing random pauses.

    A pause that the system asked for is not slept here: the limiter makes everybody wait for it.

    Args:
        clock: Where the pauses are slept.
        attempts: Attempts in all.
        on_retry: Called before every further attempt.
    """

    def __init__(self, clock: Clock, attempts: int, on_retry: Callable[[], None]) -> None:
        self._clock, self._attempts, self._on_retry = clock, attempts, on_retry
        self._wait = wait_random_exponential(multiplier=0.2, max=5.0)

    async def run(self, once: Callable[[C], Awaitable[T]], call: C, *, safe: bool) -> T:
        """Call until it succeeds, or fails in a way that is not worth another attempt.

        Args:
            once: Makes one attempt; raises `Failure`.
            call: What it is called with.
            safe: Whether the call only reads.
        """
        worth_it = {Again.ALL, Again.READS} if safe else {Again.ALL}

        async def attempt() -> T:
            return await once(call)

        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda e: isinstance(e, Failure) and e.row.again in worth_it),
            stop=stop_after_attempt(self._attempts),
            wait=self._pause,
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(attempt)

    def _pause(self, state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome else None
        paused = isinstance(failed, Failure) and isinstance(failed.error, Throttled)
        return 0.0 if paused else self._wait(state)

    async def _sleep(self, seconds: float) -> None:
        self._on_retry()
        if seconds:
            await self._clock.sleep(seconds)
