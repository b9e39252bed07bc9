"""A change event that a person writes down: what cannot be one is refused with what is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync.core.event_form import event_of
from sync.errors import InputUnusable

FORM: dict[str, Any] = {
    "side": "crm",
    "table": "accounts",
    "row_id": "a",
    "version": "7",
    "order": 7,
    "image": {"name": "A", "creditlimit": 12.5},
}


def test_numbers_stay_exactly_what_was_written() -> None:
    assert event_of(FORM).image == {"name": "A", "creditlimit": Decimal("12.5")}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"order": 2**63}, "order"),
        ({"order": -(10**40)}, "order"),
        ({"image": {"creditlimit": float("nan")}}, "finite"),
        ({"image": {"creditlimit": float("inf")}}, "finite"),
        ({"image": {"name": "\ud800"}}, "surrogates"),
        ({"image": {"\ud800": "x"}}, "surrogates"),
        ({"row_id": "\ud800"}, "surrogates"),
        ({"image": {"name": {"a": 1}}}, "name of the image is not a single value"),
        ({"image": {"name": ["a"]}}, "name of the image is not a single value"),
    ],
)
def test_what_no_database_or_log_holds_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InputUnusable, match=told) as refused:
        event_of({**FORM, **changed})
    assert refused.value.cure
