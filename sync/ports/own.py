"""The part of the state that is the service's own: numbers, checkpoints, maps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sync.core.link import Link
from sync.core.row import RowRef
from sync.core.sequences import NumberSpace
from sync.ports.records import (
    Checkpoint,
    MapRun,
    Reservation,
)


class Own(Protocol):
    """Numbers, checkpoints, and which maps run."""

    async def reservations(self, refs: Iterable[RowRef]) -> dict[RowRef, Reservation]:
        """What is kept for rows."""
        ...

    async def reserve(self, reservations: Iterable[Reservation]) -> set[RowRef]:
        """Keep numbers for rows, in place of what was kept for them.

        Numbers are compared without case and accents (`sync.core.numbers.comparable`).

        Returns:
            The rows that have their number now; the number of any other is another row's already.
        """
        ...

    async def numbers_taken(self, space: NumberSpace, numbers: Iterable[str]) -> set[str]:
        """Which of the comparable numbers a link of the space has, are kept for a row, or drawn."""
        ...

    async def links_by_number(self, space: NumberSpace, numbers: Iterable[str]) -> dict[str, Link]:
        """Comparable number → the link of the space that has it; the lowest id where several do."""
        ...

    async def checkpoints(self) -> list[Checkpoint]:
        """Every table's checkpoint."""
        ...

    async def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Insert or replace."""
        ...

    async def map_runs(self) -> dict[str, MapRun]:
        """Map id → whether it runs."""
        ...

    async def put_map_run(self, run: MapRun) -> None:
        """Insert or replace."""
        ...

    async def draw_number(self, sequence: str, count: int = 1) -> int:
        """The next value of one of the service's own sequences, from 1.

        Args:
            sequence: The sequence.
            count: How many values are drawn at once; the last of them is returned.
        """
        ...
