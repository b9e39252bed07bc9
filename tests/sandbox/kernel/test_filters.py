"""Filters of both dialects, and the query string."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.sandbox.kernel.filters import (
    Dialect,
    FilterError,
    UnknownProperty,
    UnsupportedFilter,
    parse_filter,
    sort_rows,
)
from connectors.sandbox.kernel.query import (
    parse_expand,
    parse_orderby,
    parse_query,
    parse_select,
)

ROW: dict[str, Any] = {
    "name": "Fabrikam Ltd",
    "amount": Decimal("10.50"),
    "state": 0,
    "empty": None,
    "sold": True,
    "on": "2026-11-20T08:15:00Z",
    "day": "2026-11-20",
    "id": "7c2b1e5a-0000-4000-8000-000000000001",
    "allocationmethod": 3,
    "kind": "Organization",
    "code": "O'Neil",
}


@pytest.mark.parametrize(
    "text",
    [
        "name eq 'fabrikam LTD'",
        "name ne 'x' and name gt 'F'",
        "amount eq 10.5",
        "amount gt 10 and amount le 10.50",
        "amount gt -1",
        "state eq 0",
        "empty eq null",
        "empty ne 'x'",
        "not (empty eq 'x')",
        "sold eq true",
        "sold",
        "on eq 2026-11-20T09:15:00+01:00",
        "on ge 2026-11-20",
        "day eq 2026-11-20",
        "id eq 7C2B1E5A-0000-4000-8000-000000000001",
        "id eq '7C2B1E5A-0000-4000-8000-000000000001'",
        "allocationmethod eq 3",
        "code eq 'O''Neil'",
        "contains(name,'BRIK') and startswith(name,'fab') and endswith(name,'ltd')",
        "tolower(name) eq 'fabrikam ltd'",
        "state eq 1 or (state eq 0 and name ne null)",
        "name eq name",
    ],
)
@pytest.mark.parametrize("dialect", ["dataverse", "finops"])
def test_both_dialects_match(text: str, dialect: Dialect) -> None:
    assert parse_filter(text, dialect)(ROW) is True
    assert parse_filter(f"not ({text})", dialect)(ROW) is False


@pytest.mark.parametrize(
    "text",
    [
        "empty gt 1",
        "empty eq 'x'",
        "amount gt 10.50",
        "name lt 'A'",
        "missing eq 'x'",
        "on lt 2020-01-01",
    ],
)
def test_what_does_not_match(text: str) -> None:
    assert parse_filter(text, "dataverse")(ROW) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Microsoft.Dynamics.CRM.In(PropertyName='state',PropertyValues=['0','1'])", True),
        ("Microsoft.Dynamics.CRM.In(PropertyName='state',PropertyValues=['2'])", False),
        ("Microsoft.Dynamics.CRM.In(PropertyName='code',PropertyValues=['O''Neil'])", True),
        ("Microsoft.Dynamics.CRM.In(PropertyName=@p,PropertyValues=@v)", True),
        ("not Microsoft.Dynamics.CRM.In(PropertyName='state',PropertyValues=['2'])", True),
        ("Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='on',PropertyValue='2026-11-20')", True),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='on',PropertyValue=1)", False),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='on',PropertyValue=3)", True),
    ],
)
def test_query_functions(text: str, expected: bool) -> None:
    aliases = {"@p": "'name'", "@v": "['Fabrikam Ltd','x']"}
    now = datetime(2026, 11, 22, tzinfo=UTC)
    test = parse_filter(text, "dataverse", aliases=aliases, now=lambda: now)
    assert test(ROW) is expected


def test_enum_literals_and_wildcards() -> None:
    typed = "kind eq Microsoft.Dynamics.DataEntities.DirPartyType'Organization'"
    assert parse_filter(typed, "finops", enums={"kind"})(ROW)
    with pytest.raises(FilterError):
        parse_filter("kind eq 'Organization'", "finops", enums={"kind"})
    assert parse_filter("kind eq 'Organization'", "finops")(ROW)
    for text, expected in (
        ("name eq '*brik*'", True),
        ("name eq 'fab*'", True),
        ("name eq '*fab'", False),
        ("name ne '*brik*'", False),
    ):
        assert parse_filter(text, "finops")(ROW) is expected
    assert parse_filter("name eq '*brik*'", "dataverse")(ROW) is False
    assert parse_filter("amount mul 2 eq 21", "finops")(ROW)


def test_navigation_and_lambdas() -> None:
    people = [{"name": "Ana"}, {"name": "Bo"}]

    def navigate(row: dict[str, Any], name: str) -> Any:
        del row
        return {"owner": {"name": "Ana"}, "people": people, "none": None}[name]

    for text, expected in (
        ("owner/name eq 'ana'", True),
        ("none/name eq null", True),
        ("people/any(p:p/name eq 'bo')", True),
        ("people/all(p:p/name eq 'bo')", False),
        ("people/any()", True),
    ):
        assert parse_filter(text, "dataverse", navigate=navigate)(ROW) is expected, text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("name eq", FilterError),
        ("name ==  'x'", FilterError),
        ("(name eq 'x'", FilterError),
        ("", FilterError),
        ("name eq @p9", FilterError),
        ("Name eq 'x'", UnknownProperty),
        ("name in ('a','b')", UnsupportedFilter),
        ("amount add 1 eq 2", UnsupportedFilter),
        ("year(on) eq 2026", UnsupportedFilter),
        ("Microsoft.Dynamics.CRM.Nonsense(PropertyName='name')", FilterError),
    ],
)
def test_what_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_filter(text, "dataverse", properties=ROW)


def test_sorting_puts_nulls_first_and_is_stable() -> None:
    rows = [{"a": None, "b": 1}, {"a": "b", "b": 2}, {"a": "A", "b": 3}, {"a": "B", "b": 4}]
    assert [row["b"] for row in sort_rows(rows, parse_orderby("a"))] == [1, 3, 2, 4]
    assert [row["b"] for row in sort_rows(rows, parse_orderby("a desc,b desc"))] == [4, 2, 3, 1]
    with pytest.raises(ValueError, match="sideways"):
        parse_orderby("a sideways")


def test_query_strings() -> None:
    assert parse_query("%24select=name&$filter=name+eq+%27a%2Bb%27&$top=3") == {
        "$select": "name",
        "$filter": "name eq 'a+b'",
        "$top": "3",
    }
    assert parse_select("a, b ,c") == ["a", "b", "c"]
    assert parse_select(None) is None
    first, second = parse_expand("a($select=x,y;$filter=contains(z,'(;')),b")
    assert (first.name, first.options) == ("a", {"$select": "x,y", "$filter": "contains(z,'(;')"})
    assert (second.name, second.options) == ("b", {})


def test_a_long_chain_is_no_deep_one() -> None:
    chain = " or ".join(f"state eq {number}" for number in range(1, 3000))
    assert parse_filter(chain, "dataverse")(ROW) is False
    assert parse_filter(f"{chain} or state eq 0", "dataverse")(ROW) is True
