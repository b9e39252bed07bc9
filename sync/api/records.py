"""What a person looks through besides links and conflicts: dead letters, events."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from sync.api.context import ApiContext, Context
from sync.api.pages import AskedFor, Page, cursor_unusable, page, plain
from sync.api.problems import Refusal
from sync.engine.redrive import discard, find_dead_letter, redrive
from sync.ports import DeadLetter, InboxEvent

router = APIRouter()


class DeadLetterItem(BaseModel):
    """Something that cannot go on by itself, with what to do about it."""

    id: str
    link_id: str | None
    code: str
    message: str
    cure: str | None
    payload: dict[str, Any]
    at: str
    state: str


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


class LettersAsked(StrEnum):
    """Which dead letters are asked for."""

    OPEN = "open"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"
    ALL = "all"


@router.get("/deadletters", tags=["dead letters"])
async def dead_letters(
    context: Context, window: AskedFor, state: LettersAsked = LettersAsked.OPEN
) -> Page[DeadLetterItem]:
    """Dead letters, in order of id."""
    wanted = None if state is LettersAsked.ALL else state.value
    async with context.store.transaction() as tx:
        found = await tx.dead_letters(state=wanted, after=window.cursor, limit=window.limit + 1)
    return page(found, window, letter_item, lambda letter: letter.id)


@router.get("/deadletters/{letter_id}", tags=["dead letters"])
async def one_dead_letter(context: Context, letter_id: str) -> DeadLetterItem:
    """One dead letter."""
    return letter_item(await _letter(context, letter_id))


@router.post("/deadletters/{letter_id}/redrive", tags=["dead letters"])
async def redrive_dead_letter(context: Context, letter_id: str) -> DeadLetterItem:
    """Try it again, now that its cause is cured; it comes back if it fails again."""
    letter = await _letter(context, letter_id)
    redriven = await redrive(context.store, letter, context.clock)
    context.service.work_is_due()
    return letter_item(redriven)


@router.post("/deadletters/{letter_id}/discard", tags=["dead letters"])
async def discard_dead_letter(context: Context, letter_id: str) -> DeadLetterItem:
    """Set it aside for good; it stays on record."""
    return letter_item(await discard(context.store, await _letter(context, letter_id)))


@router.get("/events", tags=["events"])
async def events(context: Context, window: AskedFor, link: str | None = None) -> Page[EventItem]:
    """Change events in the order in which they came, of one link or of all."""
    cursor = window.cursor or "0"
    if not (cursor.isascii() and cursor.isdigit()):
        raise cursor_unusable()
    async with context.store.transaction() as tx:
        found = await tx.events(after=int(cursor), link_id=link, limit=window.limit + 1)
    return page(found, window, event_item, lambda event: str(event.position))


async def _letter(context: ApiContext, letter_id: str) -> DeadLetter:
    found = await find_dead_letter(context.store, letter_id)
    if found is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "dead_letter_unknown",
            "There is no such dead letter.",
            "Use an id of /api/v1/deadletters.",
        )
    return found


def letter_item(letter: DeadLetter) -> DeadLetterItem:
    """A dead letter as the API shows it."""
    return DeadLetterItem.model_validate(plain(letter))


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
