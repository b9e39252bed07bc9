"""Query strings as clients really send them: `$` or `%24`, a space as `%20` or `+`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class Expand:
    """One expanded navigation property with its own options (`$select`, `$filter`, …)."""

    name: str
    options: dict[str, str] = field(default_factory=dict)


def parse_query(raw: str) -> dict[str, str]:
    """The options of a raw query string, decoded once; a repeated name keeps its last value."""
    options: dict[str, str] = {}
    for pair in raw.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            options[unquote_plus(name)] = unquote_plus(value)
    return options


def split_outside(text: str, separator: str) -> list[str]:
    """Split at a separator that stands outside of quotes, brackets and parentheses."""
    parts, depth, quoted, start = [], 0, False, 0
    for index, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and character in "([{":
            depth += 1
        elif not quoted and character in ")]}":
            depth -= 1
        elif not quoted and depth == 0 and character == separator:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return parts


def parse_select(text: str | None) -> list[str] | None:
    """Column names of `$select`, or `None` when there is no such option."""
    if text is None:
        return None
    return [name.strip() for name in text.split(",") if name.strip()]


def parse_expand(text: str | None) -> list[Expand]:
    """The items of `$expand`, one level deep."""
    found = []
    for item in split_outside(text or "", ","):
        name, opened, inner = item.strip().partition("(")
        if not name:
            continue
        options: dict[str, str] = {}
        if opened:
            for pair in split_outside(inner.rstrip()[:-1], ";"):
                option, _, value = pair.partition("=")
                options[option.strip()] = value.strip()
        found.append(Expand(name, options))
    return found


def parse_orderby(text: str | None) -> list[tuple[str, bool]]:
    """`$orderby` as pairs of property and descending.

    Raises:
        ValueError: a direction that is neither `asc` nor `desc`.
    """
    order = []
    for item in (text or "").split(","):
        words = item.split()
        if not words:
            continue
        direction = words[1].lower() if len(words) > 1 else "asc"
        if len(words) > 2 or direction not in {"asc", "desc"}:
            raise ValueError(f"cannot order by '{item.strip()}'")
        order.append((words[0], direction == "desc"))
    return order
