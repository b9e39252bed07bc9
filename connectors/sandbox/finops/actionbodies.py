"""What back-office actions read from their bodies, checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.kinds import WrongValue, kind


def text(body: Mapping[str, Any], name: str) -> str:
    """A text that must be there."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise refusals.bad_request(f"The action needs '{name}'.")
    return value


def day(body: Mapping[str, Any]) -> str:
    """The `date` of the documents that an action makes, as stored; empty for today."""
    value = body.get("date")
    if not value:
        return ""
    try:
        return str(kind("D").parse(value))
    except WrongValue as error:
        raise refusals.bad_request(f"The action's 'date' is an ISO day: {error}") from None


def amount(value: Any, name: str) -> Decimal:
    """An exact number."""
    try:
        if isinstance(value, str):
            return Decimal(value)
        found = kind("d").parse(value)
    except (WrongValue, ArithmeticError):
        raise refusals.bad_request(f"The action's '{name}' is a number, not '{value}'.") from None
    return Decimal(found)


def line_number(value: Any) -> int:
    """The number of a line."""
    try:
        return int(kind("i").parse(int(value) if isinstance(value, str) else value))
    except (WrongValue, ValueError):
        raise refusals.bad_request(f"The action's 'line' is a number, not '{value}'.") from None


def member(columns: Mapping[str, str], value: Any, name: str) -> str:
    """A member of a choice, by any of its spellings: case, blanks and dashes do not count.

    Args:
        columns: spelling without case, blanks and dashes, to the member.
        value: what was given.
        name: what it is called.
    """
    found = columns.get("".join(str(value).split()).replace("-", "").casefold())
    if found is None:
        known = ", ".join(sorted(set(columns.values())))
        raise refusals.bad_request(f"The action's '{name}' is one of {known}, not '{value}'.")
    return found
