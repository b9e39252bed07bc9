"""Reopening and retrying: a conflict is looked at again, because a person says so."""

from __future__ import annotations

import msgspec

from sync.core import finding
from sync.core.choosing import unit_of
from sync.core.conflict import FIELD_KINDS, RETRY, Conflict, ConflictKind, ConflictState
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState
from sync.engine.held_orders import ask
from sync.engine.resolving import known_conflicts, must_be_known, must_be_open
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.ports import Act, Clock, Store

_QUIET = (LinkState.SETTLED, LinkState.CONFLICT, LinkState.WAITING)


async def retry(store: Store, conflict_id: str, by: str, clock: Clock) -> Conflict:
    """Let the record of a conflict be decided again, at once; the conflict closes if it is over.

    Raises:
        InputUnusable: There is none of that id, or it is settled.
    """
    async with store.transaction() as tx:
        known = await known_conflicts(tx, [conflict_id], clock)
        conflict, link = must_be_open(conflict_id, known.get(conflict_id))
        if conflict.kind is not ConflictKind.HELD_ORDER:
            now = text(clock.now())
            await tx.add_acts([Act(now, by, RETRY, {}, conflict.id, link.id)])
            return conflict
    asked = await ask(store, conflict_id, RETRY, by, clock)
    return conflict if asked is None else asked


async def reopen(
    store: Store, kinds: Kinds, conflict_id: str, by: str, why: str | None, clock: Clock
) -> Conflict:
    """Open a settled conflict again. Nothing is written by that.

    One about a field stands open until somebody resolves it anew, to what either side had or to
    another value, or edits the field in one of the systems. Any other is looked at again: it stays
    open if the disagreement is still there, and else closes by itself.

    Raises:
        InputUnusable: There is none of that id, it is open, or it cannot be opened again.
    """
    async with store.transaction() as tx:
        known = await known_conflicts(tx, [conflict_id], clock)
        conflict, link = must_be_known(conflict_id, known.get(conflict_id))
        if conflict.state is ConflictState.OPEN:
            raise InputUnusable(f"The conflict {conflict_id} is open.", cure="Resolve it.")
        if conflict.kind is ConflictKind.HELD_ORDER:
            raise InputUnusable(
                "An order that was made or undone is not held again.",
                cure="Make a new order of the quote, or cancel the one there is.",
            )
        now = text(clock.now())
        opened = msgspec.structs.replace(
            conflict,
            state=ConflictState.OPEN,
            resolved_at=None,
            resolved_by=None,
            asked=None,
            asked_by=None,
            asked_at=None,
            asked_value=None,
            replaced=(),
            reopened_by=by,
            reopened_at=now,
        )
        if conflict.kind in FIELD_KINDS and conflict.field is not None:
            opened = _standing(opened, kinds, link, by)
        said = {"why": why, "settled_by": conflict.resolved_by, "policy": conflict.policy}
        await tx.put_conflicts([opened])
        await tx.add_acts([Act(now, by, "reopen", said, conflict.id, link.id)])
        return opened


def _standing(conflict: Conflict, kinds: Kinds, link: Link, by: str) -> Conflict:
    """The conflict, about what both sides have now."""
    names = unit_of(conflict, kinds[link.kind], link)[1].names if link.kind in kinds else ()
    if not names or link.state not in _QUIET or any(name not in link.base for name in names):
        raise InputUnusable(
            f"{finding.name_of(link)} is {link.state}: what both sides have is not known just now.",
            cure="Reopen it once the record is settled; one that is gone stays as it is.",
        )
    what = str(conflict.field).replace("_", " ")
    return msgspec.structs.replace(
        conflict,
        now_crm={name: link.base[name].crm for name in names},
        now_erp={name: link.base[name].erp for name in names},
        message=f"{finding.name_of(link)}: {by} opened the conflict about its {what} again. "
        "Resolve it: take what the CRM or the ERP had, give another value, or leave it.",
    )
