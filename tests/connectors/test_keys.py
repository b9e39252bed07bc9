"""Literals and keys: quoted, encoded, and read back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.odata.keys import address, literal, parse_predicate, predicate, row_path

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True)


@given(st.dictionaries(names, st.one_of(st.text(), st.integers()), min_size=1, max_size=4))
def test_a_key_is_read_back_as_it_was_written(values: dict[str, str | int]) -> None:
    text = predicate({name: literal(value) for name, value in values.items()})
    assert parse_predicate(text) == values
    assert list(parse_predicate(text)) == list(values)


def test_a_quote_is_doubled() -> None:
    assert parse_predicate("dataAreaId='usmf',X='a''b'") == {"dataAreaId": "usmf", "X": "a'b"}


def test_an_instant_stands_bare() -> None:
    key = "LocationId='L1',ValidFrom=2026-11-20T12:00:00Z"
    assert parse_predicate(key)["ValidFrom"] == "2026-11-20T12:00:00Z"


@pytest.mark.parametrize(
    "text", ["", "usmf", "A='x", "A='x'B='y'", "A='x',", "A=", "A='x',A='y'", "A='x';B='y'"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a key"):
        parse_predicate(text)


def test_literals() -> None:
    values = [None, True, 12, Decimal("1E+3"), Decimal("12.50"), "O'Brien"]
    assert [literal(value) for value in values] == [
        "null",
        "true",
        "12",
        "1000",
        "12.50",
        "'O''Brien'",
    ]
    assert literal("2026-11-20T12:00:00Z", quoted=False) == "2026-11-20T12:00:00Z"


def test_an_address_keeps_no_character_that_means_something_else() -> None:
    path = row_path("CustomersV3", "dataAreaId='usmf',CustomerAccount='A/B?#% ü'")
    assert path == "CustomersV3(dataAreaId='usmf',CustomerAccount='A%2FB%3F%23%25%20%C3%BC')"
    query = address("x", {"$filter": "name eq 'a&b+c#d'", "tag": "a/b"})
    assert query == "x?$filter=name%20eq%20'a%26b%2Bc%23d'&tag=a/b"
