"""Moments: everything that ever happened to one field of a record, in order of time.

Three things are put together: the change events of its rows, which tell what each system had; the
receipts and the provenance, which tell what was written and agreed and why; and its conflicts. Only
changes of the field are kept in memory, however often its rows changed.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Sequence,
)
from typing import TypeVar

from sync.core.link import STRAY, Link, Neutral, link_id
from sync.core.row import Image, RowRef, Side
from sync.engine.field_history import FieldHistory
from sync.engine.field_rows import CountedRows
from sync.engine.field_values import Told
from sync.engine.map_moments import of_maps, reread
from sync.engine.moment import Cause, Moment, of_conflict, of_provenance, of_receipt
from sync.paging import conflicts_of
from sync.ports import InboxEvent, Provenance, Receipt, Transaction

_PAGE = 500
_UNSEEN: Image = {"": None}
_ORDER = (
    "map",
    "seen",
    "read",
    "conflict",
    "written",
    "created",
    "refused",
    "agreed",
    "resolved",
    "problem",
    "cleared",
)
TELLING = ("seen", "read", "written", "created", "agreed", "map")
"""The moments that tell what a side has."""

Item = TypeVar("Item", InboxEvent, Receipt, Provenance)


async def moments_of(tx: Transaction, link: Link, field: FieldHistory) -> list[Moment]:
    """Every moment of a field, oldest first.

    Args:
        tx: The state.
        link: The record.
        field: Reads the field as it was read at any time.
    """
    found = await _written(tx, link, field)
    async for entry in _all(_provenance(tx, link)):
        if (values := field.at(entry.at)) is not None:
            found += of_provenance(entry, values)
    for conflict in await conflicts_of(tx, [link.id]):
        if (values := field.at(conflict.at or "")) is not None:
            found += of_conflict(conflict, values)
    events: dict[str, InboxEvent] = {}
    versions: set[tuple[str | None, str | None]] = set()
    for under in await _kept_under(tx, link):
        before: dict[RowRef, Image | None] = {}
        async for kept in _all(_events(tx, under)):
            values = field.at(kept.received_at or "")
            slim = values.thinned(kept) if values is not None else None
            if slim is not None:
                versions.add((str(slim.event.ref), slim.event.version))
            if slim is not None and before.get(slim.event.ref, _UNSEEN) != slim.event.image:
                before[slim.event.ref] = slim.event.image
                events[slim.event.id] = slim
    in_order = sorted(events.values(), key=lambda kept: kept.position)
    await field.resolve(tx, in_order)
    found += _seen(link, field, in_order)
    given = {m.plan for m in found if m.what == "written" and _on_both(m, found)}
    found = [m for m in found if m.what != "read" or _is_news(m, versions, given)]
    found += of_maps(field)
    found.sort(key=lambda moment: (moment.at, _ORDER.index(moment.what)))
    return _changes(found, field)


async def _written(tx: Transaction, link: Link, field: FieldHistory) -> list[Moment]:
    """What the service wrote, and what it met when it decided to."""
    found: list[Moment] = []
    current: dict[Side, Neutral] = {}
    async for receipt in _all(_receipts(tx, link)):
        values = field.at(receipt.at)
        told = of_receipt(receipt, values) if values is not None else []
        # What the service wrote itself and met again then is no news, whoever is told of it when.
        found += [m for m in told if m.what != "read" or m.values.items() - current.items()]
        for moment in told:
            current.update(moment.values if moment.what in TELLING else {})
    return found


def _is_news(
    read: Moment, versions: Collection[tuple[str | None, str | None]], given: Collection[str | None]
) -> bool:
    """Whether a decision met a value that no event told of, and that no person gave."""
    told = any((cause.row, cause.version) in versions for cause in read.causes.values())
    return not told and read.plan not in given


def _on_both(written: Moment, moments: Iterable[Moment]) -> bool:
    """Whether a plan wrote the field on both sides: the value is that of a person who decided."""
    return any(
        m.what == "written" and m.plan == written.plan and m.side is not written.side
        for m in moments
    )


def _seen(link: Link, field: FieldHistory, events: Iterable[InboxEvent]) -> list[Moment]:
    """What events told; an event that is older than one before it tells nothing."""
    newest: dict[str, int] = {}
    rows = CountedRows(link)
    found = []
    for kept in events:
        event = kept.event
        order = event.order
        if order is not None and order < newest.get(event.ref.row_id, order):
            continue
        if order is not None:
            newest[event.ref.row_id] = order
        values = field.at(kept.received_at or "")
        told = values.read(kept, rows) if values is not None else None
        if told is not None:
            found.append(_seen_by(told, kept))
    return found


def _seen_by(told: Told, kept: InboxEvent) -> Moment:
    """What was seen when an event was taken in: in its row, or in one that it left standing."""
    event, side = told.by.event, kept.event.ref.side
    cause = Cause(
        side,
        str(event.ref),
        event.version,
        event.id,
        event.actor,
        event.occurred_at,
        told.by.received_at,
    )
    return Moment(
        at=kept.received_at or "",
        what="seen",
        values={side: told.value},
        side=side,
        reason=told.problem,
        causes={side: cause},
    )


def _changes(moments: Iterable[Moment], field: FieldHistory) -> list[Moment]:
    """Only what is new: an event of a row that still has the field's value, an echo say, is not."""
    found: list[Moment] = []
    current: dict[Side, Neutral] = {}
    troubled = False
    for moment in moments:
        told = moment.values.items()
        if moment.what in ("seen", "read") and all(
            side in current and current[side] == value for side, value in told
        ):
            continue
        if moment.what == "cleared" and not troubled:
            continue
        if moment.what == "created" and current.keys() & moment.values.keys():
            continue  # it takes over from the row of the stage before
        if moment.what == "map" and not found:
            continue
        if moment.what in ("problem", "cleared"):
            troubled = moment.what == "problem"
        new = reread(moment, current, field) if moment.what == "map" else moment
        if new.what in TELLING:
            current.update(new.values)
        found.append(new)
    return found


async def _all(page: Callable[[int], Awaitable[Sequence[Item]]]) -> AsyncIterator[Item]:
    after = 0
    while True:
        items = await page(after)
        for item in items:
            yield item
        if len(items) < _PAGE:
            return
        after = items[-1].position


def _receipts(tx: Transaction, link: Link) -> Callable[[int], Awaitable[Sequence[Receipt]]]:
    return lambda after: tx.receipts(link_id=link.id, after=after, limit=_PAGE)


def _provenance(tx: Transaction, link: Link) -> Callable[[int], Awaitable[Sequence[Provenance]]]:
    return lambda after: tx.provenance(link.id, after=after, limit=_PAGE)


def _events(tx: Transaction, link_id: str) -> Callable[[int], Awaitable[Sequence[InboxEvent]]]:
    return lambda after: tx.events(link_id=link_id, after=after, limit=_PAGE)


async def _kept_under(tx: Transaction, link: Link) -> list[str]:
    """The links under which events of the record's rows are kept.

    While nobody knew which record a row is of, it had a link of its own.
    """
    refs = [known.row.ref for known in await tx.rows_of([link.id])]
    return [link.id, *(link_id(link.kind, f"{STRAY}{ref}") for ref in refs)]
