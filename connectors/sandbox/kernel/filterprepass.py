"""Rewrites what odata-query's grammar does not know, before it parses.

* `Microsoft.Dynamics.DataEntities.NoYes'Yes'` becomes a marked string.
* `@p1` becomes its literal.
* `Microsoft.Dynamics.CRM.In(PropertyName='x',PropertyValues=['a','b'])` becomes a placeholder whose
  arguments are kept aside.
* Names that start like a keyword (`allocationmethod`) are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.kernel.query import split_outside

ENUM_MARK = "\ue000"
_ESCAPE = "esc__"
_FUNCTION = "fn__"
_TOKEN = re.compile(
    r"(?P<enum>[A-Za-z_][\w.]*\.[A-Za-z_]\w*'(?:[^']|'')*')"
    r"|(?P<string>'(?:[^']|'')*')"
    r"|(?P<alias>@\w+)"
    r"|(?P<function>Microsoft\.Dynamics\.CRM\.(?P<name>\w+)\()"
    r"|(?P<word>[A-Za-z_][\w.]*)"
)
_KEYWORDLIKE = re.compile(r"(?i)(any|all|null|true|false)\w")


@dataclass(frozen=True)
class Prepared:
    """A filter text for the parser, and the CRM query functions that were taken out of it."""

    text: str
    functions: Mapping[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)


def prepare(text: str, dialect: str, aliases: Mapping[str, str]) -> Prepared:
    """Rewrite a filter text.

    Raises:
        ValueError: an alias without a value, or a query function that is not closed.
    """
    functions: dict[str, tuple[str, dict[str, Any]]] = {}
    pieces, position = [], 0
    while match := _TOKEN.search(text, position):
        pieces.append(text[position : match.start()])
        position = match.end()
        piece = match.group()
        if match["enum"]:
            _, _, literal = piece.partition("'")
            piece = "'" + ENUM_MARK + literal
        elif match["alias"]:
            if piece not in aliases:
                raise ValueError(f"the parameter alias '{piece}' has no value")
            piece = aliases[piece]
        elif match["function"] and dialect == "dataverse":
            end = _closing(text, match.end())
            piece = f"{_FUNCTION}{len(functions)}"
            functions[piece] = (match["name"], _arguments(text[match.end() : end], aliases))
            position = end + 1
        elif match["word"] and _KEYWORDLIKE.match(piece):
            piece = _ESCAPE + piece
        pieces.append(piece)
    pieces.append(text[position:])
    return Prepared("".join(pieces).strip(), functions)


def unescape(name: str) -> str:
    """The name as it was written."""
    return name.removeprefix(_ESCAPE)


def _closing(text: str, start: int) -> int:
    depth, quoted = 1, False
    for index in range(start, len(text)):
        character = text[index]
        if character == "'":
            quoted = not quoted
        elif not quoted and character == "(":
            depth += 1
        elif not quoted and character == ")":
            depth -= 1
            if depth == 0:
                return index
    raise ValueError("a query function is not closed")


def _arguments(text: str, aliases: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in split_outside(text, ","):
        name, _, value = pair.partition("=")
        found[name.strip()] = _value(aliases.get(value.strip(), value).strip())
    return found


def _value(text: str) -> Any:
    if text.startswith("["):
        inner = text.strip()[1:-1]
        return [_value(item.strip()) for item in split_outside(inner, ",") if item.strip()]
    if text[:1] in {"'", '"'}:
        return text[1:-1].replace("''", "'")
    return text
