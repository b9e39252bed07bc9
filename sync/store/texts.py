"""Text of any characters, in databases that do not hold all of them.

PostgreSQL refuses U+0000, and SQLite ends a text inside JSON there. A user can type it all the
same, also into a number, so it is written in other characters. Bodies need none of this: they are
JSON, which has its own way to write it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator

_ESCAPE = "\ufffe"
"""No character, in Unicode's own words; where a text has it, it is doubled."""
_ESCAPED_NUL = _ESCAPE + "0"


def held(value: str) -> str:
    """The text in characters that every database holds."""
    if _ESCAPE in value:
        value = value.replace(_ESCAPE, _ESCAPE * 2)
    return value.replace("\0", _ESCAPED_NUL) if "\0" in value else value


def told(value: str) -> str:
    """The text that was written as `held`."""
    if _ESCAPE not in value:
        return value
    pieces = value.split(_ESCAPE * 2)
    return _ESCAPE.join(piece.replace(_ESCAPED_NUL, "\0") for piece in pieces)


class AnyText(TypeDecorator[str]):
    """A text as it is, whatever its characters."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """What is written, or compared with what was written."""
        return None if value is None else held(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """What was read."""
        return None if value is None else told(value)


Name = AnyText().with_variant(AnyText(collation="C"), "postgresql")
"""Text that orders or identifies, compared by code point on every backend."""
