"""Every event comes twice, as at-least-once delivery may have it, and nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.people.calls import Calls
from tests.acceptance.environment import play, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

MANY = 1_000_000


def test_scenarios_hold_when_every_event_comes_twice(tmp_path: Path) -> None:
    with running(tmp_path, gab=True, seconds=60.0) as product:
        systems = (product.crm.calls, product.erp.calls)
        for calls in systems:
            calls.send("POST", "/_sandbox/faults", {"kind": "hook-duplicate", "count": MANY})
        play(product)
        for calls in systems:
            assert _left(calls) < MANY - 100
        assert [item["kind"] for item in product.open_conflicts()] == ["number_taken"]
        assert product.items("deadletters") == []


def _left(calls: Calls) -> int:
    (fault,) = calls.get("/_sandbox/faults")["faults"]
    left: int = fault["count"]
    return left
