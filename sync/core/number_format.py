"""How a number looks: constants, counters, and what else a system's number sequence may put in.

ERP: a text with `#` for each digit and `&` for each letter that counts, everything else constant;
`{COMPANY}` stands for the company's code. A format's places are one counter, least at the right.
CRM: Dataverse's autonumber format, `{SEQNUM:n}` (at least n digits, more when it needs them),
`{RANDSTRING:n}` and `{DATETIMEUTC:pattern}`, everything else constant.
Source: Microsoft docs, number sequences overview (finance and operations); autonumber columns
(Dataverse).
"""

from __future__ import annotations

import re
from functools import cached_property
from math import prod

import msgspec

from sync.core.number_moment import moment
from sync.core.number_pieces import (
    DIGITS,
    LETTERS,
    MIXED,
    Constant,
    Free,
    Growing,
    Piece,
    Places,
)
from sync.core.numbers import comparable
from sync.core.row import Side
from sync.errors import InputUnusable

MOST = 2**63 - 1
"""The highest value of a counter, in both systems (64-bit integers)."""

Span = tuple[int, int]
"""Values of a counter from the lower to the higher one, both included."""

_HOLE = re.compile(r"\{(?P<word>[A-Za-z]+)(?::(?P<said>[^{}]*))?\}")
_COUNTING = {"#": DIGITS, "&": LETTERS}


class NumberFormat(msgspec.Struct, frozen=True, dict=True):
    """What every number of a sequence looks like.

    Attributes:
        text: The format as its system writes it, `PR-######` or `QUO-{SEQNUM:6}`.
        pieces: What it is made of, from left to right.
    """

    text: str
    pieces: tuple[Piece, ...]

    @property
    def counts(self) -> bool:
        """Whether it holds a counter: without one, every number is the same, or left to chance."""
        return any(isinstance(piece, Places | Growing) for piece in self.pieces)

    @property
    def certain(self) -> bool:
        """Whether the counter alone says the number: no chance and no date is in it."""
        return all(isinstance(piece, Constant | Places | Growing) for piece in self.pieces)

    @cached_property
    def told_apart(self) -> bool:
        """Whether a number shows which of its characters are the counter's.

        It does as long as one part at most has no fixed length: then the length of the whole says
        where each part is.
        """
        lengths = (piece.lengths for piece in comparable_pieces(self.pieces))
        return sum(len(each) > 1 for each in lengths) <= 1

    @property
    def capacity(self) -> int:
        """How many values of the counter fit, from 0; 1 without a counter."""
        if any(isinstance(piece, Growing) for piece in self.pieces):
            return MOST + 1
        return prod(len(a) for p in self.pieces if isinstance(p, Places) for a in p.alphabets)

    def number(self, value: int) -> str:
        """The number that a value of the counter makes.

        Raises:
            InputUnusable: The value does not fit, or the counter alone does not say the number.
        """
        if not self.certain:
            raise InputUnusable(
                f"A number like {self.text!r} is not made of its counter alone.",
                cure="Let the system that has the sequence draw it.",
            )
        if not 0 <= value < self.capacity:
            raise InputUnusable(
                f"{value} does not fit into {self.text!r}: it holds 0 to {self.capacity - 1}.",
                cure="Choose a wider format for the sequence.",
            )
        made: list[str] = []
        for piece in reversed(self.pieces):
            if isinstance(piece, Constant):
                made.append(piece.text)
            elif isinstance(piece, Growing):
                made.append(f"{value:0{piece.least}d}")
            elif isinstance(piece, Places):
                for alphabet in reversed(piece.alphabets):
                    value, place = divmod(value, len(alphabet))
                    made.append(alphabet[place])
        return "".join(reversed(made))

    def value_of(self, number: str) -> int | None:
        """The value of the counter in a number; `None` for a number that does not look like this.

        Numbers are compared without case and accents. Without a counter the value is 0.
        """
        match = self._pattern.fullmatch(comparable(number))
        if match is None:
            return None
        value = 0
        for text, alphabet in zip("".join(match.groups()), self._read, strict=False):
            value = value * len(alphabet) + alphabet.index(text)
        return value if value < self.capacity else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pieces = comparable_pieces(self.pieces)
        return re.compile("".join(piece.pattern for piece in pieces))

    @cached_property
    def _read(self) -> tuple[str, ...]:
        """The alphabet of each counting place, as numbers are compared."""
        if any(isinstance(piece, Growing) for piece in self.pieces):
            return (DIGITS,) * len(str(MOST))
        places = (piece for piece in self.pieces if isinstance(piece, Places))
        return tuple(alphabet.lower() for piece in places for alphabet in piece.alphabets)


def parse_format(text: str, side: Side, company: str = "") -> NumberFormat:
    """Read a format as its system writes it.

    Args:
        text: The format.
        side: Whose notation it is in.
        company: The company's code, for an ERP format that holds it.

    Raises:
        InputUnusable: It is not a format of that system.
    """
    if not text.strip():
        raise InputUnusable(
            "A number format is empty.", cure="Say it, such as PR-###### or QUO-{SEQNUM:6}."
        )
    pieces = _erp(text, company) if side is Side.ERP else _crm(text)
    if sum(isinstance(piece, Growing) for piece in pieces) > 1:
        raise InputUnusable(
            f"The number format {text!r} has more than one {{SEQNUM}}.", cure="Keep one."
        )
    return NumberFormat(text, tuple(pieces))


def comparable_pieces(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A format's pieces as numbers are compared: no case, no accents, no blanks at the ends."""
    folded = [piece.comparable() for piece in pieces]
    for end in (0, -1):
        while folded and isinstance(piece := folded[end], Constant):
            text = piece.text.lstrip() if end == 0 else piece.text.rstrip()
            if text:
                folded[end] = Constant(text)
                break
            del folded[end]
    return tuple(folded)


def _erp(text: str, company: str) -> list[Piece]:
    pieces: list[Piece] = []
    for run in re.findall(r"[#&]+|[^#&]+", text):
        if run[0] in _COUNTING:
            pieces.append(Places(tuple(_COUNTING[mark] for mark in run)))
        else:
            pieces.append(Constant(run.replace("{COMPANY}", company)))
    return pieces


def _crm(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for hole in _HOLE.finditer(text):
        if hole.start() > at:
            pieces.append(Constant(text[at : hole.start()]))
        pieces += _hole(text, hole)
        at = hole.end()
    if at < len(text):
        pieces.append(Constant(text[at:]))
    for piece in pieces:
        if isinstance(piece, Constant) and set(piece.text) & set("{}"):
            raise InputUnusable(
                f"The number format {text!r} has a brace that begins or ends nothing.",
                cure="Write {SEQNUM:n}, {RANDSTRING:n} or {DATETIMEUTC:pattern}.",
            )
    return pieces


def _hole(text: str, hole: re.Match[str]) -> list[Piece]:
    word, said = hole["word"].upper(), hole["said"] or ""
    if word == "DATETIMEUTC":
        return list(moment(said))
    if word in {"SEQNUM", "RANDSTRING"} and said.isdecimal() and 1 <= int(said) <= 19:
        return [Growing(int(said)) if word == "SEQNUM" else Free(MIXED, int(said))]
    raise InputUnusable(
        f"The number format {text!r} has {hole[0]!r}, which is not known.",
        cure="Write {SEQNUM:n} or {RANDSTRING:n} with n from 1 to 19, or {DATETIMEUTC:pattern}.",
    )
