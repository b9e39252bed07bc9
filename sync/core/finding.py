"""Finding: conflicts made of what a decision found, in words for a person."""

from __future__ import annotations

from sync.core.conflict import Conflict, ConflictKind, ConflictState, Values, conflict_id
from sync.core.link import Link
from sync.core.merged import Clash
from sync.core.row import Side
from sync.core.values import Unfit
from sync.core.view import Context

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
        state=ConflictState.RESOLVED if settled else ConflictState.OPEN,
        message=f"{name_of(link)}: both sides have their own {what}; {outcome}",
        events=context.events,
        crm_actor=link.actors.get(Side.CRM),
        erp_actor=link.actors.get(Side.ERP),
        at=context.now,
        resolved_at=context.now if settled else None,
        resolved_by="policy" if settled else None,
    )


def of_unfit(link: Link, unit: str, side: Side, unfit: Unfit, context: Context) -> Conflict:
    """A value of `side` that the other side cannot hold."""
    return of_kind(
        link,
        ConflictKind.UNFIT,
        context,
        field=unit,
        message=f"{name_of(link)}: {unfit.message} {unfit.cure}",
        policy="nothing is cut off or guessed",
        detail=(side, unfit.message),
    )


def of_kind(
    link: Link,
    kind: ConflictKind,
    context: Context,
    *,
    message: str,
    policy: str,
    field: str | None = None,
    crm: Values = None,
    erp: Values = None,
    detail: tuple[object, ...] = (),
) -> Conflict:
    """An open conflict about the record as a whole, or one field of it."""
    return Conflict(
        id=conflict_id(link.id, kind, field, crm, erp, *detail),
        link_id=link.id,
        kind=kind,
        field=field,
        crm=crm,
        erp=erp,
        policy=policy,
        message=message,
        events=context.events,
        crm_actor=link.actors.get(Side.CRM),
        erp_actor=link.actors.get(Side.ERP),
        at=context.now,
    )
