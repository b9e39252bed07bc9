"""What to do with a request that failed: a table, and the one place that executes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from connectors.odata.http import NoAnswer
from sync.errors import RemoteError, Throttled, Unavailable
from sync.ports import Clock

C = TypeVar("C")
T = TypeVar("T")


class Action(StrEnum):
    """What is done inside the call."""

    GIVE_UP = "give up"
    """Hand the error to the caller."""
    AGAIN = "again"
    """Send it again: it certainly did not happen."""
    AGAIN_IF_SAFE = "again if safe"
    """Send it again if it only reads; a write may have happened, so its caller must look first."""
    PAUSE = "pause"
    """Everybody waits as long as the system says; a read is then sent again."""
    NEW_TOKEN = "new token"  # noqa: S105 - the name of an action
    """Fetch a new token and send it again, once: it certainly did not happen."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes:
        action: What is done.
        maybe_done: Whether a write may have happened all the same.
    """

    action: Action
    maybe_done: bool = False


NOT_SENT = Rule(Action.AGAIN)
NO_ANSWER = Rule(Action.AGAIN_IF_SAFE, maybe_done=True)
ELSE = Rule(Action.GIVE_UP)
BY_STATUS: dict[int, Rule] = {
    401: Rule(Action.NEW_TOKEN),
    408: Rule(Action.AGAIN_IF_SAFE, maybe_done=True),
    429: Rule(Action.PAUSE),
    500: Rule(Action.AGAIN_IF_SAFE, maybe_done=True),
    502: Rule(Action.AGAIN_IF_SAFE, maybe_done=True),
    503: Rule(Action.AGAIN_IF_SAFE, maybe_done=True),
    504: Rule(Action.AGAIN_IF_SAFE, maybe_done=True),
}


def rule_for(error: RemoteError) -> Rule:
    """The row that a failed request falls under."""
    if isinstance(error, NoAnswer):
        return NO_ANSWER if error.maybe_done else NOT_SENT
    if isinstance(error, Throttled) and error.status is not None:
        return BY_STATUS[429]
    if error.status is None or (error.status >= 500 and not isinstance(error, Unavailable)):
        return ELSE
    return BY_STATUS.get(error.status, ELSE)


def _worth_it(error: BaseException, *, safe: bool) -> bool:
    if not isinstance(error, RemoteError):
        return False
    action = rule_for(error).action
    return action is Action.AGAIN or (safe and action in (Action.AGAIN_IF_SAFE, Action.PAUSE))


class Retries:
    """Executes the table: a few attempts, with growing random pauses.

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
        """Call until it succeeds, or fails in a way that is not worth another attempt."""

        async def attempt() -> T:
            return await once(call)

        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: _worth_it(error, safe=safe)),
            stop=stop_after_attempt(self._attempts),
            wait=self._pause,
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(attempt)

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        return 0.0 if isinstance(error, Throttled) else self._wait(state)

    async def _sleep(self, seconds: float) -> None:
        self._on_retry()
        if seconds:
            await self._clock.sleep(seconds)
