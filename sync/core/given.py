"""Given: a value that a person gives for a field, in neutral form, or why it cannot be one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sync.core.compiled import CompiledMap
from sync.core.field_codec import codec_of
from sync.core.link import Neutral
from sync.core.mapping import FieldMap
from sync.core.references import References, key_text
from sync.core.row import Side
from sync.core.units import Unit
from sync.core.values import Unfit
from sync.errors import InputUnusable

_NOTHING = References({}, {}, frozenset(), {})
_KINDS = {
    "text": "a text",
    "integer": "a whole number, such as 12",
    "decimal": "a number, such as 12.50",
    "boolean": "true or false",
    "choice": "one of the map's values",
    "moment": "a time, such as 2026-01-31T12:00:00Z",
    "day": "a date, such as 2026-01-31",
    "names": "a list of names",
    "lookup": "the number of a record",
}
_YES_NO = {"true": True, "yes": True, "false": False, "no": False}


def given(
    compiled: CompiledMap,
    unit: Unit,
    value: Any,
    company: str | None,
    company_kinds: Collection[str],
) -> dict[str, Neutral]:
    """A unit's neutral values by field, of what a person gave.

    Args:
        compiled: The map.
        unit: The field or group.
        value: The value; for a group an object with a value for every field of it.
        company: The company in which a record that is pointed to is meant.
        company_kinds: The kinds of record whose numbers are a company's.

    Raises:
        InputUnusable: It does not have the field's type, or one of the sides cannot hold it.
    """
    by_field = value if isinstance(value, Mapping) else {unit.names[0]: value}
    if set(by_field) != set(unit.names):
        raise InputUnusable(
            f"{unit.name} of {compiled.map.id} needs a value for each of: {', '.join(unit.names)}.",
            cure="Give an object with exactly these names; null stands for no value.",
        )
    values: dict[str, Neutral] = {}
    for field in unit.fields:
        scoped = bool(field.lookup) and field.lookup[0] in company_kinds
        within = company if scoped else None
        values[field.name] = _one(compiled, field, by_field[field.name], within)
    return values


def _one(compiled: CompiledMap, field: FieldMap, value: Any, company: str | None) -> Neutral:
    where = f"{field.name} of {compiled.map.id}"
    try:
        neutral = _neutral(field, value, company)
    except (ValueError, ArithmeticError):
        raise InputUnusable(
            f"{where}: this is not {_KINDS[field.type]}.", cure=f"Give {_KINDS[field.type]}."
        ) from None
    for side in Side:
        _check_fits(compiled, field, neutral, side)
    return neutral


def check_fits(
    compiled: CompiledMap, unit: Unit, values: Mapping[str, Neutral], side: Side
) -> None:
    """Whether a side can hold what the other one has.

    Raises:
        InputUnusable: It cannot; names the field.
    """
    for field in unit.fields:
        _check_fits(compiled, field, values.get(field.name), side)


def _check_fits(compiled: CompiledMap, field: FieldMap, value: Neutral, side: Side) -> None:
    written = None if field.lookup else compiled.put(side, field, value, _NOTHING)
    if isinstance(written, Unfit):
        choices = ", ".join(str(own) for own, _ in field.half(side).pairs)
        cure = f"Give one of: {choices}." if choices else "Give one that both sides can hold."
        raise InputUnusable(f"{field.name} of {compiled.map.id}: {written.message}", cure=cure)


def _neutral(field: FieldMap, value: Any, company: str | None) -> Neutral:
    if value is None or value == "":
        return None
    if isinstance(value, bool) and field.type not in ("boolean", "choice"):
        raise ValueError
    match field.type:
        case "boolean":
            return value if isinstance(value, bool) else _yes_no(value)
        case "names":
            parts = value if isinstance(value, list) else str(value).split(";")
            return codec_of(field, Side.CRM).get(";".join(str(part) for part in parts))
        case "choice":
            return value if isinstance(value, str | int) else str(value)
        case "day":
            return date.fromisoformat(str(value)).isoformat()
        case "moment":
            datetime.fromisoformat(str(value))
        case "integer":
            return int(str(value)) or None
        case "lookup":
            text = _text(value)
            return text if "|" in text else key_text(company, (text,))
        case "text":
            return codec_of(field, Side.CRM).get(_text(value))
    return codec_of(field, Side.CRM).get(str(value))


def _yes_no(value: Any) -> bool:
    try:
        return _YES_NO[str(value).strip().casefold()]
    except KeyError:
        raise ValueError from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value
