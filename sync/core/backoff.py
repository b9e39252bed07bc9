"""Backoff: when to try again, as data; the jitter comes from the event, not from chance."""

from __future__ import annotations

from hashlib import blake2b

from sync.errors import RemoteError, Throttled

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 300.0


def backoff(attempt: int, seed: str) -> float:
    """Seconds to wait after the `attempt`-th failure in a row (from 1).

    Doubles each time up to five minutes; between half and all of it, spread by `seed`, so that
    links that failed together do not come back together, and a replay waits the same.
    """
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempt - 1, 20))
    digest = blake2b(f"{seed}/{attempt}".encode(), digest_size=4).digest()
    return ceiling * (0.5 + int.from_bytes(digest, "big") / 2**33)


def backoff_after(error: RemoteError, attempt: int, seed: str) -> float:
    """Seconds to wait after an error, at least as long as the system asks."""
    asked = error.retry_after if isinstance(error, Throttled) else 0.0
    return max(asked, backoff(attempt, seed))


def soon(attempt: int, seed: str) -> float:
    """Seconds until what has moved on meanwhile is looked at again.

    At once the first time (`attempt` 1), then as after failures: looking again did not help.
    """
    return backoff(attempt - 1, seed) if attempt > 1 else 0.0
