"""What reading a column can give besides a value: one that does not fit, one not known yet."""

from __future__ import annotations

import msgspec

from sync.core.link import Neutral


class Unfit(msgspec.Struct, frozen=True):
    """A value that the service cannot carry across.

    Attributes:
        message: What is wrong with it, without repeating the value.
        cure: What a person can do.
        raw: The value, for the conflict about it.
    """

    message: str
    cure: str
    raw: Neutral = None


class Unresolved(msgspec.Struct, frozen=True):
    """A lookup whose target is not linked yet.

    Attributes:
        tokens: What to wait for; any of them is enough.
        message: What is missing, in words.
    """

    tokens: tuple[str, ...]
    message: str


Reading = Neutral | Unfit | Unresolved
"""What a field reads as."""


def is_blank(value: Reading) -> bool:
    """Whether a person would call it empty."""
    return value is None or value == () or value is False
