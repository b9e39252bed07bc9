from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.sandbox.finops.kinds import WrongValue, kind


@pytest.mark.parametrize(
    ("code", "raw", "stored"),
    [
        ("s5", None, ""),
        ("s5", "abcde", "abcde"),
        ("e:NoYes", None, "No"),
        ("e:NoYes", "Yes", "Yes"),
        ("d", None, Decimal(0)),
        ("d", 5, Decimal(5)),
        ("d", Decimal("1.10"), Decimal("1.10")),
        ("d", 0.1, Decimal("0.1")),
        ("i", None, 0),
        ("i", Decimal("3.0"), 3),
        ("l", 2**40, 2**40),
        ("t", None, "1900-01-01T00:00:00Z"),
        ("t", "1900-01-01T12:00:00Z", "1900-01-01T00:00:00Z"),
        ("t", "2026-11-20T09:15:00.1234567+01:00", "2026-11-20T08:15:00Z"),
        ("t", "2026-11-20", "2026-11-20T00:00:00Z"),
        ("D", "2026-11-20T00:00:00Z", "2026-11-20T12:00:00Z"),
        ("D", "2026-11-20", "2026-11-20T12:00:00Z"),
        ("D", None, "1900-01-01T00:00:00Z"),
    ],
)
def test_values_take_their_stored_form(code: str, raw: Any, stored: Any) -> None:
    found = kind(code).parse(raw)
    assert found == stored
    assert type(found) is type(stored)


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("s5", "abcdef"),
        ("s5", 5),
        ("e:NoYes", "yes"),
        ("e:NoYes", 1),
        ("d", "5"),
        ("d", True),
        ("i", 2**31),
        ("i", True),
        ("i", Decimal("3.5")),
        ("l", 2**63),
        ("t", "soon"),
        ("t", 5),
    ],
)
def test_other_values_are_refused(code: str, raw: Any) -> None:
    assert not kind(code).accepts(raw)
    with pytest.raises(WrongValue):
        kind(code).parse(raw)


def test_every_kind_keeps_its_own_empty_value() -> None:
    for code in ("s5", "e:NoYes", "d", "i", "l", "t", "D"):
        assert kind(code).parse(kind(code).blank) == kind(code).blank
