"""Held orders: what a person may ask of one, to be tried again or to be undone."""

from __future__ import annotations

import msgspec

from sync.core.conflict import RETRY, UNDO, Conflict, ConflictKind, ConflictState
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.paging import conflicts_of
from sync.ports import Act, Clock, Store, Transaction


async def find_conflict(store: Store, conflict_id: str) -> Conflict | None:
    """A conflict by id, whatever its state."""
    async with store.transaction() as tx:
        found = await tx.conflicts(ids=[conflict_id], limit=1)
    return found[0] if found else None


async def ask(store: Store, conflict_id: str, what: str, by: str, clock: Clock) -> Conflict | None:
    """Ask for a held order to be tried again or undone; the service does it at once.

    Args:
        store: The state.
        conflict_id: The conflict that holds it.
        what: `retry` or `undo`.
        by: Who asks, for the record.
        clock: Time.

    Returns:
        The conflict, with what is asked; `None` when there is none of that id.

    Raises:
        InputUnusable: The conflict holds no order, or is settled.
    """
    if what not in (RETRY, UNDO):
        raise InputUnusable(f"Nobody knows how to {what} an order.", cure="Use retry or undo.")
    async with store.transaction() as tx:
        for known in await tx.conflicts(ids=[conflict_id], limit=1):
            # Who works on the link is done with it after this, and has closed what it closes.
            await tx.wake([known.link_id], clock.now())
        for known in await tx.conflicts(ids=[conflict_id], limit=1):
            _check(known)
            now = text(clock.now())
            asked = msgspec.structs.replace(known, asked=what, asked_by=by, asked_at=now)
            await tx.put_conflicts([asked])
            await tx.add_acts([Act(now, by, what, {}, asked.id, asked.link_id)])
            return asked
    return None


async def asked_of(tx: Transaction, link_ids: list[str]) -> dict[str, Conflict]:
    """The links with a held order of which something was asked, with the conflict that says so."""
    found = await conflicts_of(tx, link_ids, state=ConflictState.OPEN)
    return {conflict.link_id: conflict for conflict in found if conflict.asked in (RETRY, UNDO)}


def _check(conflict: Conflict) -> None:
    if conflict.kind is not ConflictKind.HELD_ORDER:
        raise InputUnusable(
            f"A conflict of kind {conflict.kind} holds no order.",
            cure="Settle it in the CRM or the ERP; the service sees the edit.",
        )
    if conflict.state is not ConflictState.OPEN:
        raise InputUnusable(
            "The conflict is settled already.", cure="Look at the record: dualwrite links show."
        )
