"""Checks one value for one column and gives it its stored form."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.kernel.model import Column, Table

_EDM = {
    "string": "Edm.String",
    "memo": "Edm.String",
    "integer": "Edm.Int32",
    "bigint": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "money": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "choice": "Edm.Int32",
    "guid": "Edm.Guid",
    "datetime": "Edm.DateTimeOffset",
    "date": "Edm.Date",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def edm_type(column: Column) -> str:
    """The OData type of a column."""
    return _EDM[column.kind] if column.kind != "lookup" else "Edm.Guid"


def stored(table: Table, column: Column, value: Any) -> Any:
    """The stored form of a value that a client sent.

    An empty text is stored as null, as Dataverse does. Decimals are rounded to the column's
    precision, date-times keep whole seconds in UTC.

    Raises:
        SystemRefusal: the value does not fit, with Dataverse's code.
    """
    if value is None or value == "":
        return None
    kind = column.kind
    if kind in {"string", "memo"}:
        if not isinstance(value, str):
            raise _wrong(table, column, value)
        if column.max_length is not None and len(value) > column.max_length:
            raise refusals.too_long(column.name, table.name, column.max_length)
        return value
    if kind == "boolean":
        if not isinstance(value, bool):
            raise _wrong(table, column, value)
        return value
    if kind in {"integer", "bigint", "choice"}:
        return _whole(table, column, value)
    if kind in {"decimal", "money"}:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _wrong(table, column, value)
        step = Decimal(1).scaleb(-(column.precision or 0))
        return Decimal(value).quantize(step, rounding=ROUND_HALF_UP)
    if kind == "guid":
        return _guid(table, column, value)
    if kind == "date":
        return _date(table, column, value)
    return _instant(table, column, value)


def wire_time(moment: datetime) -> str:
    """A moment as the wire shows it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _whole(table: Table, column: Column, value: Any) -> int:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(table, column, value)
    bits = 63 if column.kind == "bigint" else 31
    if not -(2**bits) <= value < 2**bits:
        raise _wrong(table, column, value)
    if column.kind == "choice" and column.options is not None and value not in column.options:
        allowed = ",".join(str(option) for option in column.options)
        raise refusals.bad_choice(column.name, table.name, value, allowed)
    return value


def _guid(table: Table, column: Column, value: Any) -> str:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else _fail(table, column, value)
    except ValueError:
        raise _wrong(table, column, value) from None


def _date(table: Table, column: Column, value: Any) -> str:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise _wrong(table, column, value)


def _instant(table: Table, column: Column, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise _wrong(table, column, value)
    if moment.tzinfo is None:
        if len(value) != 10:
            raise _wrong(table, column, value)
        moment = moment.replace(tzinfo=UTC)
    return wire_time(moment)


def _fail(table: Table, column: Column, value: Any) -> str:
    raise _wrong(table, column, value)


def _wrong(table: Table, column: Column, value: Any) -> Exception:
    return refusals.bad_payload(
        table.entity_set,
        f"Cannot convert the literal '{value}' to the expected type '{edm_type(column)}' "
        f"(property '{column.name}').",
    )
