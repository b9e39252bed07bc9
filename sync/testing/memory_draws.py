"""Leases and draws in the in-memory store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from sync.core.leases import Draw, Lease
from sync.core.numbers import comparable
from sync.core.sequences import NumberSpace
from sync.ports import Drawn
from sync.testing.memory_state import MemoryState


class MemoryDraws:
    """The part of a transaction for shared sequences."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def take_turn(self) -> None:
        """Be the only one who changes the state: transactions happen one after the other here."""

    async def open_leases(self, sequence: str) -> list[Lease]:
        """The leases of a sequence that are not used up, and its newest one, in order."""
        own = await self.leases(sequence, limit=len(self._state.leases))
        return [lease for lease in own if lease.left or lease is own[-1]]

    async def leases(
        self, sequence: str | None = None, *, after: tuple[str, int] | None = None, limit: int = 100
    ) -> list[Lease]:
        """Leases in order of sequence and position, of one sequence or of all; see the port."""
        found = [
            lease
            for place, lease in sorted(self._state.leases.items())
            if sequence in {None, lease.sequence} and (after is None or place > after)
        ]
        return found[:limit]

    async def handed_over(self, sequence: str) -> list[Lease]:
        """The blocks of a sequence that were handed over whole, in order."""
        own = await self.leases(sequence, limit=len(self._state.leases))
        return [lease for lease in own if lease.request is not None]

    async def put_leases(self, leases: Iterable[Lease]) -> None:
        """Insert or replace leases."""
        for lease in leases:
            self._state.put(self._state.leases, (lease.sequence, lease.position), lease)

    async def draws_of(self, sequence: str, requests: Iterable[str]) -> dict[str, Draw]:
        """Request → what it drew, for those that have."""
        found = {request: self._state.draws.get((sequence, request)) for request in requests}
        return {request: draw for request, draw in found.items() if draw is not None}

    async def add_draws(self, draws: Iterable[Draw]) -> None:
        """Keep draws; their numbers are taken in their number spaces from now on."""
        for drawn in draws:
            self._state.put(self._state.draws, (drawn.sequence, drawn.request), drawn)
            for number in drawn.numbers:
                place = (drawn.space, comparable(number))
                self._state.put(self._state.drawn, place, (drawn.sequence, drawn.request))

    async def drawn_numbers(
        self, sequence: str, space: NumberSpace, *, after: str | None = None, limit: int = 100
    ) -> dict[str, str]:
        """Numbers of a space that were drawn from a sequence → by which request; see the port."""
        found = {
            number: request
            for (place, number), (name, request) in sorted(self._state.drawn.items())
            if (place, name) == (space.name, sequence) and number > (after or "")
        }
        return dict(islice(found.items(), limit))

    async def draws(self, *, after: tuple[str, str] | None = None, limit: int = 100) -> list[Draw]:
        """Draws in order of sequence and request; see the port."""
        found = sorted(self._state.draws.items())
        return [draw for place, draw in found if after is None or place > after][:limit]

    async def drawn_since(self, moment: datetime) -> dict[str, Drawn]:
        """Sequence → what was drawn from it since then, where anything was."""
        found: dict[str, Drawn] = {}
        for draw in self._state.draws.values():
            at = datetime.fromisoformat(draw.at)
            if at >= moment:
                before = found.get(draw.sequence, Drawn(0, at))
                values, since = before.values + draw.used, min(before.since, at)
                found[draw.sequence] = Drawn(values, since)
        return found
