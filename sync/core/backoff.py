"""Backoff: when to try again, as data; the jitter comes from the event, not from chance."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from sync.errors import RemoteError, Throttled


class Backoff(msgspec.Struct, frozen=True):
    """How long to wait after failures in a row: twice as long each time.

    Attributes:
        first: Seconds at most after the first.
        longest: Seconds at most after any.
    """

    first: float
    longest: float

    def ceiling(self, failures: int) -> float:
        """Seconds at most after so many failures in a row (from 1)."""
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 20))

    def after(self, error: RemoteError, failures: int) -> float:
        """Seconds after an error, at least as long as the system asks."""
        return max(_asked(error), self.ceiling(failures))


OF_RECORDS = Backoff(0.5, 300.0)
"""A record tries soon, for most failures pass; then seldom, for it is one of many."""
OF_LOOPS = Backoff(1.0, 30.0)
"""What serves all records tries more often: nothing goes on before it succeeds."""


def backoff(attempt: int, seed: str) -> float:
    """Seconds that a record waits after the `attempt`-th failure in a row (from 1).

    Between half and all of the ceiling, spread by `seed`, so that links that failed together do not
    come back together, and a replay waits the same.
    """
    digest = blake2b(f"{seed}/{attempt}".encode(), digest_size=4).digest()
    return OF_RECORDS.ceiling(attempt) * (0.5 + int.from_bytes(digest, "big") / 2**33)


def backoff_after(error: RemoteError, attempt: int, seed: str) -> float:
    """Seconds that a record waits after an error, at least as long as the system asks."""
    return max(_asked(error), backoff(attempt, seed))


def soon(attempt: int, seed: str) -> float:
    """Seconds until what has moved on meanwhile is looked at again.

    At once the first time (`attempt` 1), then as after failures: looking again did not help.
    """
    return backoff(attempt - 1, seed) if attempt > 1 else 0.0


def _asked(error: RemoteError) -> float:
    return error.retry_after if isinstance(error, Throttled) else 0.0
