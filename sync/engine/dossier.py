"""Dossier: one conflict with all that is known about it."""

from __future__ import annotations

import msgspec

from sync.core.conflict import Conflict, Seen
from sync.engine.held_orders import find_conflict
from sync.ports import Act, Store


class Dossier(msgspec.Struct, frozen=True):
    """A conflict, and what is kept elsewhere about it.

    Attributes:
        conflict: The conflict.
        learned: Event id → when the service took it in (ISO 8601, UTC): for the ERP, which does
            not tell when a record changed, the next best.
        acts: What persons did about it, in order.
    """

    conflict: Conflict
    learned: dict[str, str]
    acts: list[Act]

    @property
    def seen(self) -> list[tuple[Seen, str | None]]:
        """Every row that was looked at, with when the service learned of it."""
        return [(row, self.learned.get(row.event or "")) for row in self.conflict.seen]


async def dossier_of(store: Store, conflict_id: str) -> Dossier | None:
    """A conflict by id, whatever its state; `None` when there is none."""
    conflict = await find_conflict(store, conflict_id)
    if conflict is None:
        return None
    async with store.transaction() as tx:
        events = {*conflict.events, *(row.event for row in conflict.seen if row.event is not None)}
        learned = await tx.received(sorted(events))
        return Dossier(conflict, learned, await tx.acts(conflict_id=conflict_id, limit=1000))
