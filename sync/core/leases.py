"""Leases: the blocks of a shared sequence's values that belong to one side each.

The numbers of both systems come from one sequence, and each side draws from blocks of its own, so
that a system which was given a block may go on without asking. Blocks never overlap: a new one
begins where the newest ends, whoever has that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from sync.core.number_format import NumberFormat, parse_format
from sync.core.row import Side
from sync.core.sequences import Drawer, Handed, NumberSpace, Sequence, Told
from sync.errors import InputUnusable

LONGEST = 20
"""Characters of a number that both systems hold (`CustomerAccount`, `accountnumber`)."""


class SharedSequence(msgspec.Struct, frozen=True, kw_only=True):
    """A sequence that the service keeps, for both systems.

    Attributes:
        id: Its name in the API.
        space: Where its numbers have to be unlike all others.
        numbers: The kind of record that it numbers first.
        format: What its numbers look like.
        first: The value that it begins with.
        last: The value that it ends with, included; lower than `first` when it counts down.
        block: How many values a side gets at once.
    """

    id: str
    space: NumberSpace
    numbers: str
    format: NumberFormat
    first: int
    last: int
    block: int

    @classmethod
    def of(
        cls,
        name: str,
        space: NumberSpace,
        numbers: str,
        text: str,
        *,
        first: int = 1,
        last: int | None = None,
        block: int = 100,
    ) -> SharedSequence:
        """A sequence whose numbers look like a text, in the ERP's notation.

        Args:
            name: Its name in the API.
            space: Where its numbers have to be unlike all others.
            numbers: The kind of record that it numbers first.
            text: Its format, such as `CU-######`.
            first: The value that it begins with.
            last: The value that it ends with; the highest that fits when left out.
            block: How many values a side gets at once.

        Raises:
            InputUnusable: Its numbers would be too long or too few, or are none.
        """
        made = parse_format(text, Side.ERP, space.company)
        highest = made.capacity - 1
        end = highest if last is None else last
        if not made.counts or not 0 <= first <= highest or not 0 <= end <= highest:
            raise InputUnusable(
                f"The shared sequence {name!r} goes from {first} to {end}, and {text!r} holds 0 to "
                f"{highest}.",
                cure="Give the format more places (#), or choose other ends.",
            )
        if len(made.number(end)) > LONGEST:
            raise InputUnusable(
                f"The numbers of the shared sequence {name!r}, such as {made.number(end)}, are "
                f"longer than {LONGEST} characters, which is all that both systems hold.",
                cure="Shorten its format.",
            )
        return cls(
            id=name,
            space=space,
            numbers=numbers,
            format=made,
            first=first,
            last=end,
            block=block,
        )

    @property
    def step(self) -> int:
        """1 when it counts up, -1 when it counts down."""
        return 1 if self.first <= self.last else -1

    def next(self, newest: Lease | None) -> int:
        """The value that the next block begins with."""
        if newest is None:
            return self.first
        following = newest.last + self.step
        return max(following, self.first) if self.step > 0 else min(following, self.first)

    def unleased(self, newest: Lease | None) -> int:
        """How many values no side has yet."""
        return max(0, (self.last - self.next(newest)) * self.step + 1)

    def as_sequence(self, leases: Collection[Lease], handed: Iterable[Lease] = ()) -> Sequence:
        """As it is compared with the sequences of the two systems.

        Args:
            leases: Its leases that are not used up, and the newest one, in order: what is left in
                the oldest is still to come.
            handed: Those that were handed over whole.
        """
        coming = [lease.take(1)[0][0] for lease in leases if lease.left]
        coming.append(self.next([*leases][-1] if leases else None))
        return Sequence(
            id=self.id,
            side=Side.CRM,
            company=self.space.company,
            kinds=self.space.kinds,
            numbers=self.numbers,
            format=self.format,
            first=self.first,
            last=self.last,
            next=min(coming) if self.step > 0 else max(coming),
            step=self.step,
            drawn_by=Drawer.SERVICE,
            told=Told.SERVICE,
            handed=tuple(
                Handed(one.side, min(one.first, one.last), max(one.first, one.last))
                for one in handed
            ),
        )


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A block of a shared sequence's values.

    One that was handed over whole has nothing left to draw: its side gives the numbers itself.

    Attributes:
        sequence: The sequence.
        position: The how-manieth block of it, from 1.
        side: Whose it is.
        first: Its first value.
        last: Its last value, included.
        left: How many of them are still to be drawn.
        at: When it was leased (ISO 8601, UTC).
        request: The key of the request that it was handed over for; `None` for one to draw from.
        by: Who asked for that.
    """

    sequence: str
    position: int
    side: Side
    first: int
    last: int
    left: int
    at: str
    request: str | None = None
    by: str | None = None

    @property
    def size(self) -> int:
        """How many values it has."""
        return abs(self.last - self.first) + 1

    def take(self, count: int) -> tuple[list[int], Lease]:
        """The next values, at most so many, and the lease without them."""
        step = 1 if self.first <= self.last else -1
        taken = min(count, self.left)
        start = self.last - (self.left - 1) * step
        values = [start + place * step for place in range(taken)]
        return values, msgspec.structs.replace(self, left=self.left - taken)


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers that were drawn, and by which request.

    Attributes:
        sequence: The sequence.
        space: The name of the number space for which they were drawn.
        request: The request's key; with it the same numbers are given for ever.
        side: For which side.
        numbers: The numbers, in the order of the sequence.
        skipped: Numbers that were next and that a record, or another draw, had already.
        at: When (ISO 8601, UTC).
    """

    sequence: str
    space: str
    request: str
    side: Side
    numbers: tuple[str, ...]
    skipped: tuple[str, ...] = ()
    at: str

    @property
    def used(self) -> int:
        """How many values of the sequence it used up."""
        return len(self.numbers) + len(self.skipped)


def take_values(
    sequence: SharedSequence, side: Side, leases: Iterable[Lease], count: int, now: str
) -> tuple[list[int], dict[int, Lease]]:
    """Take a side's next values, leasing it further blocks where its own are used up.

    Args:
        sequence: The sequence.
        side: Who draws.
        leases: Its leases that are not used up, and the newest one, in order.
        count: How many values.
        now: When.

    Returns:
        The values, fewer where the sequence ends, and the leases that changed, by position.
    """
    known = {lease.position: lease for lease in leases}
    values: list[int] = []
    changed: dict[int, Lease] = {}
    while len(values) < count:
        own = [lease for lease in known.values() if lease.side is side and lease.left]
        lease = own[0] if own else _new_block(sequence, side, known, now)
        if lease is None:
            break
        taken, rest = lease.take(count - len(values))
        values += taken
        known[rest.position] = changed[rest.position] = rest
    return values, changed


def _new_block(
    sequence: SharedSequence, side: Side, known: dict[int, Lease], now: str
) -> Lease | None:
    newest = known[max(known)] if known else None
    size = min(sequence.block, sequence.unleased(newest))
    if size == 0:
        return None
    first = sequence.next(newest)
    return Lease(
        sequence=sequence.id,
        position=newest.position + 1 if newest else 1,
        side=side,
        first=first,
        last=first + (size - 1) * sequence.step,
        left=size,
        at=now,
    )
