"""Draws: numbers of shared sequences, each given out once.

A draw happens in one unit of work and in the writer's turn: what is free when it looks is still
free when it is committed, on however many processes others draw meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from sync.core.forecast import WINDOW, Forecast, forecast
from sync.core.leases import Draw, Lease, SharedSequence, take_values
from sync.core.numbers import comparable
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine.times import text
from sync.errors import ConfigurationWrong, RequestKeyReused, SequenceExhausted
from sync.ports import Clock, Drawn, Store, Transaction

OWN = SharedSequence.of(
    "service-person-prospect", NumberSpace("", ("person",)), "person", "CPP-######"
)
"""Numbers the person prospects of companies for which the settings have no sequence."""
_AHEAD = 500
_SKIPPED_AT_MOST = 10_000
MOST = 1000
"""How many numbers one draw gives at most."""


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


class SequenceStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How a shared sequence stands.

    Attributes:
        sequence: The sequence.
        unleased: How many of its values no side has yet.
        leased: Side → how many values are left in its blocks.
        forecast: When it will be used up.
    """

    sequence: SharedSequence
    unleased: int
    leased: dict[Side, int]
    forecast: Forecast


class Draws:
    """Draws numbers of shared sequences.

    Args:
        sequences: The sequences.
        clock: Time.
    """

    def __init__(self, sequences: Iterable[SharedSequence], clock: Clock) -> None:
        self.sequences: Mapping[str, SharedSequence] = {one.id: one for one in sequences}
        self._clock = clock

    def named(self, name: str) -> SharedSequence:
        """The sequence of a name.

        Raises:
            ConfigurationWrong: There is none.
        """
        if name not in self.sequences:
            names = ", ".join(self.sequences) or "none is set"
            raise ConfigurationWrong(
                f"There is no shared sequence {name!r}.",
                cure=f"Use one of the setting shared_sequences: {names}.",
            )
        return self.sequences[name]

    def numbering(self, space: NumberSpace, kind: str) -> SharedSequence:
        """The sequence that numbers the records of a kind in a company."""
        shared = (s for s in self.sequences.values() if s.space == space and s.numbers == kind)
        return next(shared, OWN)

    async def standings(self, store: Store) -> list[SequenceStanding]:
        """How every shared sequence stands, in order of name; the service's own once it is used."""
        now = self._clock.now()
        async with store.transaction() as tx:
            drawn = await tx.drawn_since(now - WINDOW)
            every = sorted([*self.sequences.values(), OWN], key=lambda one: one.id)
            leases = {one.id: await tx.open_leases(one.id) for one in every}
        return [
            _standing(one, leases[one.id], drawn.get(one.id), now)
            for one in every
            if one is not OWN or leases[OWN.id]
        ]

    async def draw(self, store: Store, sequence: SharedSequence, asked: Asked) -> Draw:
        """Draw numbers, in a unit of work of their own.

        Raises:
            SequenceExhausted: There are not so many left; none is used up then.
            RequestKeyReused: The key was used for another draw of the sequence.
        """
        async with store.transaction() as tx:
            return await self.draw_in(tx, sequence, asked)

    async def draw_in(
        self,
        tx: Transaction,
        sequence: SharedSequence,
        asked: Asked,
        space: NumberSpace | None = None,
    ) -> Draw:
        """Draw numbers in a unit of work, for a number space if not for the sequence's; see `draw`.

        One draw takes effect when it is committed with what else that unit of work does.
        """
        await tx.take_turn()
        before = await tx.draw_of(sequence.id, asked.request)
        if before is not None:
            return _same(before, asked)
        drawn = await self._free(tx, sequence, asked, space or sequence.space)
        await tx.add_draw(drawn)
        return drawn

    async def _free(
        self, tx: Transaction, sequence: SharedSequence, asked: Asked, space: NumberSpace
    ) -> Draw:
        """Take values until there are enough numbers that nobody has."""
        now = text(self._clock.now())
        leases = {lease.position: lease for lease in await tx.open_leases(sequence.id)}
        numbers: list[str] = []
        skipped: list[str] = []
        changed: dict[int, Lease] = {}
        while (missing := asked.count - len(numbers)) > 0:
            ahead = missing + (_AHEAD if skipped else 0)
            values, _ = take_values(sequence, asked.side, leases.values(), ahead, now)
            made = [sequence.format.number(value) for value in values]
            used = await tx.numbers_taken(space, {comparable(one) for one in made})
            looked_at = _until(made, used, missing)
            if not looked_at:
                raise _exhausted(sequence, asked, len(numbers), leases.values())
            numbers += (one for one in looked_at if comparable(one) not in used)
            skipped += (one for one in looked_at if comparable(one) in used)
            if len(skipped) > _SKIPPED_AT_MOST:
                raise _occupied(sequence, skipped[-1])
            count = len(looked_at)
            _, more = take_values(sequence, asked.side, leases.values(), count, now)
            leases |= more
            changed |= more
        await tx.put_leases(changed.values())
        return Draw(
            sequence=sequence.id,
            space=space.name,
            request=asked.request,
            side=asked.side,
            numbers=tuple(numbers),
            skipped=tuple(skipped),
            at=now,
        )


def _standing(
    sequence: SharedSequence, leases: Sequence[Lease], drawn: Drawn | None, now: datetime
) -> SequenceStanding:
    unleased = sequence.unleased(leases[-1] if leases else None)
    leased = {side: sum(one.left for one in leases if one.side is side) for side in Side}
    values, since = (drawn.values, drawn.since) if drawn is not None else (0, None)
    return SequenceStanding(
        sequence=sequence,
        unleased=unleased,
        leased=leased,
        forecast=forecast(unleased + sum(leased.values()), values, since, now),
    )


def _until(made: Sequence[str], used: set[str], missing: int) -> Sequence[str]:
    """The numbers up to the one with which enough of them are free."""
    for place, number in enumerate(made, start=1):
        missing -= comparable(number) not in used
        if missing == 0:
            return made[:place]
    return made


def _same(before: Draw, asked: Asked) -> Draw:
    if (before.side, len(before.numbers)) != (asked.side, asked.count):
        raise RequestKeyReused(
            f"The request {asked.request!r} drew {len(before.numbers)} of {before.sequence} for "
            f"the {before.side.upper()} at {before.at}, not {asked.count} for the "
            f"{asked.side.upper()}.",
            cure="Give every draw a key of its own; repeat a key only with the same body.",
        )
    return before


def _exhausted(
    sequence: SharedSequence, asked: Asked, found: int, leases: Iterable[Lease]
) -> SequenceExhausted:
    elsewhere = sum(lease.left for lease in leases if lease.side is not asked.side)
    other = f", and {elsewhere} that are leased to the other side" if elsewhere else ""
    return SequenceExhausted(
        f"The shared sequence {sequence.id} ({sequence.format.text}, {sequence.first} to "
        f"{sequence.last}) has {found} free numbers left for the {asked.side.upper()}{other}; "
        f"{asked.count} were asked for.",
        cure="Set a further `last`, or a format with more places, for it in the setting "
        "shared_sequences, and restart the service.",
    )


def _occupied(sequence: SharedSequence, number: str) -> SequenceExhausted:
    return SequenceExhausted(
        f"The shared sequence {sequence.id} meets numbers that records have already, more than "
        f"{_SKIPPED_AT_MOST} in a row, up to {number}.",
        cure="Set `first` of it in the setting shared_sequences behind the numbers that exist.",
    )
