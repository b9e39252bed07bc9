"""Many worlds, each from one seed: promises P1 to P5 hold in all of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.run import run_world
from tests.simulation.telling import MET

_FIRST, _WORLDS, _CHUNK = 1, 520, 20
_POLITE = 60
pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


def _chunks(count: int) -> list[range]:
    return [range(at, min(at + _CHUNK, _FIRST + count)) for at in range(_FIRST, count, _CHUNK)]


def _kept() -> list[tuple[bool, int]]:
    lines = (Path(__file__).parent / "seeds.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return [(flavour == "gab", int(seed)) for flavour, seed, *_ in words]


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("seeds", _chunks(_WORLDS), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_every_promise_holds(seeds: range, gab: bool, seen: Counter[str]) -> None:
    """Each failure names the one-line command that repeats it."""
    for seed in seeds:
        seen.update(run_world(seed, gab=gab).seen.counts)
        seen["worlds"] += 1


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("seeds", _chunks(_POLITE), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_no_clash_without_two_opinions(seeds: range, gab: bool, seen: Counter[str]) -> None:
    """Where a record is only edited on the side where it was born, nothing typed ever clashes."""
    for seed in seeds:
        seen.update(run_world(seed, gab=gab, polite=True).seen.counts)
        seen["polite worlds"] += 1


@pytest.mark.parametrize(("gab", "seed"), _kept())
def test_seeds_that_once_failed(gab: bool, seed: int) -> None:
    """They are kept for ever."""
    run_world(seed, gab=gab)


def test_people_disagree_and_conflicts_are_found() -> None:
    """Or the worlds would prove little: every kind of disagreement is met."""
    counts: Counter[str] = Counter()
    for gab in (False, True):
        for seed in range(30):
            counts.update(run_world(seed, gab=gab).seen.counts)
    kinds = ("deleted", "first_contact", "key_edited", "number_taken", "refused", "unfit")
    wanted = (*MET, *(f"conflict: {kind}" for kind in kinds))
    assert not [name for name in wanted if not counts[name]], counts
    assert counts["links: settled"] > 2 * counts["links: conflict"]
