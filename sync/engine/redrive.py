"""Dead letters: trying them again once their cause is cured, or setting them aside for good."""

from __future__ import annotations

import msgspec

from sync.errors import InputUnusable
from sync.ports import Clock, DeadLetter, Store

OPEN, REDRIVEN, DISCARDED = "open", "redriven", "discarded"


async def find_dead_letter(store: Store, letter_id: str) -> DeadLetter | None:
    """A dead letter by id, whatever its state."""
    async with store.transaction() as tx:
        found = await tx.dead_letters(ids=[letter_id], state=None, limit=1)
    return found[0] if found else None


async def redrive(store: Store, letter: DeadLetter, clock: Clock) -> DeadLetter:
    """Let a dead letter's link be decided again, at once; it comes back if it fails again.

    Raises:
        InputUnusable: It has no link: what could not be read has to be published again.
    """
    if letter.link_id is None:
        raise InputUnusable(
            "A record that could not be decoded cannot be tried again.",
            cure="Publish it again in a readable form, and discard this dead letter.",
        )
    redriven = msgspec.structs.replace(letter, state=REDRIVEN)
    async with store.transaction() as tx:
        await tx.put_dead_letters([redriven])
        await tx.wake([letter.link_id], clock.now())
    return redriven


async def discard(store: Store, letter: DeadLetter) -> DeadLetter:
    """Set a dead letter aside; it stays on record."""
    discarded = msgspec.structs.replace(letter, state=DISCARDED)
    async with store.transaction() as tx:
        await tx.put_dead_letters([discarded])
        if letter.link_id is not None:
            await tx.let_go([letter.link_id])
    return discarded
