"""Reservations in the in-memory store."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.link import Link
from sync.core.numbers import comparable
from sync.core.row import RowRef
from sync.core.sequences import NumberSpace
from sync.ports import Reservation
from sync.testing.memory_state import MemoryState, isolated


class MemoryReservations:
    """The part of a transaction for numbers."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def reservations(self, refs: Iterable[RowRef]) -> dict[RowRef, Reservation]:
        """What is kept for rows."""
        kept = self._state.reservations
        return {ref: kept[ref] for ref in refs if ref in kept}

    async def reserve(self, reservations: Iterable[Reservation]) -> set[RowRef]:
        """Keep numbers for rows, in place of what was kept for them; see the port."""
        state, done = self._state, set()
        wanted = {one.ref: one for one in reservations}
        for ref in wanted:
            old = state.reservations.get(ref)
            if old is not None:
                state.drop(state.reserved, (old.space, comparable(old.number)))
                state.drop(state.reservations, ref)
        for ref, one in wanted.items():
            place = (one.space, comparable(one.number))
            if place not in state.reserved:
                state.put(state.reserved, place, ref)
                state.put(state.reservations, ref, one)
                done.add(ref)
        return done

    async def numbers_taken(self, space: NumberSpace, numbers: Iterable[str]) -> set[str]:
        """Which of the comparable numbers are taken; see the port."""
        return {
            number
            for number in numbers
            if (space.name, number) in self._state.reserved
            or (space.name, number) in self._state.drawn
            or any(self._state.numbers.get((kind, space.company, number)) for kind in space.kinds)
        }

    async def links_by_number(self, space: NumberSpace, numbers: Iterable[str]) -> dict[str, Link]:
        """Comparable number → the link of the space that has it; see the port."""
        found: dict[str, Link] = {}
        for number in numbers:
            places = ((kind, space.company, number) for kind in space.kinds)
            ids = {link for place in places for link in self._state.numbers.get(place, ())}
            if ids:
                found[number] = isolated(self._state.links[min(ids)])
        return found
