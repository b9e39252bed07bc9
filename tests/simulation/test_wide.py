"""Worlds that are wide: people work on every map, while operators work on the service.

Sides are cut off, clocks are set, maps are paused, resumed, and changed under what is in flight;
persons buy, and clerks keep the set-up. What all of it met is told at the end of the run, and a run
that did not touch every map, or missed a kind of fault, has failed.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.run import run_world
from tests.simulation.telling import WIDE

_CHUNK = 6
pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("first", range(1, 1 + WIDE, _CHUNK))
def test_every_promise_holds_on_every_map(first: int, gab: bool, seen: Counter[str]) -> None:
    """Each failure names the one-line command that repeats it."""
    for seed in range(first, first + _CHUNK):
        seen.update(run_world(seed, gab=gab, wide=True).seen.counts)
        seen["wide worlds"] += 1


@pytest.mark.parametrize("seed", [3008, 3042])
def test_a_choice_that_an_empty_column_stands_for_is_kept(seed: int) -> None:
    """Somebody typed No, or the first choice, and the first contact's master said otherwise."""
    run_world(seed, gab=True, wide=True)
