"""Taking in: new change events are kept, and the links that they concern are woken (T1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sync.core.event import ChangeEvent
from sync.core.kinds import Kinds
from sync.core.link import row_token
from sync.engine.routing import Known, Routing, aliases_in, lookup_refs, namesake_ids
from sync.engine.times import text
from sync.ports import InboxEvent, Transaction


async def take_in(
    kinds: Kinds, tx: Transaction, events: Sequence[ChangeEvent], now: datetime
) -> int:
    """Keep events that the inbox does not have and wake the links they concern.

    Returns:
        How many told anything new.
    """
    if not events:
        return 0
    routing = Routing(kinds, await _known(kinds, tx, events))
    routed = [routing.route(event) for event in events]
    rows = {r.row.row.ref: r.row for r in routed if r.row is not None}
    await tx.put_rows([row for row in rows.values() if not row.deleted], newer_only=True)
    await tx.put_rows([row for row in rows.values() if row.deleted])
    await tx.add_links([link for r in routed for link in r.created])
    inbox = [
        InboxEvent(event, r.link_ids, received_at=text(now))
        for event, r in zip(events, routed, strict=True)
    ]
    positions = await tx.add_events(inbox)
    touched = {
        link: position for position, r in zip(positions, routed, strict=True) for link in r.link_ids
    }
    await tx.touch(touched, now)
    bound = [row_token(ref) for ref, row in rows.items() if row.link_id and not row.deleted]
    await tx.release(bound, now)
    return sum(r.row is not None for r in routed)


async def _known(kinds: Kinds, tx: Transaction, events: Sequence[ChangeEvent]) -> Known:
    wanted = {event.ref for event in events}
    for event in events:
        wanted.update(lookup_refs(kinds, event.ref.side, event.ref.table, event.image or {}))
    rows = await tx.rows(sorted(wanted))
    ids = {row.link_id for row in rows.values() if row.link_id}
    for event in events:
        known = rows.get(event.ref)
        image = event.image or (known.row.image if known is not None else {})
        ids.update(namesake_ids(kinds, event.ref, image))
    links = await tx.links(sorted(ids))
    aliases: dict[tuple[str, str], str] = {}
    for kind, names in aliases_in(kinds, events, rows).items():
        for alias, link in (await tx.links_by_alias(kind, sorted(names))).items():
            aliases[kind, alias] = link.id
    return Known(rows, links, aliases)
