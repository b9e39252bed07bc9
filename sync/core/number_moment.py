"""Dates in numbers: what a .NET date pattern of an autonumber format can give.

The parts of a date are taken as free of each other and of the clock: two sequences that differ only
by when they draw are said to meet, because clocks and time are not a promise.
Source: Microsoft docs, autonumber columns; custom date and time format strings (.NET).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sync.core.number_pieces import DIGITS, Choice, Constant, Free, Piece
from sync.errors import InputUnusable

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\\.|%|([yMdHhmsftFzKg])\1*|[^yMdHhmsftFzKg]")
_RANGES = {"M": (1, 12), "d": (1, 31), "H": (0, 23), "h": (1, 12), "m": (0, 59), "s": (0, 59)}
_HALVES = ("AM", "PM")


def moment(pattern: str) -> Iterator[Piece]:
    """What a date pattern puts into a number.

    Raises:
        InputUnusable: The pattern holds something that no number should hold.
    """
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if text == "%":
            continue
        if token[1] is None:
            yield Constant(text[1:] if text[0] == "\\" else text.strip("'\""))
            continue
        yield from _part(pattern, text[0], len(text))


def _part(pattern: str, letter: str, length: int) -> Iterator[Piece]:
    if letter == "y" and length >= 3:
        yield Constant("0" * (length - 4) + "2")
        yield Free(DIGITS, 3)
    elif letter == "y":
        yield _numbers(0, 99, length)
    elif letter in "Md" and length >= 3:
        names = _MONTHS if letter == "M" else _DAYS
        yield Choice(tuple(name[:3] if length == 3 else name for name in names))
    elif letter in _RANGES:
        yield _numbers(*_RANGES[letter], length)
    elif letter == "t":
        yield Choice(tuple(half[:length] for half in _HALVES))
    elif letter == "f" and length <= 7:
        yield Free(DIGITS, length)
    else:
        raise InputUnusable(
            f"The date pattern {pattern!r} has {letter * length!r}, which is not known.",
            cure="Use y, M, d, H, h, m, s, f and t only.",
        )


def _numbers(first: int, last: int, length: int) -> Choice:
    return Choice(tuple(f"{n:0{min(length, 2)}d}" for n in range(first, last + 1)))
