"""The process dies twice while a quote crosses with its lines: who waits for it is never forgotten.

What a step binds is saved before its write, and whoever waits for that is woken after it. A process
that dies in between, and the next one with it, must not leave a line that waits for ever.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.conftest import running
from tests.engine.desk import Desk
from tests.engine.mortal import MortalBench
from tests.engine.standing import at_rest, quote_stands, same_lines

pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


def quoted(desk: Desk) -> str:
    """A CRM user makes a quote with its lines, and sends it; returns its number."""
    quote = desk.quote(desk.account_id(), 3, 5)
    desk.activate(quote)
    return desk.number(quote)


def drafted(desk: Desk) -> str:
    """A CRM user makes a quote with its lines; returns its number."""
    return desk.number(desk.quote(desk.account_id(), 3, 5))


def quotation(desk: Desk) -> str:
    """An ERP user makes a quotation with its lines; returns its number."""
    return desk.quotation(None, 3, 5, ProspectId="CRMP-001")


@pytest.mark.parametrize("gab", [False, True], ids=["without-gab", "with-gab"])
@pytest.mark.parametrize("story", [quoted, drafted, quotation])
async def test_twice(story: Callable[[Desk], str], gab: bool) -> None:
    bench = MortalBench(gab=gab)
    desk = await running(bench=bench)
    bench.arm()
    story(desk)
    await bench.run()
    calls = bench.calls
    assert calls > 20
    # Coprime steps: over the stories, every kind of call is met as the first and as the second.
    for first in range(1, calls + 1, 5):
        bench.crashes = 0
        bench.arm((first, first % 2 == 0), (1 + first * 7 % 16, True))
        number = story(desk)
        await bench.run()
        assert bench.crashes >= 1
        assert len(same_lines(desk, number)) == 2
        quote_stands(desk, number, "sent" if story is quoted else "draft")
    bench.arm()
    await at_rest(desk)
