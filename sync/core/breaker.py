"""The circuit breaker of a side: whether it is asked at all. A state machine, as data.

```
closed ── so many failures in a row ──► open ── after a pause ──► half open (one probe)
  ▲                                       ▲                          │
  └───────────── it answers ──────────────┼──────────────────────────┤
                                          └──── the probe failed ────┘   the pause doubles
```
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sync.core.row import Side
from sync.errors import NotAuthorised, Recovery, RemoteError, Unavailable


class BreakerLimits(msgspec.Struct, frozen=True):
    """When a side is asked no more, and how often it is probed then.

    Attributes:
        failures: So many failures in a row open it. Five: a batch or two, so that one bad minute
            of a web server is sat out by the links' own backoff, and an outage costs few of them
            an attempt.
        first_pause: Seconds from opening to the first probe: most outages are as short.
        longest_pause: Seconds between two probes at most, after doubling. A probe is one small
            request, so that this may be as short as a change may take to cross.
        longest_fatal_pause: The same where our identity is refused: only a person can help there,
            who is not that fast, and an identity provider locks out who knocks too often.
    """

    failures: int = 5
    first_pause: float = 0.5
    longest_pause: float = 5.0
    longest_fatal_pause: float = 30.0

    def pause(self, error: RemoteError, probes: int) -> float:
        """Seconds until the next probe, after so many that failed."""
        fatal = error.recovery is Recovery.FATAL
        longest = self.longest_fatal_pause if fatal else self.longest_pause
        return min(longest, self.first_pause * 2.0 ** min(probes, 10))


LIMITS = BreakerLimits()
"""Those of every side."""


class BreakerState(StrEnum):
    """Whether a side is asked."""

    CLOSED = "closed"
    """It is."""
    OPEN = "open"
    """It is not: what needs it waits."""
    HALF_OPEN = "half_open"
    """A probe is under way, and nothing else is asked."""


class Breaker(msgspec.Struct, frozen=True):
    """The breaker of one side at one moment.

    Attributes:
        state: Whether the side is asked.
        failures: Failures in a row.
        probes: Probes that failed since it opened.
        opened_at: When it opened.
        probe_at: When the next probe is due.
        error: The last failure.
    """

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    probes: int = 0
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    error: RemoteError | None = None

    @property
    def is_open(self) -> bool:
        """Whether the side is not asked, but for the probe."""
        return self.state is not BreakerState.CLOSED

    def failed(self, error: RemoteError, now: datetime) -> Breaker:
        """The side failed a request."""
        if self.state is BreakerState.OPEN:  # a request that was under way when it opened
            return msgspec.structs.replace(self, error=error)
        probes = self.probes + (self.state is BreakerState.HALF_OPEN)
        failures = self.failures + 1
        if self.state is BreakerState.CLOSED and failures < LIMITS.failures:
            return Breaker(failures=failures, error=error)
        return Breaker(
            BreakerState.OPEN,
            failures,
            probes,
            self.opened_at or now,
            now + timedelta(seconds=LIMITS.pause(error, probes)),
            error,
        )

    def answered(self) -> Breaker:
        """The side answered a request, whatever it said."""
        return Breaker()

    def probing(self, now: datetime) -> Breaker | None:
        """With the probe under way; `None` when none is due."""
        if self.state is not BreakerState.OPEN or self.probe_at is None or self.probe_at > now:
            return None
        return msgspec.structs.replace(self, state=BreakerState.HALF_OPEN)

    def given_up(self) -> Breaker:
        """With the probe broken off: the next one is due at once."""
        if self.state is not BreakerState.HALF_OPEN:
            return self
        return msgspec.structs.replace(self, state=BreakerState.OPEN)


def is_outage(error: RemoteError) -> bool:
    """Whether an error says that the side as a whole does not work."""
    return isinstance(error, Unavailable | NotAuthorised)


def side_token(side: Side) -> str:
    """What links wait for together while a side is not asked."""
    return f"side:{side}"
