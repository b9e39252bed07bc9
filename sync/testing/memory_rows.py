"""Rows and the inbox of the in-memory store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sync.core.row import RowRef, Side
from sync.ports import InboxEvent, KnownRow
from sync.testing.memory_state import MemoryState, isolated


class MemoryRows:
    """The row part of a transaction."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def rows(self, refs: Iterable[RowRef]) -> dict[RowRef, KnownRow]:
        """Known rows, deleted ones included."""
        known = self._state.rows
        return {ref: isolated(known[ref]) for ref in refs if ref in known}

    async def rows_of(self, link_ids: Iterable[str]) -> list[KnownRow]:
        """Every row that belongs to the links."""
        state = self._state
        refs = {ref for link in set(link_ids) for ref in state.rows_by_link.get(link, ())}
        return [isolated(state.rows[ref]) for ref in sorted(refs)]

    async def rows_joined(
        self, side: Side, table: str, aliases: Iterable[str]
    ) -> dict[str, list[KnownRow]]:
        """Rows of the table that refer to each alias, deleted ones not included."""
        state = self._state
        return {
            alias: [
                isolated(state.rows[ref])
                for ref in sorted(state.rows_by_join.get((side, table, alias), ()))
                if not state.rows[ref].deleted
            ]
            for alias in aliases
        }

    async def versions(self, side: Side, table: str) -> dict[str, str]:
        """Row id → version of every row of the table that is not deleted."""
        state = self._state
        refs = sorted(state.rows_by_table.get((side, table), ()))
        return {
            ref.row_id: state.rows[ref].row.version for ref in refs if not state.rows[ref].deleted
        }

    async def put_rows(self, rows: Iterable[KnownRow], *, newer_only: bool = False) -> None:
        """Insert or replace rows. `newer_only`: leave a known row whose `order` is not lower."""
        state = self._state
        for known in rows:
            ref = known.row.ref
            before = state.rows.get(ref)
            if before is not None:
                if newer_only and _not_lower(before.row.order, known.row.order):
                    continue
                self._unindex(before)
            state.put(state.rows, ref, isolated(known))
            state.add(state.rows_by_table, (ref.side, ref.table), ref)
            if known.link_id is not None:
                state.add(state.rows_by_link, known.link_id, ref)
            if known.joins is not None:
                state.add(state.rows_by_join, (ref.side, ref.table, known.joins), ref)

    async def unseen(self, event_ids: Sequence[str]) -> set[str]:
        """Which of the ids the inbox does not have."""
        return {event for event in event_ids if event not in self._state.event_positions}

    async def received(self, event_ids: Iterable[str]) -> dict[str, str]:
        """Event id → when the inbox took it (ISO 8601, UTC), for those of which that is known."""
        places = self._state.event_positions
        kept = [self._state.inbox[places[event]] for event in event_ids if event in places]
        return {one.event.id: one.received_at for one in kept if one.received_at is not None}

    async def add_events(self, events: Sequence[InboxEvent]) -> list[int]:
        """Keep events; returns their positions, growing in order."""
        state = self._state
        first = state.sequences.get("inbox", 0) + 1
        positions = list(range(first, first + len(events)))
        for position, event in zip(positions, events, strict=True):
            if event.event.id in state.event_positions:
                raise ValueError(f"The inbox has the event {event.event.id} already.")
            kept = msgspec.structs.replace(isolated(event), position=position)
            state.put(state.inbox, position, kept)
            state.put(state.event_positions, event.event.id, position)
            for link in event.link_ids:
                state.add(state.link_events, link, position)
                state.add(state.pending, link, position)
                state.add(state.pending_links, position, link)
        if events:
            state.put(state.sequences, "inbox", positions[-1])
        return positions

    async def events(
        self, *, after: int = 0, link_id: str | None = None, limit: int = 100
    ) -> list[InboxEvent]:
        """Events in order of position, of one link or of all."""
        inbox = self._state.inbox
        positions = inbox if link_id is None else self._state.link_events.get(link_id, set())
        wanted = sorted(position for position in positions if position > after)[:limit]
        return [isolated(inbox[position]) for position in wanted]

    def _unindex(self, before: KnownRow) -> None:
        state, ref = self._state, before.row.ref
        if before.link_id is not None:
            state.remove(state.rows_by_link, before.link_id, ref)
        if before.joins is not None:
            state.remove(state.rows_by_join, (ref.side, ref.table, before.joins), ref)


def _not_lower(known: int | None, offered: int | None) -> bool:
    return known is not None and offered is not None and known >= offered
