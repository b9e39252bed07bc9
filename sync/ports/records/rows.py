"""Rows, events and checkpoints: what was captured, as values."""

from __future__ import annotations

import msgspec

from sync.core.event import ChangeEvent
from sync.core.row import Row, Side


class KnownRow(msgspec.Struct, frozen=True):
    """A row as the service knows it.

    Attributes:
        row: The newest image and version; of a deleted row, the last ones.
        link_id: The link it belongs to, if any.
        joins: The alias it refers to, for rows that belong to a link by reference.
        deleted: Whether it is gone.
        event_id: The event that last told of it; `None` when only our own write or read did.
    """

    row: Row
    link_id: str | None = None
    joins: str | None = None
    deleted: bool = False
    event_id: str | None = None


class InboxEvent(msgspec.Struct, frozen=True):
    """An event as the inbox keeps it.

    Attributes:
        event: The event.
        link_ids: The links it woke.
        position: Its place in the inbox; given by the store.
        received_at: When the inbox took it.
    """

    event: ChangeEvent
    link_ids: tuple[str, ...] = ()
    position: int = 0
    received_at: str | None = None


class Checkpoint(msgspec.Struct, frozen=True):
    """How far a table's change feed has been read.

    Attributes:
        side: The system.
        table: The entity set.
        token: The connector's checkpoint; `None` before the first pass.
        read_at: When it was last read to the end.
        full_at: When the whole table was last read to the end.
    """

    side: Side
    table: str
    token: str | None = None
    read_at: str | None = None
    full_at: str | None = None
