"""Codecs: how a column's value becomes a neutral one, and back.

Every codec obeys *put then get is the same*: `get(put(n)) == n` for every neutral value it can put;
that is what keeps a value from ping-ponging. A value that a side cannot hold raises `ValueError`
with a sentence, which the caller turns into `Unfit` with the field's name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import msgspec

from sync.core.link import Neutral
from sync.core.row import Scalar, Side

Get = Callable[[Scalar], Neutral]
Put = Callable[[Neutral], Scalar]


class Codec(msgspec.Struct, frozen=True):
    """One side's half of a field map."""

    get: Get
    put: Put


def text(side: Side, limit: int | None) -> Codec:
    """Text; blank is `None` here, `""` in the ERP. Outer white space is not significant."""
    blank = "" if side is Side.ERP else None

    def get(value: Scalar) -> Neutral:
        if value is None or value == "":
            return None
        stripped = (value if isinstance(value, str) else str(value)).strip()
        if "\r" in stripped:
            stripped = stripped.replace("\r\n", "\n").replace("\r", "\n")
        return stripped or None

    def put(value: Neutral) -> Scalar:
        if value is None:
            return blank
        if limit is not None and len(str(value)) > limit:
            raise ValueError(
                f"it has {len(str(value))} characters, the {_NAMES[side]} holds {limit}"
            )
        return str(value)

    return Codec(get, put)


def integer(side: Side) -> Codec:
    """A whole number; the ERP has no blank, so blank and 0 are the same."""
    blank = 0 if side is Side.ERP else None

    def get(value: Scalar) -> Neutral:
        return int(value) or None if value is not None and value != "" else None

    def put(value: Neutral) -> Scalar:
        return blank if value is None else int(str(value))

    return Codec(get, put)


def decimal(side: Side, scale: int) -> Codec:
    """A decimal, compared at `scale` places; blank and 0 are the same (the ERP has no blank)."""
    step = Decimal(1).scaleb(-scale)
    blank = Decimal(0) if side is Side.ERP else None

    def get(value: Scalar) -> Neutral:
        if value is None or value == "":
            return None
        try:
            exact = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            raise ValueError("it is not a number") from None
        rounded = exact.quantize(step, ROUND_HALF_UP)
        return str(rounded) if rounded else None

    def put(value: Neutral) -> Scalar:
        return blank if value is None else Decimal(str(value))

    return Codec(get, put)


def boolean(side: Side) -> Codec:
    """Yes or no; blank is no. The ERP's NoYes enum, the CRM's two options."""
    if side is Side.ERP:
        return Codec(lambda v: v in ("Yes", True), lambda n: "Yes" if n else "No")
    return Codec(lambda v: v is True, bool)


def absence(side: Side) -> Codec:
    """Whether the ERP's column is empty, as yes or no in the CRM's; the ERP's is only read."""
    if side is Side.CRM:
        return boolean(side)

    def put(_: Neutral) -> Scalar:
        raise ValueError("whether a column is empty cannot be written")

    return Codec(lambda v: v is None or v == "", put)


def choice(
    side: Side, pairs: tuple[tuple[Neutral, Scalar], ...], accept: dict[str, Neutral]
) -> Codec:
    """A value map: neutral value ↔ this side's value. Text is compared without case.

    Args:
        side: The side.
        pairs: Neutral value and the side's own value, in the order of the map.
        accept: Other spellings this side may hold → neutral value (never written).
    """
    into: dict[object, Neutral] = {_fold(own): neutral for neutral, own in pairs}
    into |= {_fold(spelling): neutral for spelling, neutral in accept.items()}
    out = dict(reversed(pairs))
    blank = "" if side is Side.ERP else None

    def get(value: Scalar) -> Neutral:
        if value is None or value == "":
            return into.get(_fold(value))
        try:
            return into[_fold(value)]
        except KeyError:
            raise ValueError("the value map does not have it") from None

    def put(value: Neutral) -> Scalar:
        if value in out:
            return out[value]
        if value is None:
            return blank
        raise ValueError(f"the value map has no value for the {_NAMES[side]}")

    return Codec(get, put)


def moment(side: Side) -> Codec:
    """A point in time, to the second. The ERP's empty date is 1900-01-01."""
    blank = "1900-01-01T00:00:00Z" if side is Side.ERP else None

    def get(value: Scalar) -> Neutral:
        if value is None or value == "":
            return None
        parsed = _parse(str(value))
        return None if parsed.year <= _EMPTY_YEAR else parsed.strftime("%Y-%m-%dT%H:%M:%SZ")

    def put(value: Neutral) -> Scalar:
        return blank if value is None else str(value)

    return Codec(get, put)


def day(side: Side) -> Codec:
    """A date without a time. In the ERP it travels at noon; empty is 1900-01-01."""
    erp = side is Side.ERP

    def get(value: Scalar) -> Neutral:
        if value is None or value == "":
            return None
        date = str(value)[:10]
        return None if date <= "1900-01-01" else date

    def put(value: Neutral) -> Scalar:
        if value is None:
            return "1900-01-01T12:00:00Z" if erp else None
        return f"{value}T12:00:00Z" if erp else str(value)

    return Codec(get, put)


def names(side: Side) -> Codec:
    """A set of names in one text column (address roles: `Delivery;Invoice`), in no order."""
    blank = "" if side is Side.ERP else None

    def get(value: Scalar) -> Neutral:
        parts = {p.strip() for p in str(value or "").replace(",", ";").split(";")}
        return tuple(sorted(parts - {""})) or None

    def put(value: Neutral) -> Scalar:
        return ";".join(value) if isinstance(value, tuple) and value else blank

    return Codec(get, put)


_NAMES = {Side.CRM: "CRM", Side.ERP: "ERP"}
_EMPTY_YEAR = 1900


def _fold(value: object) -> object:
    if isinstance(value, bool):
        return ("bool", value)
    return value.strip().casefold() if isinstance(value, str) else value


def _parse(value: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("it is not a date") from None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
