"""All numbers of a format whose counter is in a span, as tracks to walk from left to right.

A track is a row of slots. A counter's value is between two others exactly if its places are so in
the order of dictionaries, and every format writes its places in that order, the most significant
first. So two formats can be walked side by side, character by character, with no more to remember
than whether each counter still touches its bounds: that makes the proof in `sync.core.overlaps`
exact, however wide the counters are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sync.core.number_format import NumberFormat, Span, comparable_pieces
from sync.core.number_pieces import DIGITS, Choice, Constant, Free, Growing, Piece, Places


class Counted(msgspec.Struct, frozen=True):
    """A slot that holds a place of the counter.

    Attributes:
        alphabet: What the place counts through.
        low: The place of the lowest value.
        high: The place of the highest value.
    """

    alphabet: str
    low: int
    high: int


Slot = Counted | Choice
"""A place of the counter, or one of several texts."""


class Spot(msgspec.Struct, frozen=True):
    """Where a walk along a track is.

    Attributes:
        slot: The slot that comes next.
        begun: What was walked of that slot's text.
        low: Whether the counter is the lowest value so far.
        high: Whether the counter is the highest value so far.
    """

    slot: int = 0
    begun: str = ""
    low: bool = True
    high: bool = True


class Track(msgspec.Struct, frozen=True):
    """Numbers of one format whose counter has one width and is in one span.

    Attributes:
        slots: What they are made of.
        shortest: The length of the shortest number.
        longest: The length of the longest number.
    """

    slots: tuple[Slot, ...]
    shortest: int
    longest: int

    def ended(self, spot: Spot) -> bool:
        """Whether a walk is at the end of a number."""
        return spot.slot == len(self.slots)

    def moves(self, spot: Spot) -> Iterator[tuple[str, Spot]]:
        """The characters that may come next, in order, and where each leads."""
        if self.ended(spot):
            return
        slot = self.slots[spot.slot]
        if isinstance(slot, Counted):
            first = slot.low if spot.low else 0
            last = slot.high if spot.high else len(slot.alphabet) - 1
            for place in range(first, last + 1):
                low, high = spot.low and place == slot.low, spot.high and place == slot.high
                yield slot.alphabet[place], Spot(spot.slot + 1, "", low, high)
            return
        at = len(spot.begun)
        onward = {t[at] for t in slot.texts if t.startswith(spot.begun) and len(t) > at}
        for mark in sorted(onward):
            begun = spot.begun + mark
            if begun in slot.texts:
                yield mark, Spot(spot.slot + 1, "", spot.low, spot.high)
            if any(len(t) > len(begun) and t.startswith(begun) for t in slot.texts):
                yield mark, Spot(spot.slot, begun, spot.low, spot.high)


def tracks(made: NumberFormat, spans: Iterable[Span]) -> list[Track]:
    """The tracks of a format for values of its counter, as numbers are compared.

    A format without a counter has one track, unless there are no values at all.
    """
    pieces = comparable_pieces(made.pieces)
    growing = next((piece for piece in pieces if isinstance(piece, Growing)), None)
    places = [a for p in pieces if isinstance(p, Places) for a in p.alphabets]
    found: list[Track] = []
    for low, high in spans:
        last = min(high, made.capacity - 1)
        if growing is not None:
            for width in range(growing.least, max(growing.least, len(str(last))) + 1):
                least = 0 if width == growing.least else 10 ** (width - 1)
                first, end = max(low, least), min(last, 10**width - 1)
                if first <= end:
                    found.append(_track(pieces, [DIGITS] * width, first, end))
        elif not made.counts or max(low, 0) <= last:
            found.append(_track(pieces, places, max(low, 0), last))
    return found


def _track(pieces: tuple[Piece, ...], places: list[str], low: int, high: int) -> Track:
    """One track; its counter has these places, wherever they stand in the number."""
    bounds = iter(list(zip(places, _split(low, places), _split(high, places), strict=True)))
    slots: list[Slot] = []
    for piece in pieces:
        if isinstance(piece, Growing):
            slots += (Counted(*bound) for bound in bounds)
        elif isinstance(piece, Places):
            slots += (Counted(*next(bounds)) for _ in piece.alphabets)
        elif isinstance(piece, Constant):
            slots += (Choice((mark,)) for mark in piece.text)
        elif isinstance(piece, Free):
            slots += [Choice(tuple(piece.alphabet))] * piece.length
        else:
            slots.append(piece)
    lengths = [sorted(map(len, s.texts)) if isinstance(s, Choice) else [1] for s in slots]
    return Track(tuple(slots), sum(one[0] for one in lengths), sum(one[-1] for one in lengths))


def _split(value: int, places: list[str]) -> list[int]:
    """A value's places, the most significant first."""
    found: list[int] = []
    for alphabet in reversed(places):
        value, place = divmod(value, len(alphabet))
        found.append(place)
    return found[::-1]
