"""Dead letters: looked through, corrected, tried beforehand, tried again, set aside."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from sync.api.context import ApiContext, Context
from sync.api.letter_items import (
    Acting,
    DeadLetterItem,
    Discarding,
    DiscardingMany,
    DryRun,
    Editing,
    LettersAsked,
    LettersDone,
    LettersWanted,
    RedrivingMany,
    letter_item,
    outlook_item,
)
from sync.api.pages import AskedFor, Page, page
from sync.api.problems import Refusal
from sync.engine.dry_run import dry_run
from sync.engine.redrive import Chosen, discard, edit, find_dead_letter, redrive
from sync.ports import DeadLetter

router = APIRouter(tags=["dead letters"])


@router.get("/deadletters")
async def dead_letters(
    context: Context,
    window: AskedFor,
    wanted: Annotated[LettersWanted, Query()],
    state: LettersAsked = LettersAsked.OPEN,
) -> Page[DeadLetterItem]:
    """Dead letters that pass the filter, in order of id."""
    passing = wanted.passing(None if state is LettersAsked.ALL else state.value)
    async with context.store.transaction() as tx:
        found = await tx.find_letters(passing, after=window.cursor, limit=window.limit + 1)
    return page(found, window, letter_item, lambda letter: letter.id)


@router.post("/deadletters/redrive")
async def redrive_many(context: Context, asked: RedrivingMany) -> LettersDone:
    """Try several again, in one transaction: those named, or all open ones that pass a filter."""
    return LettersDone(items=await _redrive(context, asked.chosen(), asked))


@router.post("/deadletters/discard")
async def discard_many(context: Context, asked: DiscardingMany) -> LettersDone:
    """Set several aside, in one transaction: those named, or all open ones that pass a filter."""
    done = await discard(context.store, asked.chosen(), asked.by, asked.why, context.clock)
    return LettersDone(items=[letter_item(letter) for letter in done])


@router.get("/deadletters/{letter_id}")
async def one_dead_letter(context: Context, letter_id: str) -> DeadLetterItem:
    """One dead letter."""
    return letter_item(await _letter(context, letter_id))


@router.post("/deadletters/{letter_id}/edit")
async def edit_dead_letter(context: Context, letter_id: str, editing: Editing) -> DeadLetterItem:
    """Put a corrected change event in the place of a record that could not be read."""
    await _letter(context, letter_id)
    who = (editing.by, editing.why)
    edited = await edit(context.store, context.kinds, letter_id, editing.event, *who, context.clock)
    return letter_item(edited)


@router.post("/deadletters/{letter_id}/dry-run")
async def try_dead_letter(context: Context, letter_id: str) -> DryRun:
    """What a redrive would decide and write now; both systems are read, nothing is changed."""
    letter = await _letter(context, letter_id)
    found = await dry_run(
        context.kinds, context.store, context.service.systems, letter, context.clock
    )
    return DryRun(items=[outlook_item(outlook) for outlook in found])


@router.post("/deadletters/{letter_id}/redrive")
async def redrive_dead_letter(
    context: Context, letter_id: str, acting: Acting | None = None
) -> DeadLetterItem:
    """Try it again, now that its cause is cured; it comes back if it fails again."""
    await _letter(context, letter_id)
    (done,) = await _redrive(context, [letter_id], acting or Acting())
    return done


@router.post("/deadletters/{letter_id}/discard")
async def discard_dead_letter(
    context: Context, letter_id: str, discarding: Discarding
) -> DeadLetterItem:
    """Set it aside for good, with a reason; it stays on record."""
    await _letter(context, letter_id)
    (done,) = await discard(
        context.store, [letter_id], discarding.by, discarding.why, context.clock
    )
    return letter_item(done)


async def _redrive(context: ApiContext, chosen: Chosen, acting: Acting) -> list[DeadLetterItem]:
    who = (acting.by, acting.why)
    done = await redrive(context.store, context.kinds, chosen, *who, context.clock)
    context.service.work_is_due()
    return [letter_item(letter) for letter in done]


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
