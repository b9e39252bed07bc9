"""Worlds in which persons decide conflicts meanwhile: nothing is lost or looped by what they do."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.run import run_world

_WORLDS, _CHUNK = 30, 10
pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


@pytest.mark.parametrize("sales", [False, True], ids=["accounts", "sales"])
@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("first", range(1, _WORLDS, _CHUNK))
def test_every_promise_holds_whatever_persons_decide(
    first: int, gab: bool, sales: bool, seen: Counter[str]
) -> None:
    """Each failure names the one-line command that repeats it."""
    for seed in range(first, first + _CHUNK):
        seen.update(run_world(seed, gab=gab, sales=sales, judges=True).seen.counts)
        seen["worlds with judges"] += 1


def test_a_refused_value_that_is_left_is_marked_at_once() -> None:
    """A blank was taken, which the ERP refused: its field stood apart and said nothing of it."""
    run_world(61183, gab=True, judges=True)


def test_persons_decide_indeed() -> None:
    """Or they would prove little: every way to decide, and what cannot be decided."""
    met: Counter[str] = Counter()
    for seed in range(1, 21):
        met.update(run_world(seed, gab=False, judges=True).seen.counts)
    wanted = ("crm", "erp", "value", "leave", "reopen", "rule", "refused")
    assert not [name for name in wanted if not met[f"judged: {name}"]], met
