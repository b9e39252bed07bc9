"""What number formats are made of."""

from __future__ import annotations

import re

import msgspec

from sync.core.numbers import folded

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MIXED = DIGITS + LETTERS
_LONGEST = 19
"""Digits of the highest value, 2**63 - 1."""


class Constant(msgspec.Struct, frozen=True, tag=True):
    """Text that is the same in every number."""

    text: str

    @property
    def pattern(self) -> str:
        """The regular expression that it matches."""
        return re.escape(self.text)

    @property
    def lengths(self) -> set[int]:
        """How long it may be."""
        return {len(self.text)}

    def comparable(self) -> Constant:
        """As numbers are compared."""
        return Constant(folded(self.text))


class Places(msgspec.Struct, frozen=True, tag=True):
    """Places of a counter with a fixed width, the most significant first.

    Attributes:
        alphabets: For each place what it counts through, such as the ten digits.
    """

    alphabets: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The regular expression that it matches, as a group."""
        return f"({''.join(f'[{alphabet}]' for alphabet in self.alphabets)})"

    @property
    def lengths(self) -> set[int]:
        """How long it may be."""
        return {len(self.alphabets)}

    def comparable(self) -> Places:
        """As numbers are compared."""
        return Places(tuple(alphabet.lower() for alphabet in self.alphabets))


class Growing(msgspec.Struct, frozen=True, tag=True):
    """A counter in digits that takes more of them when it needs them.

    Attributes:
        least: How many digits it has at least, with zeros in front.
    """

    least: int

    @property
    def pattern(self) -> str:
        """The regular expression that it matches, as a group."""
        longer = f"|[1-9][0-9]{{{self.least},18}}" if self.least < _LONGEST else ""
        return f"([0-9]{{{self.least}}}{longer})"

    @property
    def lengths(self) -> set[int]:
        """How long it may be."""
        return set(range(self.least, _LONGEST + 1))

    def comparable(self) -> Growing:
        """As numbers are compared."""
        return self


class Free(msgspec.Struct, frozen=True, tag=True):
    """Places that may hold anything of an alphabet, whatever the counter says.

    Attributes:
        alphabet: The characters.
        length: How many of them.
    """

    alphabet: str
    length: int

    @property
    def pattern(self) -> str:
        """The regular expression that it matches."""
        return f"[{self.alphabet}]{{{self.length}}}"

    @property
    def lengths(self) -> set[int]:
        """How long it may be."""
        return {self.length}

    def comparable(self) -> Free:
        """As numbers are compared."""
        return Free(self.alphabet.lower(), self.length)


class Choice(msgspec.Struct, frozen=True, tag=True):
    """One of several texts, whatever the counter says.

    Attributes:
        texts: The texts.
    """

    texts: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The regular expression that it matches; the longest text first."""
        return f"(?:{'|'.join(map(re.escape, sorted(self.texts, key=len, reverse=True)))})"

    @property
    def lengths(self) -> set[int]:
        """How long it may be."""
        return {len(text) for text in self.texts}

    def comparable(self) -> Choice:
        """As numbers are compared."""
        return Choice(tuple(dict.fromkeys(folded(text) for text in self.texts)))


Piece = Constant | Places | Growing | Free | Choice
