"""Handing over: a whole block of a shared sequence, for a system that gives the numbers itself.

An administrator sets a number sequence of the system to it, or numbers the rows of an import.
"""

from __future__ import annotations

from sync.core.blocks import BlockAsked, handed_over
from sync.core.leases import Lease, SharedSequence
from sync.core.numbers import comparable
from sync.engine.times import text
from sync.errors import InputUnusable, RequestKeyReused, SequenceExhausted
from sync.ports import Clock, Store, Transaction

LARGEST = 100_000
"""How many numbers one block has at most."""
_AT_ONCE = 1000
_PASSED_AT_MOST = 10_000


async def hand_over(
    store: Store, sequence: SharedSequence, asked: BlockAsked, clock: Clock
) -> Lease:
    """Hand over a block of numbers in a row that nobody has; the same key gets the same block.

    Raises:
        SequenceExhausted: There are not so many in a row; none is used up then.
        RequestKeyReused: The key was used for another block of the sequence.
        InputUnusable: Nobody is named, or no block can be that large.
    """
    if not asked.by.strip() or not 1 <= asked.size <= LARGEST:
        raise InputUnusable(
            f"A block has 1 to {LARGEST} numbers, and is handed over to somebody.",
            cure="Say how many, and who asks for them.",
        )
    async with store.transaction() as tx:
        await tx.take_turn()
        before = [one for one in await tx.handed_over(sequence.id) if one.request == asked.request]
        if before:
            return _same(before[0], asked)
        known = await tx.open_leases(sequence.id)
        newest = known[-1] if known else None
        first = await _first_of_a_row(tx, sequence, newest, asked)
        made = handed_over(sequence, newest, first, asked, text(clock.now()))
        await tx.put_leases(made)
        return made[-1]


async def _first_of_a_row(
    tx: Transaction, sequence: SharedSequence, newest: Lease | None, asked: BlockAsked
) -> int:
    """The first value from which on so many in a row are free, behind all blocks."""
    begin = place = start = sequence.next(newest)
    left = sequence.unleased(newest)
    while (missing := asked.size - abs(place - begin)) > 0:
        passed = abs(begin - start)
        if passed + asked.size > left:
            raise SequenceExhausted(
                f"The shared sequence {sequence.id} ({sequence.format.text}, {sequence.first} to "
                f"{sequence.last}) has no {asked.size} free numbers in a row left.",
                cure="Ask for fewer, or set a further `last`, or a format with more places, for it "
                "in the setting shared_sequences, and restart the service.",
            )
        if passed > _PASSED_AT_MOST:
            raise SequenceExhausted(
                f"The shared sequence {sequence.id} has no {asked.size} free numbers in a row "
                f"within {_PASSED_AT_MOST}.",
                cure="Set `first` of it in the setting shared_sequences behind the numbers that "
                "exist.",
            )
        count = min(missing, _AT_ONCE)
        values = [place + step * sequence.step for step in range(count)]
        numbers = {value: comparable(sequence.format.number(value)) for value in values}
        taken = await tx.numbers_taken(sequence.space, numbers.values())
        used = [value for value in values if numbers[value] in taken]
        place = values[-1] + sequence.step
        if used:
            begin = used[-1] + sequence.step
    return begin


def _same(before: Lease, asked: BlockAsked) -> Lease:
    if (before.side, before.size) != (asked.side, asked.size):
        raise RequestKeyReused(
            f"For the request {asked.request!r} {before.size} numbers of {before.sequence} were "
            f"handed over to the {before.side.upper()} at {before.at}, not {asked.size} to the "
            f"{asked.side.upper()}.",
            cure="Give every block a key of its own; repeat a key only with the same body.",
        )
    return before
