"""The inbox: every event once, and which links it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import Select, bindparam, insert, select

from sync.ports import InboxEvent
from sync.store.codec import inbox_columns, inbox_event
from sync.store.schema import event_link, inbox, pending
from sync.store.service import Sequences
from sync.store.statements import among, number


class Inbox(Sequences):
    """The inbox part of a transaction."""

    async def unseen(self, event_ids: Sequence[str]) -> set[str]:
        """Which of the ids the inbox does not have."""
        # Whoever asks will add them: nobody else may meanwhile.
        await self._write()
        known = await self._select(_known(self._postgres), {"ids": self._texts(event_ids)})
        return set(event_ids).difference(columns["event_id"] for columns in known)

    async def received(self, event_ids: Iterable[str]) -> dict[str, str]:
        """Event id → when the inbox took it (ISO 8601, UTC), for those of which that is known."""
        found = await self._select(_received(self._postgres), {"ids": self._texts(event_ids)})
        return {columns["event_id"]: columns["received_at"] for columns in found}

    async def add_events(self, events: Sequence[InboxEvent]) -> list[int]:
        """Keep events; returns their positions, growing in order."""
        if not events:
            return []
        last = await self._draw("inbox", len(events))
        positions = list(range(last - len(events) + 1, last + 1))
        placed = list(zip(events, positions, strict=True))
        await self._change_each(
            insert(inbox), [inbox_columns(event, position) for event, position in placed]
        )
        concerned = [
            {"link_id": link, "position": position}
            for event, position in placed
            for link in dict.fromkeys(event.link_ids)
        ]
        await self._change_each(insert(event_link), concerned)
        await self._change_each(insert(pending), concerned)
        return positions

    async def events(
        self, *, after: int = 0, link_id: str | None = None, limit: int = 100
    ) -> list[InboxEvent]:
        """Events in order of position, of one link or of all."""
        if link_id is None:
            found = await self._select(_ALL, {"after": after, "number": limit})
        else:
            wanted = {"after": after, "number": limit, "link": link_id}
            found = await self._select(_OF_LINK, wanted)
        return [inbox_event(columns) for columns in found]


_ALL = (
    select(inbox)
    .where(inbox.c.position > number("after"))
    .order_by(inbox.c.position)
    .limit(number("number"))
)
_OF_LINK = (
    select(inbox)
    .join(event_link, event_link.c.position == inbox.c.position)
    .where(event_link.c.link_id == bindparam("link"), event_link.c.position > number("after"))
    .order_by(event_link.c.position)
    .limit(number("number"))
)


@cache
def _known(postgres: bool) -> Select[tuple[str]]:
    return select(inbox.c.event_id).where(among(inbox.c.event_id, "ids", postgres=postgres))


@cache
def _received(postgres: bool) -> Select[tuple[str, str]]:
    return select(inbox.c.event_id, inbox.c.received_at).where(
        among(inbox.c.event_id, "ids", postgres=postgres), inbox.c.received_at.is_not(None)
    )
