"""Forecast: when a sequence that is drawn from as lately will be used up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

WINDOW = timedelta(days=30)
"""How far back draws are looked at."""
_A_DAY = timedelta(days=1)


class Forecast(msgspec.Struct, frozen=True):
    """How long a sequence lasts.

    Attributes:
        left: How many of its values are not drawn.
        per_day: How many were drawn a day, in the mean of the last 30 days, or since the first draw
            of them, but a day at least; 0 when none was.
        days_left: How many days it lasts at that rate; `None` when nothing was drawn.
        exhausted_at: When that is; `None` also when it is further away than a calendar tells.
    """

    left: int
    per_day: float
    days_left: float | None
    exhausted_at: datetime | None


def forecast(left: int, drawn: int, since: datetime | None, now: datetime) -> Forecast:
    """Foretell when a sequence is used up.

    Args:
        left: How many of its values are not drawn.
        drawn: How many were drawn in the window.
        since: When the first of those draws was.
        now: The time.
    """
    if since is None or not drawn:
        return Forecast(left, 0.0, 0.0 if not left else None, now if not left else None)
    days = max(now - since, _A_DAY) / _A_DAY
    per_day = drawn / days
    days_left = left / per_day
    try:
        return Forecast(left, per_day, days_left, now + timedelta(days=days_left))
    except OverflowError:
        return Forecast(left, per_day, days_left, None)


class Sighting(msgspec.Struct, frozen=True):
    """Where a sequence was at a time.

    Attributes:
        at: The time.
        next: The value that it gave next.
    """

    at: datetime
    next: int


def sightings(before: Iterable[Sighting], now: Sighting, step: int) -> tuple[Sighting, ...]:
    """The sightings of the window, with a new one; one or two a day are enough.

    A sequence that was set back is seen for the first time.
    """
    kept = [one for one in before if now.at - one.at <= WINDOW]
    if kept and (now.next - kept[-1].next) * step < 0:
        kept = []
    if not kept or now.at - kept[-1].at >= _A_DAY / 2:
        kept.append(now)
    return tuple(kept)


def pace(seen: Sequence[Sighting], now: Sighting, step: int) -> float:
    """How many values a day a sequence gave since it was first seen."""
    first = seen[0] if seen else now
    return forecast(0, (now.next - first.next) * step, first.at, now.at).per_day
