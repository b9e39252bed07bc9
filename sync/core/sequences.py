"""Number sequences: who numbers what, how the numbers look, and which of them are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from sync.core.number_format import NumberFormat, Span
from sync.core.row import Side


class NumberSpace(msgspec.Struct, frozen=True, order=True):
    """Within what a number belongs to one record.

    Attributes:
        company: The company code, in upper case; empty where all companies share the numbers.
        kinds: The kinds whose records share the numbers, in order of name.
    """

    company: str
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name: `USMF|account+person`."""
        return f"{self.company}|{'+'.join(self.kinds)}"


class Drawer(StrEnum):
    """Who draws numbers from a sequence."""

    CRM = "crm"
    ERP = "erp"
    SERVICE = "service"


class Told(StrEnum):
    """Where a sequence is known from."""

    SYSTEM = "system"
    """The system that has it told."""
    SETTINGS = "settings"
    """The settings say it, because the system does not."""
    SERVICE = "service"
    """It is the service's own."""


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """A number sequence.

    Attributes:
        id: Its name in the API, such as `erp-usmf-cu` or `crm-leads`.
        side: Whose new records take its numbers first.
        company: The company whose records it numbers; empty for those of every company.
        kinds: The kinds of records that it numbers, in order of name.
        numbers: What it numbers, in its system's words: `CustAccount`, `quotes.quotenumber`.
        format: What its numbers look like.
        first: The value it began with.
        last: The value it ends with, included. Counting down, it is the lower one.
        next: The value it gives next; beyond `last` when none is left.
        step: 1 when it counts up, -1 when it counts down.
        drawn_by: Who draws from it.
        continuous: Whether it leaves no gaps; `None` when its system does not say.
        cyclical: Whether it begins again at `first` after `last`.
        told: Where it is known from.
        tables: The entity sets of its side whose rows it numbers; none for one of the service.
        per_day: How many values it gave a day, in the mean of what checks have seen in 30 days.
    """

    id: str
    side: Side
    company: str
    kinds: tuple[str, ...]
    numbers: str
    format: NumberFormat
    first: int
    last: int
    next: int
    step: int = 1
    drawn_by: Drawer
    continuous: bool | None = None
    cyclical: bool = False
    told: Told = Told.SYSTEM
    tables: tuple[str, ...] = ()
    per_day: float = 0.0

    @property
    def days_left(self) -> float | None:
        """How many days it lasts at that rate; `None` when it gives none, or begins again."""
        return None if self.cyclical or not self.per_day else self.left / self.per_day

    def ends_in(self, space: NumberSpace) -> bool:
        """Whether its numbers come to stand in a number space."""
        shared = not (self.company and space.company) or self.company == space.company
        return shared and bool(set(self.kinds) & set(space.kinds))

    @property
    def end(self) -> int:
        """The last value that its format can still show."""
        if not self.format.counts:
            return self.last
        return min(self.last, self.format.capacity - 1) if self.step > 0 else max(self.last, 0)

    @property
    def left(self) -> int:
        """How many values are left to draw; of a cyclical sequence, until it begins again."""
        return max(0, (self.end - self.next) * self.step + 1)

    @property
    def next_number(self) -> str | None:
        """The number it gives next; `None` when none is left, or its counter does not say it."""
        shows = self.left and self.format.certain and self.format.counts
        return self.format.number(self.next) if shows and self.next >= 0 else None

    def draws_until(self, value: int) -> int | None:
        """How many draws until a value comes; `None` for one that does not come any more."""
        ahead = (value - self.next) * self.step
        if 0 <= ahead < self.left:
            return ahead + 1
        behind = (value - self.first) * self.step
        round_again = max(0, (self.end - self.first) * self.step + 1)
        if self.cyclical and 0 <= behind < round_again:
            return self.left + behind + 1
        return None

    def coming(self, draws: int | None = None) -> Iterator[Span]:
        """The values of so many draws from now; without a number, all that are left."""
        soon = self.left if draws is None else min(self.left, draws)
        yield from self._run(self.next, soon)
        if self.cyclical:
            again = max(0, (self.end - self.first) * self.step + 1)
            rest = again if draws is None else min(again, max(0, draws - self.left))
            yield from self._run(self.first, rest)

    def made(self) -> Iterator[Span]:
        """The values that it may have given already."""
        yield from self._run(self.first, (self.next - self.first) * self.step)

    def _run(self, start: int, count: int) -> Iterator[Span]:
        if count > 0:
            other = start + (count - 1) * self.step
            yield (min(start, other), max(start, other))
