"""Finding: conflicts made of what a decision found, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.conflict import Conflict, ConflictKind, ConflictState, conflict_id
from sync.core.link import Link, Neutral
from sync.core.merged import Clash
from sync.core.row import Row, Side
from sync.core.seen import seen_rows, who_and_when
from sync.core.sides import Sides, of_natural, of_values
from sync.core.units import Unit
from sync.core.values import Reading, Unfit, Unresolved
from sync.core.view import Context

Readings = Mapping[Side, Mapping[str, Reading] | None]
"""What each side says; `None` for one that does not have the record."""

_NOTHING = Sides()
_OPEN_CURE = "Set both sides to the value that is right."


def name_of(link: Link) -> str:
    """A link as a person calls it."""
    parts = dict.fromkeys(str(part) for part in link.natural.values()) or (link.key,)
    return f"{link.kind.replace('_', ' ')} {' '.join(parts)}"


def of_clash(link: Link, clash: Clash, context: Context) -> Conflict:
    """Both sides changed a unit; `winner` says whether policy settled it."""
    settled = clash.winner is not None
    what = clash.unit.replace("_", " ")
    outcome = (
        f"the {clash.winner.upper()}'s value was taken: {clash.policy}."
        if clash.winner is not None
        else f"{clash.policy}. {_OPEN_CURE}"
    )
    return Conflict(
        id=conflict_id(link.id, clash.kind, clash.unit, clash.erp, clash.crm),
        link_id=link.id,
        kind=clash.kind,
        field=clash.unit,
        crm=dict(clash.crm),
        erp=dict(clash.erp),
        base_crm={name: agreed.crm for name, agreed in clash.base.items()},
        base_erp={name: agreed.erp for name, agreed in clash.base.items()},
        policy=clash.policy,
        winner=clash.winner,
        side=clash.winner.other if clash.winner is not None else None,
        state=ConflictState.RESOLVED if settled else ConflictState.OPEN,
        message=f"{name_of(link)}: both sides have their own {what}; {outcome}",
        events=context.events,
        **who_and_when(seen_rows(context.sources)),
        at=context.now,
        map_id=context.map_id,
        resolved_at=context.now if settled else None,
        resolved_by="policy" if settled else None,
    )


def of_unfit(
    link: Link,
    name: str,
    unit: Unit | None,
    side: Side,
    unfit: Unfit,
    readings: Readings,
    context: Context,
) -> Conflict:
    """A value of `side` that the other side cannot hold; `unit` is `None` for a key."""
    message = f"{name_of(link)}: {unfit.message} {unfit.cure}"
    policy = "nothing is cut off or guessed"
    detail = (side, unfit.message)
    if unit is None:
        return of_kind(
            link,
            ConflictKind.UNFIT,
            context,
            field=name,
            message=message,
            policy=policy,
            sides=of_natural(link, side),
            by_value=False,
            detail=detail,
            side=side.other,
        )
    return of_unit(
        link,
        ConflictKind.UNFIT,
        unit,
        readings,
        context,
        message=message,
        policy=policy,
        detail=detail,
        side=side.other,
    )


def of_unit(
    link: Link,
    kind: ConflictKind,
    unit: Unit,
    readings: Readings,
    context: Context,
    *,
    message: str,
    policy: str,
    detail: tuple[object, ...] = (),
    side: Side | None = None,
) -> Conflict:
    """An open conflict about a field or group, with what each side has and what was agreed."""
    return of_kind(
        link,
        kind,
        context,
        message=message,
        policy=policy,
        field=unit.name,
        sides=of_values(
            link, _of_side(unit, readings[Side.CRM]), _of_side(unit, readings[Side.ERP])
        ),
        detail=detail,
        side=side,
    )


def _of_side(unit: Unit, reading: Mapping[str, Reading] | None) -> dict[str, Neutral] | None:
    if reading is None:
        return None
    return {name: plain(reading[name]) for name in unit.names}


def plain(value: Reading) -> Neutral:
    """A reading as a conflict holds it, also one that cannot be carried across."""
    if isinstance(value, Unfit):
        return value.raw
    return None if isinstance(value, Unresolved) else value


def of_kind(
    link: Link,
    kind: ConflictKind,
    context: Context,
    *,
    message: str,
    policy: str,
    field: str | None = None,
    sides: Sides = _NOTHING,
    by_value: bool = True,
    detail: tuple[object, ...] = (),
    found: Iterable[Row] = (),
    side: Side | None = None,
) -> Conflict:
    """An open conflict about the record as a whole, or one field of it.

    Args:
        link: The link.
        kind: What kind it is.
        context: What the decision was told.
        message: A sentence that names record, field and cure.
        policy: Why nothing could decide it.
        field: The field, if it is about one.
        sides: What stands on each side.
        by_value: Whether it is another conflict where other values stand on the sides.
        detail: What else makes it another conflict.
        found: Rows that it is about and that the decision did not look at.
        side: The side at which it is stuck, if it is one.
    """
    values = (sides.crm, sides.erp) if by_value else (None, None)
    return Conflict(
        id=conflict_id(link.id, kind, field, *values, *detail),
        link_id=link.id,
        kind=kind,
        field=field,
        crm=sides.crm,
        erp=sides.erp,
        base_crm=sides.base_crm,
        base_erp=sides.base_erp,
        policy=policy,
        message=message,
        events=context.events,
        **who_and_when(seen_rows(context.sources, found)),
        at=context.now,
        side=side,
        map_id=context.map_id,
    )
