"""Drawing: taking the next numbers that nobody has, for several requests at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sync.core.leases import Draw, Lease, SharedSequence, take_values
from sync.core.numbers import comparable
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.errors import SequenceExhausted
from sync.ports import Transaction

MOST = 1000
"""How many numbers one draw gives at most."""
_AHEAD = 500
_SKIPPED_AT_MOST = 10_000


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for.

    Attributes:
        side: Where the numbers will be used.
        request: The request's key: asked again, it gets the same numbers.
        count: How many, at most `MOST`.
    """

    side: Side
    request: str
    count: int = 1


async def make_draws(
    tx: Transaction, sequence: SharedSequence, wanted: Sequence[Asked], space: NumberSpace, now: str
) -> tuple[list[Draw], SequenceExhausted | None]:
    """Take values until there are enough numbers that nobody has, share them out, and keep it.

    Args:
        tx: The unit of work, in its turn.
        sequence: The sequence.
        wanted: New requests of one side, at least one.
        space: Where the numbers have to be unlike all others.
        now: When.

    Returns:
        The draws of the first requests, and why the next one got none; it uses nothing up.
    """
    side, count = wanted[0].side, sum(one.count for one in wanted)
    leases = await tx.open_leases(sequence.id)
    looked_at, used = await _look(tx, sequence, side, leases, count, space)
    made: list[Draw] = []
    following = iter(looked_at)
    for asked in wanted:
        one = _share(sequence, space, asked, following, used, now)
        if len(one.numbers) < asked.count:
            refusal = _refusal(sequence, asked, one, leases)
            break
        made.append(one)
    else:
        refusal = None
    used_up = sum(one.used for one in made)
    _, changed = take_values(sequence, side, leases, used_up, now)
    await tx.put_leases(changed.values())
    await tx.add_draws(made)
    return made, refusal


async def _look(
    tx: Transaction,
    sequence: SharedSequence,
    side: Side,
    leases: Sequence[Lease],
    count: int,
    space: NumberSpace,
) -> tuple[list[str], set[str]]:
    """A side's next numbers, up to the one with which so many are free, and those that are not."""
    looked_at: list[str] = []
    used: set[str] = set()
    while (missing := count - (len(looked_at) - len(used))) > 0 and len(used) <= _SKIPPED_AT_MOST:
        ahead = len(looked_at) + missing + (_AHEAD if used else 0)
        values, _ = take_values(sequence, side, leases, ahead, "")
        made = [sequence.format.number(value) for value in values[len(looked_at) :]]
        if not made:
            break
        taken = await tx.numbers_taken(space, {comparable(one) for one in made})
        for number in made[: _enough(made, taken, missing)]:
            looked_at.append(number)
            if comparable(number) in taken:
                used.add(number)
    return looked_at, used


def _share(
    sequence: SharedSequence,
    space: NumberSpace,
    asked: Asked,
    following: Iterator[str],
    used: set[str],
    now: str,
) -> Draw:
    """What one request gets of the numbers that follow."""
    numbers: list[str] = []
    skipped: list[str] = []
    while len(numbers) < asked.count and (number := next(following, None)) is not None:
        (skipped if number in used else numbers).append(number)
    return Draw(
        sequence=sequence.id,
        space=space.name,
        request=asked.request,
        side=asked.side,
        numbers=tuple(numbers),
        skipped=tuple(skipped),
        at=now,
    )


def _enough(made: Sequence[str], taken: set[str], missing: int) -> int:
    """How many of the numbers have to be looked at until so many are free."""
    for place, number in enumerate(made, start=1):
        missing -= comparable(number) not in taken
        if missing == 0:
            return place
    return len(made)


def _refusal(
    sequence: SharedSequence, asked: Asked, found: Draw, leases: Iterable[Lease]
) -> SequenceExhausted:
    """Why a request got too few."""
    if len(found.skipped) > _SKIPPED_AT_MOST:
        return SequenceExhausted(
            f"The shared sequence {sequence.id} meets numbers that records have already, more than "
            f"{_SKIPPED_AT_MOST} in a row, up to {found.skipped[-1]}.",
            cure="Set `first` of it in the setting shared_sequences behind the numbers that exist.",
        )
    elsewhere = sum(lease.left for lease in leases if lease.side is not asked.side)
    other = f", and {elsewhere} that are leased to the other side" if elsewhere else ""
    return SequenceExhausted(
        f"The shared sequence {sequence.id} ({sequence.format.text}, {sequence.first} to "
        f"{sequence.last}) has {len(found.numbers)} free numbers left for the "
        f"{asked.side.upper()}{other}; {asked.count} were asked for.",
        cure="Set a further `last`, or a format with more places, for it in the setting "
        "shared_sequences, and restart the service.",
    )
