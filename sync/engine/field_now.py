"""Field now: what a decision sees of a field, also of one that no decision compares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.core.kinds import Kind
from sync.core.link import Link, Neutral
from sync.core.mapping import Direction, Owner
from sync.core.row import Side
from sync.engine.comparing import FieldSeen, RowSeen
from sync.engine.field_roles import DELETED
from sync.engine.field_values import key_value


def seen_now(
    kind: Kind, link: Link, name: str, rows: Sequence[RowSeen], compared: Iterable[FieldSeen]
) -> FieldSeen | None:
    """A field as it is now; `None` where the map of the record's stage does not have it.

    Args:
        kind: The record's kind.
        link: The record.
        name: The field.
        rows: Its rows.
        compared: The fields that a decision compares.
    """
    found = next((one for one in compared if one.field == name), None)
    if found is None and name == DELETED:
        return _deleted(kind, rows)
    return found or _key(kind, link, name, rows)


def _key(kind: Kind, link: Link, name: str, rows: Sequence[RowSeen]) -> FieldSeen | None:
    """A part of the key, which both sides have alike for as long as the link stands."""
    field = next((f for m in kind.maps for f in m.keys if f.name == name), None)
    if field is None:
        return None
    there = {row.side for row in rows if not row.deleted}
    value = key_value(field, link)
    values = {side: value if side in there else None for side in Side}
    return _seen(name, values, field.direction, field.owner)


def _deleted(kind: Kind, rows: Sequence[RowSeen]) -> FieldSeen:
    """Whether each side's record is deleted; blank for a side that never had it."""
    joined = {member.name for member in kind.erp_members.values() if member.joins is not None}
    values: dict[Side, Neutral] = {}
    for side in Side:
        own = [row.deleted for row in rows if row.side is side and row.member not in joined]
        values[side] = all(own) if own else None
    return _seen(DELETED, values, Direction.BOTH, Owner.MANUAL)


def _seen(name: str, values: dict[Side, Neutral], direction: Direction, owner: Owner) -> FieldSeen:
    crm, erp = values[Side.CRM], values[Side.ERP]
    return FieldSeen(name, crm, erp, None, crm == erp, (), direction, owner, None, {})
