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


class Handed(msgspec.Struct, frozen=True):
    """Values that a side gives by itself, because they were handed over to it.

    Attributes:
        side: The side.
        low: The lowest of them.
        high: The highest one.
    """

    side: Side
    low: int
    high: int


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
        handed: The blocks of it that were handed over.
        without: Values that are not looked at, see `beside`.
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
    handed: tuple[Handed, ...] = ()
    without: tuple[Span, ...] = ()
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

    def beside(self, other: Sequence) -> Sequence:
        """As it is compared with another one: what it handed over to its side is that one's."""
        ours = [one for one in self.handed if other.drawn_by == Drawer(one.side)]
        if not ours:
            return self
        return msgspec.structs.replace(self, without=tuple((one.low, one.high) for one in ours))

    def coming(self, draws: int | None = None) -> Iterator[Span]:
        """The values of so many draws from now; without a number, all that are left."""
        runs = [self._run(self.next, self.left)]
        if self.cyclical:
            runs.append(self._run(self.first, max(0, (self.end - self.first) * self.step + 1)))
        for low, high in (span for run in runs for span in run):
            count = high - low + 1 if draws is None else min(draws, high - low + 1)
            if count:
                yield (low, low + count - 1) if self.step > 0 else (high - count + 1, high)
            draws = None if draws is None else draws - count

    def made(self) -> Iterator[Span]:
        """The values that it may have given already."""
        yield from self._run(self.first, (self.next - self.first) * self.step)

    def _run(self, start: int, count: int) -> list[Span]:
        """Spans of values from one on, in the order in which they are given."""
        if count <= 0:
            return []
        other = start + (count - 1) * self.step
        spans = [(min(start, other), max(start, other))]
        for low, high in self.without:
            spans = [part for span in spans for part in _apart(span, low, high)]
        return sorted(spans, reverse=self.step < 0)


def _apart(span: Span, low: int, high: int) -> Iterator[Span]:
    """A span without the values from one to another."""
    for part in ((span[0], min(span[1], low - 1)), (max(span[0], high + 1), span[1])):
        if part[0] <= part[1]:
            yield part
