"""Values that persons give: in neutral form by the field's type, or refused with what would do."""

from __future__ import annotations

from typing import Any

import pytest

from sync.core.compiled import CompiledMap
from sync.core.given import given
from sync.core.link import Neutral
from sync.core.mapping import FieldMap, Half, Member, TableMap
from sync.core.row import Side
from sync.errors import InputUnusable


def a_map(*fields: FieldMap) -> CompiledMap:
    crm = Member("main", Side.CRM, "things", ("thingid",))
    erp = Member("main", Side.ERP, "Things", ("Id",))
    return CompiledMap(TableMap("things", "1", "thing", crm, (erp,), fields))


def a_field(kind: Any, name: str = "f", **more: Any) -> FieldMap:
    erp, crm = Half("F", "main", 5), Half("f", "main")
    if kind == "choice":
        erp = Half("F", "main", pairs=(("low", "L"), ("high", "H")))
        crm = Half("f", "main", pairs=(("low", 1), ("high", 2)))
    return FieldMap(name, erp, crm, type=kind, **more)


def give(field: FieldMap, value: Any) -> Neutral:
    compiled = a_map(field)
    return given(compiled, compiled.units[0], value, "USMF", {"group"})[field.name]


@pytest.mark.parametrize(
    ("kind", "value", "neutral"),
    [
        ("text", " a ", "a"),
        ("text", "", None),
        ("text", None, None),
        ("integer", "12", 12),
        ("integer", 0, None),
        ("decimal", "12.5", "12.50"),
        ("decimal", 12.345, "12.35"),
        ("boolean", True, True),
        ("boolean", "No", False),
        ("choice", "high", "high"),
        ("day", "2026-01-31", "2026-01-31"),
        ("moment", "2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z"),
        ("names", ["b", "a"], ("a", "b")),
        ("names", "b;a", ("a", "b")),
    ],
)
def test_a_value_has_the_neutral_form_of_its_type(kind: str, value: Any, neutral: Neutral) -> None:
    assert give(a_field(kind), value) == neutral


def test_a_record_is_meant_within_the_company() -> None:
    assert give(a_field("lookup", lookup=("group",)), "10") == "usmf|10"
    assert give(a_field("lookup", lookup=("group",)), "dat|10") == "dat|10"
    assert give(a_field("lookup", lookup=("currency",)), "USD") == "usd"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("text", 5, "a text"),
        ("text", "toolong", "has 7 characters"),
        ("integer", "1.5", "a whole number"),
        ("integer", True, "a whole number"),
        ("decimal", "much", "a number"),
        ("boolean", "perhaps", "true or false"),
        ("choice", "middle", "Give one of: low, high."),
        ("day", "31.1.2026", "a date"),
        ("moment", "noon", "a time"),
        ("lookup", 10, "the number of a record"),
    ],
)
def test_another_value_is_refused_with_what_would_do(kind: str, value: Any, told: str) -> None:
    field = a_field(kind, lookup=("group",) if kind == "lookup" else ())
    with pytest.raises(InputUnusable) as caught:
        give(field, value)
    assert "f of things" in caught.value.message
    assert told in f"{caught.value.message} {caught.value.cure}"


def test_a_group_needs_all_of_its_fields() -> None:
    compiled = a_map(
        a_field("text", "street", group="place"), a_field("text", "city", group="place")
    )
    unit = compiled.units[0]
    values = {"street": "Way", "city": None}
    assert given(compiled, unit, values, None, ()) == values
    for wrong in ("Way", {"street": "Way"}, {**values, "zip": "1"}):
        with pytest.raises(InputUnusable, match="a value for each of: street, city"):
            given(compiled, unit, wrong, None, ())
