"""Held orders: what a person may ask of one, to be tried again or to be undone."""

from __future__ import annotations

import msgspec

from sync.core.conflict import RETRY, UNDO, Conflict, ConflictKind, ConflictState
from sync.errors import InputUnusable
from sync.ports import Clock, Store, Transaction

_PAGE = 1000


async def find_conflict(store: Store, conflict_id: str) -> Conflict | None:
    """A conflict by id, whatever its state."""
    async with store.transaction() as tx:
        found = await tx.conflicts(ids=[conflict_id], limit=1)
    return found[0] if found else None


async def ask(store: Store, conflict: Conflict, what: str, by: str, clock: Clock) -> Conflict:
    """Ask for a held order to be tried again or undone; the service does it at once.

    Args:
        store: The state.
        conflict: The conflict that holds it.
        what: `retry` or `undo`.
        by: Who asks, for the record.
        clock: Time.

    Raises:
        InputUnusable: The conflict holds no order, or is settled.
    """
    if conflict.kind is not ConflictKind.HELD_ORDER:
        raise InputUnusable(
            f"A conflict of kind {conflict.kind} holds no order.",
            cure="Settle it in the CRM or the ERP; the service sees the edit.",
        )
    if conflict.state is not ConflictState.OPEN:
        raise InputUnusable(
            "The conflict is settled already.", cure="Look at the record: dualwrite links show."
        )
    if what not in (RETRY, UNDO):
        raise InputUnusable(f"Nobody knows how to {what} an order.", cure="Use retry or undo.")
    asked = msgspec.structs.replace(conflict, asked=what, asked_by=by)
    async with store.transaction() as tx:
        await tx.put_conflicts([asked])
        await tx.wake([conflict.link_id], clock.now())
    return asked


async def asked_of(tx: Transaction, link_ids: list[str]) -> dict[str, Conflict]:
    """The links with a held order of which something was asked, with the conflict that says so."""
    found: dict[str, Conflict] = {}
    after: str | None = None
    while link_ids:
        page = await tx.conflicts(
            state=ConflictState.OPEN, link_ids=link_ids, after=after, limit=_PAGE
        )
        found.update({c.link_id: c for c in page if c.asked is not None})
        if len(page) < _PAGE:
            break
        after = page[-1].id
    return found
