"""Which failures of a database pass by themselves."""

from __future__ import annotations

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from sync.errors import Unavailable

_PASSING = {
    "40001": "serialization failure",
    "40P01": "deadlock",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "55P03": "lock not available",
    "57P01": "shut down by an administrator",
    "57P02": "crash of another session",
    "57P03": "still starting",
}
_BUSY = ("database is locked", "database is busy")
_FULL = ("database or disk is full", "disk I/O error")


def temporary(error: DBAPIError) -> bool:
    """Whether the same unit of work may succeed later."""
    if error.connection_invalidated:
        return True
    if getattr(error.orig, "sqlstate", None) in _PASSING:
        return True
    return any(text in str(error.orig) for text in (*_BUSY, *_FULL))


def unavailable(url: URL, error: Exception) -> Unavailable:
    """The error for whoever runs the service; the driver's text may hold the password."""
    reason = error.orig if isinstance(error, DBAPIError) else error
    kind = _PASSING.get(getattr(reason, "sqlstate", None) or "", type(reason).__name__)
    place = url.render_as_string(hide_password=True)
    if kind == "disk full" or any(text in str(reason) for text in _FULL):
        return Unavailable(
            f"The database at {place} has no room left on its disk.",
            cure="Make room on the disk; the service goes on by itself, and nothing is lost.",
        )
    return Unavailable(
        f"The database at {place} cannot be reached ({kind}).",
        cure="Check DUALWRITE_DATABASE_URL, and that the database runs and lets us in.",
    )
