"""Numbers that the service has drawn or keeps for a record."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sync.core.row import RowRef


class Drawn(msgspec.Struct, frozen=True):
    """How much was drawn from a shared sequence in a while.

    Attributes:
        values: How many of its values, those included that were skipped.
        since: When the first draw of that while was.
    """

    values: int
    since: datetime


class Reservation(msgspec.Struct, frozen=True):
    """A number that is kept for a row whose record has none of its own.

    Attributes:
        ref: The row.
        space: The name of the number space.
        number: The number.
        instead_of: The number that the row has until then, when that one turned out to be taken.
    """

    ref: RowRef
    space: str
    number: str
    instead_of: str | None = None
