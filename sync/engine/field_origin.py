"""Field origin: where the values that stand come from, and what they beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sync.core.row import Side
from sync.engine.comparing import FieldSeen, RowSeen
from sync.engine.field_explained import Beaten, SideValue
from sync.engine.moment import Cause, Moment
from sync.engine.moments import TELLING


def sides_of(
    then: Sequence[Moment], rows: Sequence[RowSeen], now: FieldSeen | None
) -> dict[Side, SideValue]:
    """Side → its value and how that came; a side without the record is left out."""
    found: dict[Side, SideValue] = {}
    for side in Side:
        last = _since(then, side)
        if now is not None:
            there = [row for row in rows if row.side is side]
            row = next((row for row in there if not row.deleted), None)
            value = now.crm if side is Side.CRM else now.erp
            if row is None and value is None:
                continue
            if last is None or last.values[side] != value:
                read = row or next(iter(there), None)
                cause = _as_read(side, read) if read is not None else None
                found[side] = SideValue(value, None, cause)
                continue
        if last is not None:
            found[side] = SideValue(last.values[side], last, _cause(then, last, side))
    return found


def _since(then: Sequence[Moment], side: Side) -> Moment | None:
    """The moment since which a side has what it has."""
    last: Moment | None = None
    for moment in then:
        told = moment.what in TELLING and side in moment.values
        if told and (last is None or last.values[side] != moment.values[side]):
            last = moment
    return last


def _as_read(side: Side, row: RowSeen) -> Cause:
    place = f"{side}:{row.table}({row.row_id})"
    return Cause(side, place, row.version, None, row.actor, row.changed_at)


def _cause(then: Sequence[Moment], last: Moment, side: Side) -> Cause | None:
    """Where a value was typed: of one that was written, where it stood on the other side then."""
    if last.what == "map":  # only read otherwise: it came as it had come before
        before = then[: then.index(last)]
        earlier = _since(before, side)
        return _cause(before, earlier, side) if earlier is not None else None
    if last.what != "written":
        return last.causes.get(side)
    other = side.other
    if any(m.plan == last.plan and m.side is other and m.what == "written" for m in then):
        return None  # one value for both, which a person gave to the service itself
    typed = _since(then[: then.index(last)], other)
    if typed is not None and typed.what != "written" and typed.values[other] == last.values[side]:
        return typed.causes.get(other)
    cause = last.causes.get(other)
    return msgspec.structs.replace(cause, event=None) if cause is not None else None


def beaten_of(then: Sequence[Moment], sides: Mapping[Side, SideValue]) -> tuple[Beaten, ...]:
    """The values that lost against the ones that stand now, newest first."""
    found = []
    standing = {one.value for one in sides.values()}
    settled = {m.conflict: m for m in then if m.what == "resolved"}
    for moment in reversed(then):
        if moment.what != "conflict" or not moment.values or moment.conflict is None:
            continue
        decided = settled.get(moment.conflict)
        if moment.winner is None and decided is None:
            continue
        for side, value in moment.values.items():
            lost = side is moment.winner.other if moment.winner else value not in standing
            if lost and value not in standing:
                why = moment.reason if decided is None else decided.reason
                at = moment.at if decided is None else decided.at
                found.append(Beaten(side, value, why, at, moment.conflict))
    return tuple(found)
