"""Advance: where a document's two sides stand in its lifecycle, and what brings them together.

State is merged like a field, but its write is a way. One side moved: the other follows, if the
mover owns the document. Both moved: the further state is taken when a way leads there. What a side
that does not own it has done, and ends that exclude each other, are conflicts for a person; nothing
is undone silently. Source: quotation origin and ownership, `docs/decisions.md`.
"""

from __future__ import annotations

import msgspec

from sync.core import finding
from sync.core.conflict import Conflict, ConflictKind
from sync.core.lifecycle import FIELD, Lifecycle, Move
from sync.core.link import MAIN, Agreed, Link
from sync.core.row import Side
from sync.core.sides import of_state, state_words
from sync.core.taking import taken_state
from sync.core.view import Context, View


class Advance(msgspec.Struct, frozen=True):
    """What is to be done about a document's state.

    Attributes:
        side: The side that has to follow; `None` when none has to, or a person decides.
        path: Its way.
        agreed: The base to save when both are in the same state.
        conflict: What a person has to decide.
        followed: What a person has decided, and is done.
    """

    side: Side | None = None
    path: tuple[Move, ...] = ()
    agreed: Agreed | None = None
    conflict: Conflict | None = None
    followed: Conflict | None = None


def states_of(lifecycle: Lifecycle, anchor: str, view: View) -> dict[Side, str | None]:
    """The state of each side that has the record."""
    found: dict[Side, str | None] = {}
    if view.crm is not None:
        found[Side.CRM] = lifecycle.state(Side.CRM, view.crm.image)
    if anchor in view.erp:
        found[Side.ERP] = lifecycle.state(Side.ERP, view.erp[anchor].image)
    return found


def advance(lifecycle: Lifecycle, anchor: str, link: Link, view: View, context: Context) -> Advance:
    """Decide on the state of a record that both sides have."""
    states = states_of(lifecycle, anchor, view)
    for side, state in states.items():
        if state is None:
            return Advance(conflict=_unknown(lifecycle, anchor, link, view, side, context))
    crm, erp = str(states[Side.CRM]), str(states[Side.ERP])
    if crm == erp:
        return Advance(agreed=Agreed(erp, crm))
    taken = taken_state(lifecycle, {Side.CRM: crm, Side.ERP: erp}, context.disputes)
    if taken is not None:
        return Advance(taken.side, taken.path, followed=taken.conflict)
    base = link.base.get(FIELD)
    moved = {
        side
        for side, state in ((Side.CRM, crm), (Side.ERP, erp))
        if base is None or state != base.of(side)
    }
    mover = _mover(lifecycle, moved, crm, erp)
    if mover is None:
        return Advance(conflict=_incompatible(link, crm, erp, context))
    follower, to = mover.other, str(states[mover])
    path = lifecycle.path(follower, str(states[mover.other]), to)
    if path is None:
        return Advance(conflict=_incompatible(link, crm, erp, context))
    owner = lifecycle.owner_of(view.erp[anchor].image)
    if mover is not owner:
        return Advance(conflict=_not_owner(link, mover, owner, (crm, erp), context))
    return Advance(follower, path)


def _mover(lifecycle: Lifecycle, moved: set[Side], crm: str, erp: str) -> Side | None:
    """Whose state is taken: that of the only one that moved, else the further one."""
    if len(moved) == 1:
        return next(iter(moved))
    if lifecycle.leads_to(erp, crm):
        return Side.CRM
    return Side.ERP if lifecycle.leads_to(crm, erp) else None


def _unknown(
    lifecycle: Lifecycle, anchor: str, link: Link, view: View, side: Side, context: Context
) -> Conflict:
    images = {Side.CRM: view.images(Side.CRM)[MAIN], Side.ERP: view.images(Side.ERP)[anchor]}
    crm, erp = (state_words(lifecycle, one, images[one]) for one in (Side.CRM, Side.ERP))
    return finding.of_kind(
        link,
        ConflictKind.STAGE,
        context,
        message=f"{finding.name_of(link)}: the {side.upper()} has it in a state that its map does "
        "not know. Bring it to one of the map's states.",
        policy="no state is guessed",
        field=FIELD,
        sides=of_state(crm, erp, link.base.get(FIELD)),
        by_value=False,
        side=side,
        detail=(side,),
    )


def _not_owner(
    link: Link, mover: Side, owner: Side, states: tuple[str, str], context: Context
) -> Conflict:
    crm, erp = states
    to = crm if mover is Side.CRM else erp
    return finding.of_kind(
        link,
        ConflictKind.NOT_OWNER,
        context,
        message=f"{finding.name_of(link)}: the {mover.upper()} brought it to {to}, but the "
        f"{owner.upper()} owns it. Do the same there, change its ownership in the ERP, or leave "
        "it.",
        policy="only the owner of a document moves it through its lifecycle",
        field=FIELD,
        sides=of_state(crm, erp, link.base.get(FIELD)),
        side=mover,
    )


def _incompatible(link: Link, crm: str, erp: str, context: Context) -> Conflict:
    return finding.of_kind(
        link,
        ConflictKind.STAGE,
        context,
        message=f"{finding.name_of(link)}: the CRM has it {crm} and the ERP {erp}, and no way "
        "leads from one to the other: neither system takes an end back. Bring both to the same "
        "state if one of them lets you, or leave each as it is; what follows from one end, as an "
        "order of a won quote, then stays on that side.",
        policy="ends that exclude each other are for a person",
        field=FIELD,
        sides=of_state(crm, erp, link.base.get(FIELD)),
    )
