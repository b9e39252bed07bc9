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

FAILURES = 5
"""How many failures in a row open it."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 5.0
"""Seconds between two probes, of which each is one small request: as long as a change may take."""
_LONGEST_FATAL_PAUSE = 30.0
"""Where only a person can help, who is not that fast."""


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
        if self.state is BreakerState.CLOSED and failures < FAILURES:
            return Breaker(failures=failures, error=error)
        return Breaker(
            BreakerState.OPEN,
            failures,
            probes,
            self.opened_at or now,
            now + timedelta(seconds=probe_pause(error, probes)),
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


def probe_pause(error: RemoteError, probes: int) -> float:
    """Seconds until the next probe, after so many that failed."""
    fatal = error.recovery is Recovery.FATAL
    return min(
        _LONGEST_FATAL_PAUSE if fatal else _LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(probes, 10)
    )


def side_token(side: Side) -> str:
    """What links wait for together while a side is not asked."""
    return f"side:{side}"
