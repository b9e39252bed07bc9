"""Draws: numbers of shared sequences, each given out once.

A draw happens in one unit of work and in the writer's turn: what is free when it looks is still
free when it is committed, on however many processes others draw meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from sync.core.forecast import WINDOW, Forecast, forecast
from sync.core.leases import Draw, Lease, SharedSequence
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine.drawing import Asked, make_draws
from sync.engine.times import text
from sync.errors import ConfigurationWrong, RequestKeyReused, SequenceExhausted
from sync.ports import Clock, Drawn, Store, Transaction

OWN = SharedSequence.of(
    "service-person-prospect", NumberSpace("", ("person",)), "person", "CPP-######"
)
"""Numbers the person prospects of companies for which the settings have no sequence."""


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
            drawn, refusal = await self.draw_each(tx, sequence, [asked], sequence.space)
            if refusal is not None:
                raise refusal
            return drawn[asked.request]

    async def draw_each(
        self, tx: Transaction, sequence: SharedSequence, wanted: Iterable[Asked], space: NumberSpace
    ) -> tuple[dict[str, Draw], SequenceExhausted | None]:
        """Draw for several requests of one side at once, in order, as far as there are numbers.

        What is drawn takes effect when it is committed with what else the unit of work does.

        Args:
            tx: The unit of work.
            sequence: The sequence.
            wanted: The requests, each with a key of its own.
            space: Where the numbers have to be unlike all others.

        Returns:
            Request → what it drew, and why those that are not among them drew nothing.

        Raises:
            RequestKeyReused: A key was used for another draw of the sequence.
        """
        await tx.take_turn()
        asked = {one.request: one for one in wanted}
        before = await tx.draws_of(sequence.id, asked)
        found = {request: _same(one, asked[request]) for request, one in before.items()}
        lacking = [one for request, one in asked.items() if request not in found]
        if not lacking:
            return found, None
        made, refusal = await make_draws(tx, sequence, lacking, space, text(self._clock.now()))
        return found | {one.request: one for one in made}, refusal


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


def _same(before: Draw, asked: Asked) -> Draw:
    if (before.side, len(before.numbers)) != (asked.side, asked.count):
        raise RequestKeyReused(
            f"The request {asked.request!r} drew {len(before.numbers)} of {before.sequence} for "
            f"the {before.side.upper()} at {before.at}, not {asked.count} for the "
            f"{asked.side.upper()}.",
            cure="Give every draw a key of its own; repeat a key only with the same body.",
        )
    return before
