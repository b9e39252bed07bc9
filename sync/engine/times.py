"""Times as text."""

from __future__ import annotations

from datetime import datetime, timedelta


def text(moment: datetime) -> str:
    """ISO 8601 in UTC, to the microsecond: `2026-11-22T08:15:00.000000Z`; sorts as time does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def later(moment: datetime, seconds: float) -> datetime:
    """The moment that many seconds on."""
    return moment + timedelta(seconds=seconds)
