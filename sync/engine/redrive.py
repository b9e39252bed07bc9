"""Dead letters: corrected, tried again once their cause is cured, or set aside for good.

Whatever is done to several is done to all of them in one transaction, or to none. A dead letter
never goes: what it held at first, and who did what about it and why, stays with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from sync.core.event import ChangeEvent
from sync.core.event_form import event_of
from sync.core.kinds import Kinds
from sync.engine.taking_in import take_in
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.ports import Clock, DeadLetter, LetterAct, LetterFilter, Store, Transaction

OPEN, REDRIVEN, DISCARDED = "open", "redriven", "discarded"
EDITED = "edited"
EVENT = "event"
"""The member of an edited payload that holds the corrected change event."""
_MOST = 10_000
Chosen = Sequence[str] | LetterFilter
"""Which dead letters: by their ids, or all open ones that pass a filter."""


async def find_dead_letter(store: Store, letter_id: str) -> DeadLetter | None:
    """A dead letter by id, whatever its state."""
    async with store.transaction() as tx:
        found = await tx.dead_letters(ids=[letter_id], state=None, limit=1)
    return found[0] if found else None


async def edit(
    store: Store,
    kinds: Kinds,
    letter_id: str,
    event: Mapping[str, Any],
    by: str,
    why: str | None,
    clock: Clock,
) -> DeadLetter:
    """Put a corrected change event in the place of a record that could not be read.

    What could not be read stays beside it. The payload of a link's dead letter is not edited: its
    rows are read afresh whenever it is decided, so the record is corrected where it is.

    Raises:
        InputUnusable: There is no such open dead letter, it is a link's, or this is no event of a
            table that a map reads.
    """
    corrected = event_of(event)
    if corrected.ref.table not in kinds.tables[corrected.ref.side]:
        raise InputUnusable(
            f"No map reads the table {corrected.ref.table!r} of the {corrected.ref.side.upper()}.",
            cure="Name the entity set of a table map, spelled as it is there.",
        )
    async with store.transaction() as tx:
        (letter,) = await _chosen(tx, [letter_id])
        if letter.link_id is not None:
            raise InputUnusable(
                f"The dead letter {letter_id} is a record's: its rows are read afresh.",
                cure="Correct the record in its system, or the map; then redrive it.",
            )
        edited = replace(
            letter,
            payload={EVENT: dict(event)},
            original=letter.original or letter.payload,
            history=(*letter.history, LetterAct(text(clock.now()), by, EDITED, why)),
        )
        await tx.put_dead_letters([edited])
    return edited


async def redrive(
    store: Store, kinds: Kinds, chosen: Chosen, by: str, why: str | None, clock: Clock
) -> list[DeadLetter]:
    """Try dead letters again, at once; each comes back if it fails again.

    Raises:
        InputUnusable: One of them is not open, or could not be read and was not edited: then
            nothing is done.
    """
    now = clock.now()
    async with store.transaction() as tx:
        letters = await _chosen(tx, chosen)
        events = [event_in(letter) for letter in letters if letter.link_id is None]
        unseen = await tx.unseen([event.id for event in events])
        fresh = {event.id: event for event in events if event.id in unseen}
        await take_in(kinds, tx, list(fresh.values()), now)
        done = [_after(letter, REDRIVEN, by, why, now) for letter in letters]
        await tx.put_dead_letters(done)
        await tx.wake([letter.link_id for letter in letters if letter.link_id is not None], now)
    return done


async def discard(
    store: Store, chosen: Chosen, by: str, why: str, clock: Clock
) -> list[DeadLetter]:
    """Set dead letters aside for good; they stay on record, and what they held no longer waits.

    Raises:
        InputUnusable: One of them is not open, or no reason is given: then nothing is done.
    """
    if not why.strip():
        raise InputUnusable("A dead letter is not set aside without a reason.", cure="Say why.")
    async with store.transaction() as tx:
        letters = await _chosen(tx, chosen)
        done = [_after(letter, DISCARDED, by, why, clock.now()) for letter in letters]
        await tx.put_dead_letters(done)
        await tx.let_go([letter.link_id for letter in letters if letter.link_id is not None])
    return done


def event_in(letter: DeadLetter) -> ChangeEvent:
    """The corrected change event that a dead letter holds.

    Raises:
        InputUnusable: It holds none.
    """
    if EVENT not in letter.payload:
        raise InputUnusable(
            f"The dead letter {letter.id} holds a record that could not be read.",
            cure="Edit it first, or publish it again in a readable form and discard this one.",
        )
    return event_of(letter.payload[EVENT])


async def _chosen(tx: Transaction, chosen: Chosen) -> list[DeadLetter]:
    """The dead letters that are meant; all of them are open."""
    if isinstance(chosen, LetterFilter):
        found = await tx.find_letters(replace(chosen, state=OPEN), limit=_MOST + 1)
        if len(found) > _MOST:
            raise InputUnusable(
                f"More than {_MOST} dead letters pass the filter.", cure="Choose a narrower one."
            )
        return found
    ids = list(dict.fromkeys(chosen))
    letters = await tx.dead_letters(ids=ids, state=None, limit=len(ids) or 1)
    known = {letter.id: letter for letter in letters}
    for letter_id in ids:
        if letter_id not in known:
            raise InputUnusable(
                f"There is no dead letter {letter_id}.", cure="Use ids of the list of dead letters."
            )
        if known[letter_id].state != OPEN:
            raise InputUnusable(
                f"The dead letter {letter_id} is {known[letter_id].state} already.",
                cure="Name open ones only.",
            )
    return letters


def _after(letter: DeadLetter, what: str, by: str, why: str | None, now: datetime) -> DeadLetter:
    act = LetterAct(text(now), by, what, why)
    return replace(letter, state=what, history=(*letter.history, act))
