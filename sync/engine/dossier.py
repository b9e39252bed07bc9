"""Dossier: one conflict with all that is known about it."""

from __future__ import annotations

import msgspec

from sync.core.choosing import choices_of
from sync.core.conflict import Conflict, ConflictState, Seen, Take
from sync.core.kinds import Kinds
from sync.engine.held_orders import find_conflict
from sync.ports import Act, Store


class Dossier(msgspec.Struct, frozen=True):
    """A conflict, and what is kept elsewhere about it.

    Attributes:
        conflict: The conflict.
        learned: Event id → when the service took it in (ISO 8601, UTC): for the ERP, which does
            not tell when a record changed, the next best. What was read since is newer.
        acts: What persons did about it, in order.
        choices: What can be taken now.
    """

    conflict: Conflict
    learned: dict[str, str]
    acts: list[Act]
    choices: tuple[Take, ...]

    @property
    def seen(self) -> list[tuple[Seen, str | None]]:
        """Every row that was looked at, with when the event came that last told of it."""
        return [(row, self.learned.get(row.event or "")) for row in self.conflict.seen]


async def dossier_of(store: Store, kinds: Kinds, conflict_id: str) -> Dossier | None:
    """A conflict by id, whatever its state; `None` when there is none."""
    conflict = await find_conflict(store, conflict_id)
    if conflict is None:
        return None
    async with store.transaction() as tx:
        events = {*conflict.events, *(row.event for row in conflict.seen if row.event is not None)}
        learned = await tx.received(sorted(events))
        acts = await tx.acts(conflict_id=conflict_id, limit=1000)
        link = (await tx.links([conflict.link_id])).get(conflict.link_id)
    known = link is not None and link.kind in kinds and conflict.state is ConflictState.OPEN
    choices = choices_of(conflict, kinds[link.kind], link) if known and link is not None else ()
    return Dossier(conflict, learned, acts, choices)
