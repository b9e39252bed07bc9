"""Change events, as a person looks through them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from sync.api.context import Context
from sync.api.pages import AskedFor, Page, page, plain
from sync.ports import InboxEvent

router = APIRouter()


class EventItem(BaseModel):
    """A change event as the inbox keeps it; `position` grows with time."""

    position: int
    id: str
    side: str
    table: str
    row_id: str
    op: str
    version: str
    image: dict[str, Any] | None
    actor: str | None
    occurred_at: str | None
    received_at: str | None
    link_ids: list[str]


@router.get("/events", tags=["events"])
async def events(context: Context, window: AskedFor, link: str | None = None) -> Page[EventItem]:
    """Change events in the order in which they came, of one link or of all."""
    after = window.position()
    async with context.store.transaction() as tx:
        found = await tx.events(after=after, link_id=link, limit=window.limit + 1)
    return page(found, window, event_item, lambda event: str(event.position))


def event_item(entry: InboxEvent) -> EventItem:
    """An event as the API shows it."""
    event = entry.event
    return EventItem(
        position=entry.position,
        id=event.id,
        side=event.ref.side,
        table=event.ref.table,
        row_id=event.ref.row_id,
        op=event.op,
        version=event.version,
        image=plain(event.image),
        actor=event.actor,
        occurred_at=event.occurred_at,
        received_at=entry.received_at,
        link_ids=list(entry.link_ids),
    )
