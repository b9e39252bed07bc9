"""What a person looks through besides links: conflicts, dead letters, events."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sync.api.context import ApiContext, Context
from sync.api.pages import AskedFor, Page, cursor_unusable, page, plain
from sync.api.problems import Refusal
from sync.core.conflict import RETRY, UNDO, Conflict, ConflictState
from sync.engine.held_orders import ask, find_conflict
from sync.engine.redrive import discard, find_dead_letter, redrive
from sync.ports import DeadLetter, InboxEvent

router = APIRouter()


class ConflictItem(BaseModel):
    """A disagreement, with both values and what both sides had when last agreed."""

    id: str
    link_id: str
    kind: str
    field: str | None
    crm: Any
    erp: Any
    base_crm: Any
    base_erp: Any
    policy: str
    winner: str | None
    state: str
    message: str
    events: list[str]
    crm_actor: str | None
    erp_actor: str | None
    at: str | None
    resolved_at: str | None
    resolved_by: str | None
    asked: str | None
    asked_by: str | None


class Asking(BaseModel):
    """Who asks, for the record."""

    by: Annotated[str, Field(min_length=1, max_length=200)] = "an admin"


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


class ConflictsAsked(StrEnum):
    """Which conflicts are asked for."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


class LettersAsked(StrEnum):
    """Which dead letters are asked for."""

    OPEN = "open"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"
    ALL = "all"


@router.get("/conflicts", tags=["conflicts"])
async def conflicts(
    context: Context, window: AskedFor, state: ConflictsAsked = ConflictsAsked.OPEN
) -> Page[ConflictItem]:
    """Conflicts, in order of id."""
    wanted = None if state is ConflictsAsked.ALL else ConflictState(state)
    async with context.store.transaction() as tx:
        found = await tx.conflicts(state=wanted, after=window.cursor, limit=window.limit + 1)
    return page(found, window, conflict_item, lambda conflict: conflict.id)


@router.get("/conflicts/{conflict_id}", tags=["conflicts"])
async def one_conflict(context: Context, conflict_id: str) -> ConflictItem:
    """One conflict."""
    return conflict_item(_found(await find_conflict(context.store, conflict_id)))


@router.post("/conflicts/{conflict_id}/retry", tags=["conflicts"])
async def retry_held_order(
    context: Context, conflict_id: str, asking: Asking | None = None
) -> ConflictItem:
    """Try a held order again, now that its cause is cured; it is held again if it fails again."""
    return await _ask(context, conflict_id, RETRY, asking)


@router.post("/conflicts/{conflict_id}/undo", tags=["conflicts"])
async def undo_held_order(
    context: Context, conflict_id: str, asking: Asking | None = None
) -> ConflictItem:
    """Take a held order back in the CRM: the order is cancelled, its quote is revised."""
    return await _ask(context, conflict_id, UNDO, asking)


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


async def _ask(
    context: ApiContext, conflict_id: str, what: str, asking: Asking | None
) -> ConflictItem:
    by = (asking or Asking()).by
    asked = await ask(context.store, conflict_id, what, by, context.clock)
    context.service.work_is_due()
    return conflict_item(_found(asked))


def _found(conflict: Conflict | None) -> Conflict:
    if conflict is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "conflict_unknown",
            "There is no such conflict.",
            "Use an id of /api/v1/conflicts?state=all.",
        )
    return conflict


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


def conflict_item(conflict: Conflict) -> ConflictItem:
    """A conflict as the API shows it."""
    return ConflictItem.model_validate(plain(conflict))


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
