"""Numbers made of names."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.numbers import candidate, comparable, place_of

NAMES = st.text(max_size=40)
LIMITS = st.integers(min_value=12, max_value=40)
PLACES = st.integers(min_value=1, max_value=500)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("Iver", "Iver", "Iver-2"),
        (" van  der Berg ", "van der Berg", "van der Berg-2"),
        ("Ångström", "Ångström", "Ångström-2"),
        ("O'Neil", "O'Neil", "O'Neil-2"),
        ("Wolfeschlegelsteinhausen", "Wolfeschlegelsteinha", "Wolfeschlegelstein-2"),
        ("van der Wolfeschlegel stein", "van der Wolfeschlege", "van der Wolfeschle-2"),
        ("abcdefghijklmnopqr tail", "abcdefghijklmnopqr t", "abcdefghijklmnopqr-2"),
        ("a|b/c#d%e\x00f", "abcdef", "abcdef-2"),
        ("王", "王", "王-2"),
        ("Иванов", "Иванов", "Иванов-2"),
        ("محمد", "محمد", "محمد-2"),
        ("O\u2019Neil\u2013Ek", "O'Neil-Ek", "O'Neil-Ek-2"),
        ("a\u00a0\tb", "a b", "a b-2"),
        ("\U00020bb7" * 12, "\U00020bb7" * 10, "\U00020bb7" * 9 + "-2"),  # two units each
        ("x" * 19 + "q\u0301", "x" * 19, "x" * 18 + "-2"),  # no letter without its accent
        ("q" + "\u0301" * 30, "q" + "\u0301" * 19, "q" + "\u0301" * 17 + "-2"),
        ("\u202e-.", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_what_a_name_gives(name: str | None, first: str | None, second: str | None) -> None:
    assert [candidate(name, place, 20) for place in (1, 2)] == [first, second]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ångström", "ANGSTROM"),
        ("Iver", "iver "),
        ("Straße", "STRASSE"),
        ("Müller", "Mu\u0308ller"),
        ("İstanbul", "ISTANBUL"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ⅷ", "viii"),
    ],
)
def test_what_is_the_same_number(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_what_is_not_the_same_number() -> None:
    assert comparable("Iver-2") != comparable("Iver")


@given(NAMES, PLACES, LIMITS)
def test_a_number_fits_and_is_told_apart(name: str, place: int, limit: int) -> None:
    number = candidate(name, place, limit)
    if number is None:
        assert candidate(name, 1, limit) is None
        return
    assert 0 < len(number.encode("utf-16-le")) // 2 <= limit
    assert number == number.strip()
    assert "|" not in number
    assert number.isprintable()
    if place > 1:
        assert number.endswith(f"-{place}")


@given(NAMES, LIMITS)
def test_places_differ(name: str, limit: int) -> None:
    several = [candidate(name, place, limit) for place in islice(range(2, 200), 60)]
    assert several[0] is None or len({comparable(str(n)) for n in several}) == len(several)


@given(NAMES, PLACES, LIMITS)
def test_a_number_tells_its_place(name: str, place: int, limit: int) -> None:
    number = candidate(name, place, limit)
    if number is not None:
        found = place_of(number, name, limit)
        assert candidate(name, found, limit) == number


@given(st.text(max_size=20))
def test_comparing_twice_changes_nothing(number: str) -> None:
    assert comparable(comparable(number)) == comparable(number)
