"""Number sequences, as the systems tell of them."""

from __future__ import annotations

from typing import Protocol

import msgspec

from sync.core.existing_numbers import Ahead, Occupied
from sync.core.forecast import Sighting
from sync.core.overlaps import Overlap
from sync.core.sequences import Sequence


class ToldSequence(msgspec.Struct, frozen=True, kw_only=True):
    """A number sequence, in its system's words.

    Attributes:
        id: Its name there, unique on its side and fit for an address: `usmf-cu`.
        company: The company whose records it numbers; empty for those of every company.
        numbers: What it numbers, in words: `CustAccount`.
        places: The entity sets and columns that its numbers come to stand in.
        format: What its numbers look like, in its system's notation.
        first: The value it began with.
        last: The value it ends with, included.
        next: The value it gives next.
        step: 1 when it counts up, -1 when it counts down.
        continuous: Whether it leaves no gaps; `None` when its system does not say.
        cyclical: Whether it begins again after `last`.
    """

    id: str
    company: str
    numbers: str
    places: tuple[tuple[str, str], ...]
    format: str
    first: int
    last: int
    next: int
    step: int = 1
    continuous: bool | None = None
    cyclical: bool = False


class ToldSequences(msgspec.Struct, frozen=True):
    """What a system tells of its number sequences.

    Attributes:
        sequences: Those that it tells.
        untold: The id of a sequence that there is and that it does not tell → why.
    """

    sequences: tuple[ToldSequence, ...]
    untold: dict[str, str] = {}


class TellsSequences(Protocol):
    """One system, as far as its number sequences go."""

    async def sequences(self) -> ToldSequences:
        """Every sequence whose numbers come to stand in a table of the maps; draws nothing.

        Raises:
            RemoteError: The system is not reached, or does not let us see them.
        """
        ...


class NumberReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the last check of the number sequences found.

    Attributes:
        at: When it was.
        sequences: Every sequence, in order of id.
        overlaps: Every two of them that can give the same number.
        occupied: The sequences that make second records of numbers which others have.
        ahead: Other numbers of records that a sequence is still going to give, the soonest first.
        records: How many records' numbers were compared.
        untold: Side, or id of a sequence → why that system tells of none, or why its format cannot
            be read; empty when all is known.
        seen: Sequence id → where the checks of the last 30 days met it, in order.
    """

    at: str
    sequences: tuple[Sequence, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    occupied: tuple[Occupied, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    records: int = 0
    untold: dict[str, str] = {}
    seen: dict[str, tuple[Sighting, ...]] = {}

    @property
    def findings(self) -> tuple[Overlap | Occupied, ...]:
        """Whatever stops maps until somebody accepts it."""
        return (*self.overlaps, *self.occupied)


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """That a person accepted an overlap in writing; it is kept for ever.

    Attributes:
        overlap: The id of the overlap.
        by: Who accepted it.
        reason: Why.
        at: When.
        withdrawn_by: Who withdrew it; `None` while it holds.
        withdrawn_at: When.
    """

    overlap: str
    by: str
    reason: str
    at: str
    withdrawn_by: str | None = None
    withdrawn_at: str | None = None


class Proofs(Protocol):
    """The part of the state for what is known of the number sequences."""

    async def number_report(self) -> NumberReport | None:
        """What the last check found; `None` before the first."""
        ...

    async def put_number_report(self, report: NumberReport) -> None:
        """Keep it in place of the one before."""
        ...

    async def acceptances(self) -> list[Acceptance]:
        """Every acceptance, withdrawn ones too, in order of time."""
        ...

    async def put_acceptance(self, acceptance: Acceptance) -> None:
        """Insert, or replace the one of that overlap and time."""
        ...
