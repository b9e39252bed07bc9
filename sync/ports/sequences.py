"""Number sequences, as the systems tell of them."""

from __future__ import annotations

from typing import Protocol

import msgspec


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


class TellsSequences(Protocol):
    """One system, as far as its number sequences go."""

    async def sequences(self) -> list[ToldSequence]:
        """Every sequence whose numbers come to stand in a table of the maps; draws nothing.

        Raises:
            RemoteError: The system is not reached, or does not let us see them.
        """
        ...
