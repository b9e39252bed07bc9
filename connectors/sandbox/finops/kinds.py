"""Column kinds: what a value of each kind looks like, its empty value, and how input is checked.

A kind is written in short: `s20` a text of at most 20 characters, `e:NoYes` an enumeration, `d` an
exact decimal, `n` a line number (a whole decimal), `i` and `l` a 32- and a 64-bit whole number, `t`
a moment, `D` a date.
Source: Microsoft docs, OData of finance and operations: no nulls, empty dates are 1900-01-01,
a date travels at noon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from connectors.sandbox.finops.enums import ENUMS

EMPTY_DATE = "1900-01-01T00:00:00Z"
FOREVER = "2154-12-31T23:59:59Z"
NAMESPACE = "Microsoft.Dynamics.DataEntities"


class WrongValue(ValueError):
    """A value does not fit its kind; the text says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of column.

    Args:
        code: the short notation.
        edm: the type name in the metadata document.
        blank: the empty value.
        parse: checks one JSON value and brings it into the stored form.
        max_length: longest text, for texts.
        enum: the enumeration's name, for enumerations.
    """

    code: str
    edm: str
    blank: Any
    parse: Callable[[Any], Any]
    max_length: int | None = None
    enum: str | None = None

    def accepts(self, value: Any) -> bool:
        """Whether a value fits."""
        try:
            self.parse(value)
        except WrongValue:
            return False
        return True


@cache
def kind(code: str) -> Kind:
    """The kind that a short notation names."""
    if code.startswith("s"):
        length = int(code[1:])
        return Kind(code, "Edm.String", "", _text(length), max_length=length)
    if code.startswith("e:"):
        name = code[2:]
        members = ENUMS[name]
        return Kind(code, f"{NAMESPACE}.{name}", members[0], _member(name, members), enum=name)
    edm, blank, parse = _SIMPLE[code]
    return Kind(code, edm, blank, parse)


def moment(value: datetime) -> str:
    """A moment as the ERP writes it, whole seconds of UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(length: int) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise WrongValue(
                f"Cannot convert the literal '{value}' to the expected type 'Edm.String'."
            )
        if len(value) > length:
            raise WrongValue(f"the text has {len(value)} characters, at most {length} are allowed.")
        return value

    return parse


def _member(name: str, members: tuple[str, ...]) -> Callable[[Any], str]:
    allowed = frozenset(members)

    def parse(value: Any) -> str:
        if value is None:
            return members[0]
        if not isinstance(value, str) or value not in allowed:
            raise WrongValue(
                f"Cannot convert the literal '{value}' to the expected type '{NAMESPACE}.{name}'."
            )
        return value

    return parse


def _decimal(value: Any) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise WrongValue(
            f"Cannot convert the literal '{value}' to the expected type 'Edm.Decimal'."
        )
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _line_number(value: Any) -> Decimal:
    """A decimal that is a whole number, so that `1` and `1.0` are one key."""
    number = _decimal(value)
    if number != number.to_integral_value():
        raise WrongValue(f"the line number {number} is not a whole number.")
    return Decimal(int(number))


def _whole(edm: str, bits: int) -> Callable[[Any], int]:
    limit = 1 << (bits - 1)

    def parse(value: Any) -> int:
        if value is None:
            return 0
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
            raise WrongValue(f"Cannot convert the literal '{value}' to the expected type '{edm}'.")
        return value

    return parse


def _moment(value: Any) -> str:
    if value is None or value == "":
        return EMPTY_DATE
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise WrongValue(
            f"Cannot convert the literal '{value}' to the expected type 'Edm.DateTimeOffset'."
        ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if found.year <= 1900:
        return EMPTY_DATE
    return moment(found)


def _date(value: Any) -> str:
    found = _moment(value)
    return found if found == EMPTY_DATE else f"{found[:10]}T12:00:00Z"


_SIMPLE: dict[str, tuple[str, Any, Callable[[Any], Any]]] = {
    "d": ("Edm.Decimal", Decimal(0), _decimal),
    "n": ("Edm.Decimal", Decimal(0), _line_number),
    "i": ("Edm.Int32", 0, _whole("Edm.Int32", 32)),
    "l": ("Edm.Int64", 0, _whole("Edm.Int64", 64)),
    "t": ("Edm.DateTimeOffset", EMPTY_DATE, _moment),
    "D": ("Edm.DateTimeOffset", EMPTY_DATE, _date),
}
