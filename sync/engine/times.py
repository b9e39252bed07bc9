"""Times as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sync.errors import InputUnusable


def text(moment: datetime) -> str:
    """ISO 8601 in UTC, to the microsecond: `2026-11-22T08:15:00.000000Z`; sorts as time does."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def asked_for(given: str) -> str:
    """A moment that a person names, as `text` writes it; in UTC unless it says otherwise.

    Raises:
        InputUnusable: It is no moment.
    """
    try:
        moment = datetime.fromisoformat(given.strip())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return text(aware.astimezone(UTC))
    except (ValueError, OverflowError):
        raise InputUnusable(
            "The time asked for is no moment.",
            cure="Give it as ISO 8601, e.g. 2026-11-22T08:15:00Z.",
        ) from None


def asked_since(given: str | None) -> str | None:
    """The moment that a filter begins at, if it names one.

    Raises:
        InputUnusable: It is no moment.
    """
    return None if given is None else asked_for(given)


def later(moment: datetime, seconds: float) -> datetime:
    """The moment that many seconds on."""
    return moment + timedelta(seconds=seconds)
