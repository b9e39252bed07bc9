"""Backoff: when to try again, as data; the jitter comes from the link, not from chance."""

from __future__ import annotations

from hashlib import blake2b

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
