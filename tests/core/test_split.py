"""A text that one side holds in two columns: split at its last space."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.mapping import Half

NAME = Half("fullname", "main", 160, split=(("firstname", 50), ("lastname", 50)))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Dora Ek", "Dora", "Ek"),
        ("Jan van der Berg", "Jan van der", "Berg"),
        ("Cher", None, "Cher"),
        (None, None, None),
    ],
)
def test_split_at_the_last_space(name: str | None, first: str | None, last: str | None) -> None:
    assert NAME.columns(name) == {"firstname": first, "lastname": last}


def test_a_column_of_its_own_is_written_as_it_is() -> None:
    assert Half("name", "main").columns("Dora Ek") == {"name": "Dora Ek"}


@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), min_size=1))
def test_the_parts_make_the_whole(words: list[str]) -> None:
    name = " ".join(words)
    assert " ".join(str(part) for part in NAME.columns(name).values() if part) == name
