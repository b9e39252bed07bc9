"""Questions to the state that take more than one page, asked so that memory stays bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from sync.core.conflict import Conflict, ConflictState
from sync.ports import ConflictFilter, InboxEvent, LinkRow, Receipt, Transaction

_PAGE = 1000
_ID_DIGITS = 32


async def count_dead_letters(tx: Transaction) -> int:
    """How many dead letters are open."""
    count, after = 0, None
    while True:
        page = await tx.dead_letters(state="open", after=after, limit=_PAGE)
        count += len(page)
        if len(page) < _PAGE:
            return count
        after = page[-1].id


async def count_overlaps(tx: Transaction) -> int:
    """How many overlaps of number sequences the last check found that nobody has accepted."""
    report = await tx.number_report()
    accepted = {one.overlap for one in await tx.acceptances() if one.withdrawn_by is None}
    found = report.findings if report is not None else ()
    return sum(overlap.id not in accepted for overlap in found)


async def conflicts_of(
    tx: Transaction, link_ids: Collection[str], *, state: ConflictState | None = None
) -> list[Conflict]:
    """Every conflict of some links, or those in one state, in order of id."""
    found: list[Conflict] = []
    after: str | None = None
    while link_ids:
        page = await tx.conflicts(state=state, link_ids=link_ids, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            break
        after = page[-1].id
    return found


async def found_conflicts(tx: Transaction, wanted: ConflictFilter) -> list[Conflict]:
    """Every conflict that passes a filter, in order of id."""
    found: list[Conflict] = []
    after: str | None = None
    while True:
        page = await tx.find_conflicts(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found
        after = page[-1].id


async def link_row(tx: Transaction, link_id: str) -> LinkRow | None:
    """One link with its schedule; `None` when there is none of that id."""
    try:
        number = int(link_id, 16)
    except ValueError:
        return None
    before = f"{number - 1:0{_ID_DIGITS}x}" if number else None
    found = await tx.list_links(after=before, limit=1)
    return found[0] if found and found[0].link.id == link_id else None


async def pending_events(tx: Transaction, row: LinkRow, limit: int) -> list[InboxEvent]:
    """A link's events that no decision has covered yet, oldest first."""
    return await tx.events(after=row.settled_position, link_id=row.link.id, limit=limit)


async def last_receipts(tx: Transaction, link_id: str, limit: int) -> list[Receipt]:
    """A link's newest receipts, newest first."""
    kept: deque[Receipt] = deque(maxlen=limit)
    after = 0
    while True:
        page = await tx.receipts(link_id=link_id, after=after, limit=_PAGE)
        kept.extend(page)
        if len(page) < _PAGE:
            return list(reversed(kept))
        after = page[-1].position
