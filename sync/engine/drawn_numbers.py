"""The numbers that were drawn from a shared sequence, and what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from sync.core.drawn import DrawnNumber, Use, use_of
from sync.core.leases import Draw, SharedSequence
from sync.core.link import Link
from sync.core.numbers import comparable
from sync.ports import Store, Transaction

MOST_DAYS = 36_500
"""How many days back may be asked for."""
_AT_ONCE = 1000
_PAGES = 20
"""How many numbers are looked at for one page of those that are asked for, in thousands."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which drawn numbers are asked for.

    Attributes:
        use: Only those of which that became.
        before: Only those that were drawn at this moment at the latest.
    """

    use: Use | None = None
    before: datetime | None = None

    @classmethod
    def of(cls, use: Use | None, older_than: int | None, now: datetime) -> Wanted:
        """Those of which that became, and that were drawn at least so many days ago."""
        before = None if older_than is None else now - timedelta(days=older_than)
        return cls(use=use, before=before)

    def fits(self, one: DrawnNumber) -> bool:
        """Whether a number is asked for."""
        old = self.before is None or datetime.fromisoformat(one.at) <= self.before
        return old and self.use in {None, one.use}


async def drawn_numbers(
    store: Store, sequence: SharedSequence, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[DrawnNumber], str | None]:
    """A page of the numbers that were drawn, in order of number.

    Args:
        store: The state.
        sequence: The sequence.
        wanted: Which of them.
        after: The cursor of the page before.
        limit: How many at most.

    Returns:
        The numbers, and the cursor of the next page; it may have fewer than asked for where few
        of many numbers fit.
    """
    found: list[DrawnNumber] = []
    for _ in range(_PAGES):
        async with store.transaction() as tx:
            page = await _page(tx, sequence, after)
        for one in page:
            if wanted.fits(one):
                if len(found) == limit:
                    return found, after
                found.append(one)
            after = comparable(one.number)
        if len(page) < _AT_ONCE:
            return found, None
    return found, after


async def _page(tx: Transaction, sequence: SharedSequence, after: str | None) -> list[DrawnNumber]:
    space = sequence.space
    drawn = await tx.drawn_numbers(sequence.id, space, after=after, limit=_AT_ONCE)
    draws = await tx.draws_of(sequence.id, set(drawn.values()))
    links = await tx.links_by_number(space, drawn)
    return [_drawn(number, draws[request], links.get(number)) for number, request in drawn.items()]


def _drawn(number: str, draw: Draw, link: Link | None) -> DrawnNumber:
    """A drawn number as it was given, by how it is compared."""
    given = next(one for one in draw.numbers if comparable(one) == number)
    return DrawnNumber(
        number=given,
        side=draw.side,
        request=draw.request,
        at=draw.at,
        use=use_of(draw.side, link),
        link_id=link.id if link is not None else None,
    )
