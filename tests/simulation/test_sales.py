"""Worlds that sell: quotes, orders and invoices keep the promises that accounts keep."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.run import run_world

_FIRST, _WORLDS, _CHUNK = 1, 120, 20
pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


def _chunks() -> list[range]:
    return [range(at, at + _CHUNK) for at in range(_FIRST, _FIRST + _WORLDS, _CHUNK)]


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("seeds", _chunks(), ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_every_promise_holds_for_documents(seeds: range, gab: bool, seen: Counter[str]) -> None:
    """Each failure names the one-line command that repeats it."""
    for seed in seeds:
        seen.update(run_world(seed, gab=gab, sales=True).seen.counts)
        seen["worlds that sell"] += 1


def test_the_worlds_sell_indeed() -> None:
    """Or they would prove little: every kind of document, and the disagreements over them."""
    met: Counter[str] = Counter()
    for seed in range(40):
        world = run_world(seed, gab=True, sales=True)
        met.update(kind for kind, _ in world.systems.truth.records())
        met.update(act for act in world.people.acts if "refused" not in act)
        met.update(name for name, count in world.seen.counts.items() if count)
    wanted = ("quote", "quote_line", "order", "order_line", "invoice", "invoice_line")
    wanted += ("create_order", "revise", "close", "lose", "own", "confirm", "fulfil")
    wanted += ("conflict: not_owner", "crashes", "waits", "lost_answer")
    assert not [name for name in wanted if not met[name]], met
