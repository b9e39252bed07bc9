"""OData literals, key predicates and addresses: how values are quoted, and read back.

Strings stand in single quotes with a quote doubled; numbers, GUIDs and instants stand bare.
Source: OData 4.0, URL conventions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from sync.core.row import Scalar

_PAIR = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*=\s*(?:'(?P<text>(?:[^']|'')*)'|(?P<bare>[^,']+))\s*"
)
_INTEGER = re.compile(r"[+-]?\d+")
_KEY_SAFE = "~!$'(),=:@-._"
_QUERY_SAFE = "~!$'()*,;:@/-._="


def text_literal(text: str) -> str:
    """A string in quotes."""
    return "'" + text.replace("'", "''") + "'"


def literal(value: Scalar, *, quoted: bool = True) -> str:
    """A value as it stands in a filter or key.

    Args:
        value: The value.
        quoted: Whether a text is a string; otherwise it is a GUID or an instant and stands bare.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return text_literal(value) if quoted else value


def predicate(literals: Mapping[str, str]) -> str:
    """A key predicate without its parentheses, from literals, in their order."""
    return ",".join(f"{name}={text}" for name, text in literals.items())


def parse_predicate(text: str) -> dict[str, Scalar]:
    """The inverse: column → value. Quoted values are texts, whole numbers are integers.

    Raises:
        ValueError: It is not a key predicate.
    """
    values: dict[str, Scalar] = {}
    place = 0
    while True:
        pair = _PAIR.match(text, place)
        if pair is None or pair["name"] in values:
            raise ValueError(f"{text!r} is not a key.")
        quoted, bare = pair["text"], pair["bare"]
        if quoted is not None:
            values[pair["name"]] = quoted.replace("''", "'")
        else:
            bare = bare.strip()
            values[pair["name"]] = int(bare) if _INTEGER.fullmatch(bare) else bare
        place = pair.end()
        if place == len(text):
            return values
        if text[place] != ",":
            raise ValueError(f"{text!r} is not a key.")
        place += 1


def row_path(table: str, key: str) -> str:
    """The address of a row; a slash in the key's values is not a path's slash."""
    return f"{table}({quote(key, safe=_KEY_SAFE)})"


def address(path: str, options: Mapping[str, str]) -> str:
    """A path, encoded already, with its query options, which are encoded here."""
    query = "&".join(f"{name}={quote(value, safe=_QUERY_SAFE)}" for name, value in options.items())
    return f"{path}?{query}" if query else path
