"""The part of the state for what was captured: rows and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sync.core.row import RowRef, Side
from sync.ports.records import (
    InboxEvent,
    KnownRow,
)


class Captured(Protocol):
    """Rows as they are known, and the events that told of them."""

    async def rows(self, refs: Iterable[RowRef]) -> dict[RowRef, KnownRow]:
        """Known rows, deleted ones included."""
        ...

    async def rows_of(self, link_ids: Iterable[str]) -> list[KnownRow]:
        """Every row that belongs to the links."""
        ...

    async def rows_joined(
        self, side: Side, table: str, aliases: Iterable[str]
    ) -> dict[str, list[KnownRow]]:
        """Rows of the table that refer to each alias, deleted ones not included."""
        ...

    async def versions(self, side: Side, table: str) -> dict[str, str]:
        """Row id → version of every row of the table that is not deleted."""
        ...

    async def put_rows(self, rows: Iterable[KnownRow], *, newer_only: bool = False) -> None:
        """Insert or replace rows. `newer_only`: leave a known row whose `order` is not lower."""
        ...

    async def unseen(self, event_ids: Sequence[str]) -> set[str]:
        """Which of the ids the inbox does not have."""
        ...

    async def received(self, event_ids: Iterable[str]) -> dict[str, str]:
        """Event id → when the inbox took it (ISO 8601, UTC), for those of which that is known."""
        ...

    async def add_events(self, events: Sequence[InboxEvent]) -> list[int]:
        """Keep events; returns their positions, growing in order."""
        ...

    async def events(
        self, *, after: int = 0, link_id: str | None = None, limit: int = 100
    ) -> list[InboxEvent]:
        """Events in order of position, of one link or of all."""
        ...
