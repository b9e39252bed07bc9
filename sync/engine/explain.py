"""Explain: everything that is known of one link, for a person.

The rows of both sides as the service knows them, the base, and what a decision would see in every
field; with what is pending, what waits for a person, and what was written last and why.
"""

from __future__ import annotations

import msgspec

from sync.core.conflict import Conflict
from sync.core.kinds import Kinds
from sync.engine.comparing import FieldSeen, RowSeen, compare
from sync.engine.family import Family, family
from sync.engine.naming import named_link
from sync.paging import last_receipts, link_row, pending_events
from sync.ports import DeadLetter, InboxEvent, LinkRow, Receipt, Store

_CONFLICTS, _LETTERS = 100, 100


class Explanation(msgspec.Struct, frozen=True):
    """Everything that is known of one link.

    Attributes:
        entry: The link with its schedule.
        map_id: The map whose fields are compared.
        rows: The rows of both sides.
        fields: The comparison, in the order of the map.
        pending: Events that no decision has covered yet, oldest first.
        conflicts: Its conflicts, settled ones included.
        dead_letters: Its dead letters, redriven ones included.
        receipts: What was written last and why, newest first.
        family: The records it belongs together with.
    """

    entry: LinkRow
    map_id: str | None
    rows: tuple[RowSeen, ...]
    fields: tuple[FieldSeen, ...]
    pending: tuple[InboxEvent, ...]
    conflicts: tuple[Conflict, ...]
    dead_letters: tuple[DeadLetter, ...]
    receipts: tuple[Receipt, ...]
    family: Family


async def explain(
    store: Store,
    kinds: Kinds,
    name: str,
    *,
    receipts: int = 10,
    events: int = 100,
    members: int = 10,
) -> Explanation | None:
    """Explain a link.

    Args:
        store: The state.
        kinds: All kinds.
        name: The link's id, or `kind:key`, e.g. `account:usmf|pr-000001`, in any case.
        receipts: How many receipts at most.
        events: How many pending events at most.
        members: How many records of a kind below another one at most.

    Returns:
        `None` when there is no such link.
    """
    wanted = named_link(name)
    async with store.transaction() as tx:
        entry = await link_row(tx, wanted)
        if entry is None:
            return None
        rows, map_id, fields = await compare(tx, kinds, entry.link)
        return Explanation(
            entry=entry,
            map_id=map_id,
            rows=rows,
            fields=fields,
            pending=tuple(await pending_events(tx, entry, events)),
            conflicts=tuple(await tx.conflicts(link_ids=[wanted], limit=_CONFLICTS)),
            dead_letters=tuple(
                await tx.dead_letters(state=None, link_ids=[wanted], limit=_LETTERS)
            ),
            receipts=tuple(await last_receipts(tx, wanted, receipts)),
            family=await family(tx, kinds, entry.link, members),
        )
