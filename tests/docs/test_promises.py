"""The README's promises: ten, each with the tests that earn it, or with what is missing said."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, links, section

_TABLE = section((ROOT / "README.md").read_text("utf-8"), "What it promises")
_ROWS = dict(re.findall(r"^\| (P\d+) \| (.+) \|$", _TABLE, re.MULTILINE))


def test_there_are_ten() -> None:
    assert list(_ROWS) == [f"P{number}" for number in range(1, 11)]


@pytest.mark.parametrize("number", sorted(_ROWS))
def test_a_promise_is_earned_by_a_test_or_says_what_is_missing(number: str) -> None:
    promise, _, earned = _ROWS[number].partition(" | ")
    assert promise.endswith(".")
    tests = [target for target in links(earned) if "test_" in target or "contracts" in target]
    assert tests or earned.startswith("Not yet")
