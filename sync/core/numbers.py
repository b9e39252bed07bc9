"""Numbers that are made of names: what a record without a number could be called.

A number is compared without case and accents, so that two people can tell two records apart by it.
"""

from __future__ import annotations

import unicodedata

from sync.core.link import Link

_PLAIN = str.maketrans("\u2018\u2019\u02bc\u2010\u2011\u2012\u2013", "'''----")


def comparable(number: str) -> str:
    """A number as it is compared: `Ångström` and `ANGSTROM` are the same."""
    return folded(number).strip()


def folded(text: str) -> str:
    """A part of a number as it is compared; what its parts give, put together, the whole gives."""
    lower = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", lower)
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


def comparable_number(link: Link) -> str | None:
    """The number of a link's record in a company, as it is compared; `None` where it has none."""
    code = link.natural.get("code")
    return comparable(code) if code and link.company is not None and not link.is_stray else None


def candidate(name: str | None, place: int, limit: int) -> str | None:
    """The number that a name gives at a place: `Iver`, `Iver-2`, `Iver-3`.

    Letters, digits, single spaces, `-`, `.` and `'` of the name are kept, whatever the alphabet;
    typographic dashes and apostrophes become plain ones.

    Args:
        name: The name.
        place: From 1.
        limit: The longest number, in UTF-16 units, as both systems count; the name is cut for its
            suffix, never within a letter.

    Returns:
        `None` when nothing of the name can be in a number.
    """
    suffix = "" if place == 1 else f"-{place}"
    kept = _cut(_kept(name), limit - len(suffix)).rstrip(" -.'")
    return f"{kept}{suffix}" if kept else None


def place_of(number: str, name: str | None, limit: int) -> int:
    """The place at which a name gives a number; 0 when it does not."""
    tail = number.rpartition("-")[2]
    for place in (1, int(tail) if tail.isdecimal() and len(tail) <= limit else 1):
        if place and candidate(name, place, limit) == number:
            return place
    return 0


def _kept(name: str | None) -> str:
    whole = unicodedata.normalize("NFC", name or "").translate(_PLAIN)
    fit = (mark if _fits(mark) else " " if mark.isspace() else "" for mark in whole)
    return " ".join("".join(fit).split()).lstrip("-.' ")


def _cut(text: str, limit: int) -> str:
    """The start of a text that fits into so many UTF-16 units; no letter loses its accents."""
    units, letter = 0, 0
    for place, mark in enumerate(text):
        if unicodedata.category(mark)[0] != "M":
            letter = place
        units += len(mark.encode("utf-16-le", "surrogatepass")) // 2
        if units > limit:
            return text[: letter or place]
    return text


def _fits(mark: str) -> bool:
    return mark in "-.'" or unicodedata.category(mark)[0] in "LNM"
