"""A moment: something that happened to a field, as receipts, provenance or conflicts tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync.core.conflict import Conflict
from sync.core.link import Neutral
from sync.core.row import Side
from sync.core.write import WriteOp
from sync.engine.field_roles import DELETED
from sync.engine.field_values import FieldValues
from sync.ports import Provenance, Receipt


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
        what: `seen` in a system by an event, `read` there before any event told, `written` to one,
            `created` there with the record, which was given no value, `refused` by one, `agreed` on
            without a write, a `conflict` found or `resolved`, a `problem` that was in the way, or
            `cleared`; a new version of the `map`.
        values: Side → its value in the service's own terms, of the sides that it tells about.
        side: The side concerned, if it is one.
        before: What was there before it was written.
        column: The columns that were written, or the action that was called.
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
    column: str | None = None
    reason: str = ""
    causes: dict[Side, Cause] = {}
    map_digest: str | None = None
    plan: str | None = None
    conflict: str | None = None
    winner: Side | None = None


def of_receipt(receipt: Receipt, field: FieldValues) -> list[Moment]:
    """What an executed or refused write says of a field."""
    changes = [c for c in receipt.changes if c.get("field") in (field.name, "*")]
    if not changes:
        return _created(receipt, field)
    change = changes[-1]  # of a way with several steps, the last one
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
    given = True if field.name == DELETED else change.get("neutral", change.get("value"))
    value: Neutral = tuple(given) if isinstance(given, list) else given
    reason = str(change.get("reason") or "")
    if not receipt.ok:
        error = receipt.outcome
        reason = f"{reason}; refused: {error.get('code')}"
    written = Moment(
        at=receipt.at,
        what="written" if receipt.ok else "refused",
        values={receipt.side: value},
        side=receipt.side,
        before=changes[0].get("before"),
        column=_columns(changes),
        reason=reason,
        causes={other: cause},
        map_digest=receipt.map_digest,
        plan=receipt.plan,
    )
    if cause.row is None or not field.tells(other, value, receipt.sources):
        return [written]
    # The decision looked at the other side's row: what it took from there was there.
    unseen = msgspec.structs.replace(cause, event=None)
    read = Moment(
        receipt.at, "read", {other: value}, other, causes={other: unseen}, plan=receipt.plan
    )
    return [read, written]


def _columns(changes: Iterable[Mapping[str, Any]]) -> str | None:
    named = dict.fromkeys(change.get("column") for change in changes)
    return ", ".join(name for name in named if name not in (None, "*")) or None


def _created(receipt: Receipt, field: FieldValues) -> list[Moment]:
    """What it says of a field that a side's record was made without a value of it."""
    created = {row for op, row, _ in receipt.request.get("writes", ()) if op == WriteOp.CREATE}
    places = {f"{receipt.side}:{table}(" for table in field.tables(receipt.side)}
    if not receipt.ok or not any(row.startswith(tuple(places)) for row in created):
        return []
    columns = {change.get("column", ""): change.get("value") for change in receipt.changes}
    return [
        Moment(
            at=receipt.at,
            what="created",
            values={receipt.side: field.initial(receipt.side, columns)},
            side=receipt.side,
            reason="the record is created",
            map_digest=receipt.map_digest,
            plan=receipt.plan,
        )
    ]


def of_provenance(entry: Provenance, field: FieldValues) -> list[Moment]:
    """What a decision without a write says of a field."""
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


def of_conflict(conflict: Conflict, field: FieldValues) -> list[Moment]:
    """What a conflict says of a field."""
    if not field.concerns(conflict):
        return []
    values = {
        Side.CRM: _part(conflict.crm, field.name),
        Side.ERP: _part(conflict.erp, field.name),
    }
    winner = Side(conflict.winner) if conflict.winner in tuple(Side) else None
    about = conflict.field is not None and values != dict.fromkeys(Side)
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
