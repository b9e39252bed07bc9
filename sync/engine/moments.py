"""Moments: everything that ever happened to one field of a record, in order of time.

Three things are put together: the change events of its rows, which tell what each system had; the
receipts and the provenance, which tell what was written and agreed and why; and its conflicts. Only
changes of the field are kept in memory, however often its rows changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from sync.core.conflict import Conflict
from sync.core.link import STRAY, Link, Neutral, link_id
from sync.core.row import Image, RowRef, Side
from sync.engine.field_values import FieldValues
from sync.paging import conflicts_of
from sync.ports import InboxEvent, Provenance, Receipt, Transaction

_PAGE = 500
_UNSEEN: Image = {"": None}
_ORDER = ("seen", "conflict", "written", "refused", "agreed", "resolved", "problem", "cleared")

Item = TypeVar("Item", InboxEvent, Receipt, Provenance)


class Cause(msgspec.Struct, frozen=True):
    """Where a value came from.

    Attributes:
        side: The system.
        row: The row, as text.
        version: Its version.
        event: The change event that told of it; `None` when the service read it before any did.
        actor: Who changed it, as far as the system tells.
        changed_at: When, by the system's clock.
        seen_at: When the service took the event in.
    """

    side: Side
    row: str | None = None
    version: str | None = None
    event: str | None = None
    actor: str | None = None
    changed_at: str | None = None
    seen_at: str | None = None


class Moment(msgspec.Struct, frozen=True):
    """Something that happened to a field.

    Attributes:
        at: When, by the service's clock.
        what: `seen` in a system, `written` to one, `refused` by one, `agreed` on without a write,
            a `conflict` found or `resolved`, a `problem` that was in the way, or `cleared`.
        values: Side → its value in the service's own terms, of the sides that it tells about.
        side: The side concerned, if it is one.
        before: What was there before it was written.
        reason: Why.
        causes: Side → where its value came from.
        map_digest: The map version that decided.
        plan: The plan that wrote it.
        conflict: The conflict's id.
        winner: The side that a conflict's policy took.
    """

    at: str
    what: str
    values: dict[Side, Neutral] = {}
    side: Side | None = None
    before: Any = None
    reason: str = ""
    causes: dict[Side, Cause] = {}
    map_digest: str | None = None
    plan: str | None = None
    conflict: str | None = None
    winner: Side | None = None


async def moments_of(tx: Transaction, link: Link, field: FieldValues) -> list[Moment]:
    """Every moment of a field, oldest first.

    Args:
        tx: The state.
        link: The record.
        field: Reads the field in images.
    """
    found: list[Moment] = []
    async for receipt in _all(_receipts(tx, link)):
        found += _of_receipt(receipt, field)
    async for entry in _all(_provenance(tx, link)):
        found += _of_provenance(entry, field)
    for conflict in await conflicts_of(tx, [link.id]):
        found += _of_conflict(conflict, field)
    events: dict[str, InboxEvent] = {}
    for told in await _told(tx, link):
        before: dict[RowRef, Image | None] = {}
        async for kept in _all(_events(tx, told)):
            slim = field.thinned(kept)
            if slim is not None and before.get(slim.event.ref, _UNSEEN) != slim.event.image:
                before[slim.event.ref] = slim.event.image
                events[slim.event.id] = slim
    in_order = sorted(events.values(), key=lambda kept: kept.position)
    await field.resolve(tx, in_order)
    found += _seen(field, in_order)
    found.sort(key=lambda moment: (moment.at, _ORDER.index(moment.what)))
    return _changes(found)


def _seen(field: FieldValues, events: Iterable[InboxEvent]) -> list[Moment]:
    """What events told; an event that is older than one before it tells nothing."""
    newest: dict[str, int] = {}
    found = []
    for kept in events:
        event = kept.event
        order = event.order
        if order is not None and order < newest.get(event.ref.row_id, order):
            continue
        if order is not None:
            newest[event.ref.row_id] = order
        cause = Cause(
            event.ref.side,
            str(event.ref),
            event.version,
            event.id,
            event.actor,
            event.occurred_at,
            kept.received_at,
        )
        read = field.read(kept)
        if read is None:
            continue
        value, problem = read
        found.append(
            Moment(
                at=kept.received_at or "",
                what="seen",
                values={event.ref.side: value},
                side=event.ref.side,
                reason=problem,
                causes={event.ref.side: cause},
            )
        )
    return found


def _changes(moments: Iterable[Moment]) -> list[Moment]:
    """Without the events that tell of a row which still has the field's value, as echoes do."""
    found: list[Moment] = []
    current: dict[Side, Neutral] = {}
    for moment in moments:
        told = moment.values.items()
        if moment.what == "seen" and all(
            side in current and current[side] == value for side, value in told
        ):
            continue
        if moment.what in ("seen", "written", "agreed"):
            current.update(told)
        found.append(moment)
    return found


def _of_receipt(receipt: Receipt, field: FieldValues) -> list[Moment]:
    change = next((c for c in receipt.changes if c.get("field") in (field.name, "*")), None)
    if change is None:
        return []
    other = receipt.side.other
    members = (m for m in field.members(other) if m in receipt.sources)
    source = receipt.sources.get(next(members, ""), {})
    cause = Cause(
        other,
        row=source.get("row"),
        version=source.get("version"),
        event=change.get("event"),
        actor=source.get("actor"),
        changed_at=source.get("changed_at"),
    )
    value = change.get("neutral", change.get("value"))
    reason = str(change.get("reason") or "")
    if not receipt.ok:
        error = receipt.outcome
        reason = f"{reason}; refused: {error.get('code')}"
    return [
        Moment(
            at=receipt.at,
            what="written" if receipt.ok else "refused",
            values={receipt.side: tuple(value) if isinstance(value, list) else value},
            side=receipt.side,
            before=change.get("before"),
            reason=reason,
            causes={other: cause},
            map_digest=receipt.map_digest,
            plan=receipt.plan,
        )
    ]


def _of_provenance(entry: Provenance, field: FieldValues) -> list[Moment]:
    found = []
    one = entry.fields.get(field.name)
    if one is not None:
        values = {side: one.agreed.of(side) for side in Side}
        causes = {
            side: Cause(side, source.row, source.version, None, source.actor, source.changed_at)
            for side in Side
            for member in field.members(side)
            if (source := entry.sources.get(side, {}).get(member)) is not None
        }
        found.append(
            Moment(
                at=entry.at,
                what="agreed",
                values=values,
                reason=one.reason,
                causes=causes,
                map_digest=entry.map_digest,
            )
        )
    problem = entry.problem
    if problem is None:
        found.append(Moment(entry.at, "cleared", map_digest=entry.map_digest))
    elif problem.field in (None, field.name, field.unit):
        found.append(
            Moment(
                entry.at,
                "problem",
                side=problem.side,
                reason=f"{problem.code}: {problem.message}",
                map_digest=entry.map_digest,
            )
        )
    return found


def _of_conflict(conflict: Conflict, field: FieldValues) -> list[Moment]:
    if conflict.field not in (None, field.name, field.unit):
        return []
    values = {
        Side.CRM: _part(conflict.crm, field.name),
        Side.ERP: _part(conflict.erp, field.name),
    }
    winner = Side(conflict.winner) if conflict.winner in tuple(Side) else None
    about = conflict.field is not None
    found = [
        Moment(
            at=conflict.at or "",
            what="conflict",
            values=values if about else {},
            reason=conflict.message if winner is None else conflict.policy,
            conflict=conflict.id,
            winner=winner,
        )
    ]
    if conflict.resolved_at is not None and conflict.resolved_by != "policy":
        found.append(
            Moment(
                at=conflict.resolved_at,
                what="resolved",
                reason=_decided(conflict),
                conflict=conflict.id,
                winner=winner,
            )
        )
    return found


def _decided(conflict: Conflict) -> str:
    """Who settled a conflict, and what they decided of it."""
    if conflict.asked is None or conflict.resolved_by != conflict.asked_by:
        return f"resolved by {conflict.resolved_by}"
    return f"{conflict.resolved_by} decided: {conflict.asked}"


def _part(value: object, field: str) -> Any:
    return value.get(field) if isinstance(value, Mapping) else value


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


async def _told(tx: Transaction, link: Link) -> list[str]:
    """The links under which events of the record's rows are kept.

    While nobody knew which record a row is of, it had a link of its own.
    """
    refs = [known.row.ref for known in await tx.rows_of([link.id])]
    return [link.id, *(link_id(link.kind, f"{STRAY}{ref}") for ref in refs)]
