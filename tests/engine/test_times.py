"""Times as text: one form, which sorts as time does."""

from __future__ import annotations

import pytest

from sync.engine.times import asked_for, asked_since
from sync.errors import InputUnusable


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-01-01T01:00:00+02:00", "2025-12-31T23:00:00.000000Z"),
        ("2026-01-01", "2026-01-01T00:00:00.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_moment_is_told_in_one_form(given: str, meant: str) -> None:
    assert asked_for(given) == meant


@pytest.mark.parametrize("given", ["", "yesterday", "2026", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_is_refused_with_the_cure(given: str) -> None:
    with pytest.raises(InputUnusable) as refused:
        asked_since(given)
    assert "ISO 8601" in (refused.value.cure or "")
