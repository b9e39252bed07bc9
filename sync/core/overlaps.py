"""The proof that number sequences never give the same number, or the number at which they meet.

Source: Microsoft docs, prospects in prospect to cash ("the number sequences must not overlap").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush
from itertools import combinations, count

import msgspec

from sync.core.number_format import NumberFormat, Span
from sync.core.number_pieces import Constant
from sync.core.number_tracks import Spot, Track, tracks
from sync.core.sequences import NumberSpace
from sync.core.sequences import Sequence as NumberSequence


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two sequences that can give the same number.

    Attributes:
        space: The number space in which it would stand twice.
        one: The id of one sequence.
        other: The id of the other one.
        number: Where they meet first if both are drawn from equally fast, as numbers are compared.
        one_draws: How many draws of the first sequence bring it; 0 when it may be drawn already.
        other_draws: How many draws of the other one bring it.
    """

    space: NumberSpace
    one: str
    other: str
    number: str
    one_draws: int
    other_draws: int

    def __str__(self) -> str:
        """In words: who can both give which number, in which space, and after how many draws."""
        return (
            f"{self.one} and {self.other} can both give {self.number} in {self.space.name}, after "
            f"{self.one_draws} and {self.other_draws} draws"
        )

    @property
    def id(self) -> str:
        """What a person accepts: these two sequences in this space, whatever the number."""
        return f"{self.space.name}|{self.one}|{self.other}"

    @property
    def sequences(self) -> tuple[str, ...]:
        """The ids of the sequences that are part of it."""
        return (self.one, self.other)


def overlaps(sequences: Sequence[NumberSequence], spaces: Iterable[NumberSpace]) -> list[Overlap]:
    """Every two sequences that can give the same number of a space, in order of space and id.

    Two that meet in several spaces of a company are told once, in the one with most of their kinds.
    """
    met: dict[tuple[NumberSequence, NumberSequence], list[NumberSpace]] = {}
    for space in sorted(spaces):
        ending = sorted((s for s in sequences if s.ends_in(space)), key=lambda s: s.id)
        for pair in combinations(ending, 2):
            met.setdefault(pair, []).append(space)
    found: list[Overlap] = []
    for (one, other), shared in met.items():
        meeting = meet(one.beside(other), other.beside(one))
        if meeting is not None:
            number, one_draws, other_draws = meeting
            found += [
                Overlap(
                    space=space,
                    one=one.id,
                    other=other.id,
                    number=number,
                    one_draws=one_draws,
                    other_draws=other_draws,
                )
                for space in _widest(shared, {*one.kinds, *other.kinds})
            ]
    return sorted(found, key=lambda overlap: (overlap.space, overlap.one, overlap.other))


def _widest(spaces: Iterable[NumberSpace], kinds: set[str]) -> Iterable[NumberSpace]:
    """Of each company the space with most of the kinds."""
    best: dict[str, NumberSpace] = {}
    for space in spaces:
        before = best.get(space.company)
        if before is None or len(kinds & set(space.kinds)) > len(kinds & set(before.kinds)):
            best[space.company] = space
    return best.values()


def meet(one: NumberSequence, other: NumberSequence) -> tuple[str, int, int] | None:
    """The first number that two sequences both give, and after how many draws of each.

    A number that both have given already is past and does not count. *First* is after the fewest
    draws when both are drawn from equally fast; among those, after the fewest of the first one.

    Returns:
        The number as numbers are compared; `None` proves that there is none.
    """
    if _common(one, other, None, None) is None:
        return None
    longest = max(_lasting(one), _lasting(other))
    both = _least(longest, lambda n: _common(one, other, n, n) is not None)
    mine = _least(both, lambda n: _common(one, other, n, both) is not None)
    theirs = _least(both, lambda n: _common(one, other, mine, n) is not None)
    number = _common(one, other, mine, theirs)
    return None if number is None else (number, mine, theirs)


def draws_until(sequence: NumberSequence, number: str) -> int | None:
    """After how many draws a sequence gives a number; `None` when it never will."""
    value = sequence.format.value_of(number)
    if value is None:
        return None
    if sequence.format.counts and sequence.format.told_apart:
        return sequence.draws_until(value)
    wanted = tracks(NumberFormat(number, (Constant(number),)), [(0, 0)])

    def given(draws: int | None) -> bool:
        return first_common(tracks(sequence.format, sequence.coming(draws)), wanted) is not None

    return _least(_lasting(sequence), given) if given(None) else None


def first_common(some: Iterable[Track], others: Sequence[Track]) -> str | None:
    """The shortest number on one of some tracks and one of others; of those, first in alphabet."""
    pairs = (
        (one, other)
        for one in some
        for other in others
        if one.shortest <= other.longest and other.shortest <= one.longest
    )
    return _first(_walk(*pair) for pair in pairs)


def _common(
    one: NumberSequence, other: NumberSequence, mine: int | None, theirs: int | None
) -> str | None:
    """A number that both have given after so many draws, and not both of them by now."""
    new_one, new_other = list(one.coming(mine)), list(other.coming(theirs))
    either: tuple[tuple[list[Span], list[Span]], ...] = (
        (new_one, [*other.made(), *new_other]),
        ([*one.made(), *new_one], new_other),
    )
    return _first(
        first_common(tracks(one.format, spans), tracks(other.format, other_spans))
        for spans, other_spans in either
    )


def _first(numbers: Iterable[str | None]) -> str | None:
    """The shortest number; of those, the first in alphabet."""
    return min(filter(None, numbers), key=lambda number: (len(number), number), default=None)


def _walk(one: Track, other: Track) -> str | None:
    """The shortest number on both tracks; of those, the first in alphabet."""
    seen: set[tuple[Spot, Spot]] = set()
    order = count()
    waiting = [(0, "", next(order), Spot(), Spot())]
    while waiting:
        length, walked, _, mine, theirs = heappop(waiting)
        if (mine, theirs) in seen:
            continue
        seen.add((mine, theirs))
        if one.ended(mine) and other.ended(theirs):
            return walked
        onward: dict[str, list[Spot]] = {}
        for mark, spot in other.moves(theirs):
            onward.setdefault(mark, []).append(spot)
        for mark, spot in one.moves(mine):
            for their_spot in onward.get(mark, ()):
                longer = (length + 1, walked + mark, next(order), spot, their_spot)
                heappush(waiting, longer)
    return None


def _lasting(sequence: NumberSequence) -> int:
    """After how many draws it has given all that it can."""
    return sum(high - low + 1 for low, high in sequence.coming())


def _least(most: int, enough: Callable[[int], bool]) -> int:
    """The least number from 0 that is enough, when `most` is and whatever is above one is too."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
