"""How values compare in a filter: text without case, dates as instants, decimals exactly."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from odata_query import ast

Row = dict[str, Any]
Value = Callable[[Row], Any]
Predicate = Callable[[Row], bool]

_OPERATORS: Mapping[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_ARITHMETIC: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
TEXT_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
VALUE_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "tolower": lambda value: str(value or "").lower(),
    "toupper": lambda value: str(value or "").upper(),
    "trim": lambda value: str(value or "").strip(),
    "length": lambda value: len(str(value or "")),
}


def folded(value: Any) -> str:
    """Text as the databases compare it: without case; a null is the empty text."""
    return "" if value is None else str(value).casefold()


def literal(node: Any) -> Any:
    """The Python value of a literal of the syntax tree; fractions become `Decimal`."""
    if isinstance(node, ast.Float):
        return Decimal(node.val)
    if isinstance(node, ast.GUID):
        return node.val.lower()
    if isinstance(node, ast.DateTime | ast.Date):
        return instant(node.val)
    return node.py_val


def instant(text: str) -> datetime:
    """A date or date-time text as an aware instant; a date is its midnight in UTC."""
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def comparison(comparator: Any, left: Value, right: Value) -> Predicate:
    """A predicate for one comparison of two values of a row."""
    compare = _OPERATORS[type(comparator)]
    equality = compare in {operator.eq, operator.ne}

    def test(row: Row) -> bool:
        a, b = _aligned(left(row), right(row))
        if a is None or b is None:
            return compare(a, b) if equality else False
        try:
            return bool(compare(a, b))
        except TypeError:
            return compare is operator.ne

    return test


def wildcard(text: str) -> Callable[[Any], bool] | None:
    """The ERP's `*part*` as a test, or `None` when the text has no asterisk."""
    if "*" not in text:
        return None
    pattern = re.compile(
        ".*".join(re.escape(part) for part in text.casefold().split("*")), re.DOTALL
    )
    return lambda value: pattern.fullmatch(folded(value)) is not None


def arithmetic(operation: Any, left: Value, right: Value) -> Value:
    """A value computed from two values; a null stays null."""
    compute = _ARITHMETIC[type(operation)]

    def value(row: Row) -> Any:
        a, b = left(row), right(row)
        return None if a is None or b is None else compute(a, b)

    return value


def sort_key(value: Any) -> tuple[int, Any]:
    """A key under which any column sorts: nulls first, then numbers, then text without case."""
    if value is None:
        return (0, 0)
    if isinstance(value, bool | int | Decimal):
        return (1, value)
    return (2, str(value).casefold())


def query_function(
    name: str, value: Value, arguments: Mapping[str, Any], now: Callable[[], datetime]
) -> Predicate:
    """One of the CRM's `Microsoft.Dynamics.CRM.*` query functions.

    Raises:
        ValueError: a function that is not offered.
    """
    if name in {"In", "NotIn"}:
        wanted = {folded(item) for item in arguments["PropertyValues"]}
        inside = name == "In"
        return lambda row: (value(row) is not None and _plain(value(row)) in wanted) is inside
    if name in {"OnOrAfter", "OnOrBefore", "On"}:
        edge = instant(str(arguments["PropertyValue"])).date()
        test = {"OnOrAfter": operator.ge, "OnOrBefore": operator.le, "On": operator.eq}[name]
        return lambda row: (day := _day(value(row))) is not None and test(day, edge)
    if name in {"LastXDays", "LastXHours"}:
        count = int(arguments["PropertyValue"])
        unit = timedelta(days=count) if name == "LastXDays" else timedelta(hours=count)

        def recent(row: Row) -> bool:
            found = value(row)
            return found is not None and now() - unit <= instant(str(found)) <= now()

        return recent
    raise ValueError(f"the query function '{name}' is not supported")


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else folded(value)


def _day(value: Any) -> date | None:
    return None if value is None else instant(str(value)).date()


def _aligned(a: Any, b: Any) -> tuple[Any, Any]:
    if isinstance(a, str) and isinstance(b, str):
        return a.casefold(), b.casefold()
    if isinstance(a, datetime) and isinstance(b, str):
        return a, _instant_or_text(b)
    if isinstance(b, datetime) and isinstance(a, str):
        return _instant_or_text(a), b
    return a, b


def _instant_or_text(text: str) -> Any:
    try:
        return instant(text)
    except ValueError:
        return text
