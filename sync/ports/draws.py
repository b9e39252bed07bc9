"""The part of the state for shared sequences: who has which block, and what was drawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sync.core.leases import Draw, Lease
from sync.core.sequences import NumberSpace
from sync.ports.records import Drawn


class Draws(Protocol):
    """Leases and draws."""

    async def take_turn(self) -> None:
        """Be the only one who changes the state until this unit of work ends.

        What is read from here on still holds when it is committed.
        """
        ...

    async def open_leases(self, sequence: str) -> list[Lease]:
        """The leases of a sequence that are not used up, and its newest one, in order."""
        ...

    async def leases(
        self, sequence: str | None = None, *, after: tuple[str, int] | None = None, limit: int = 100
    ) -> list[Lease]:
        """Leases in order of sequence and position, of one sequence or of all.

        Args:
            sequence: Only of this one.
            after: Only those behind this sequence and position.
            limit: How many at most.
        """
        ...

    async def handed_over(self, sequence: str) -> list[Lease]:
        """The blocks of a sequence that were handed over whole, in order."""
        ...

    async def put_leases(self, leases: Iterable[Lease]) -> None:
        """Insert or replace leases."""
        ...

    async def draws_of(self, sequence: str, requests: Iterable[str]) -> dict[str, Draw]:
        """Request → what it drew, for those that have."""
        ...

    async def add_draws(self, draws: Iterable[Draw]) -> None:
        """Keep draws; their numbers are taken in their number spaces from now on."""
        ...

    async def drawn_numbers(
        self, sequence: str, space: NumberSpace, *, after: str | None = None, limit: int = 100
    ) -> dict[str, str]:
        """Numbers of a space that were drawn from a sequence → by which request, in order.

        Args:
            sequence: The sequence.
            space: The number space.
            after: Only those behind this number, as numbers are compared.
            limit: How many at most.
        """
        ...

    async def draws(self, *, after: tuple[str, str] | None = None, limit: int = 100) -> list[Draw]:
        """Draws in order of sequence and request.

        Args:
            after: Only those behind this sequence and request.
            limit: How many at most.
        """
        ...

    async def drawn_since(self, moment: datetime) -> dict[str, Drawn]:
        """Sequence → what was drawn from it since then, where anything was."""
        ...
