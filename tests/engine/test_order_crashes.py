"""The process dies after every call while an order is made, or undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import pytest

from sync.engine import held_orders
from tests.engine.conftest import running
from tests.engine.desk import Desk
from tests.engine.mortal import MortalBench
from tests.engine.ordering import activated, is_ordered, unconverted
from tests.engine.standing import at_rest
from tests.engine.test_held_orders import is_undone

pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]
_SHARDS = 8
Deaths = Sequence[tuple[int, bool]]
Story = Callable[[int, MortalBench, Deaths], Awaitable[int]]


async def ready(number: int, bench: MortalBench) -> tuple[Desk, str, str]:
    """A prospect of its own, with a quote that was sent."""
    prospect = f"CRMP-{number + 100}"
    desk = Desk(bench)
    bench.new_account(prospect, f"Beta {number}")
    await bench.run()
    return desk, prospect, await activated(desk, 3, 5, account=prospect)


async def ordered(number: int, bench: MortalBench, deaths: Deaths) -> int:
    """An order is made while the process dies; returns how many calls there were."""
    desk, prospect, quote = await ready(number, bench)
    bench.arm(*deaths)
    order = desk.create_order(quote)
    await bench.run()
    calls = bench.calls
    bench.arm()
    is_ordered(desk, quote, order)
    assert desk.bench.customer(prospect) is not None
    return calls


async def undone(number: int, bench: MortalBench, deaths: Deaths) -> int:
    """A held order is undone while the process dies; returns how many calls there were."""
    desk, prospect, quote = await ready(number, bench)
    desk.act("set-parameters", "", customer_group="")
    order = desk.create_order(quote)
    await bench.run()
    unconverted(desk, quote, prospect)
    (conflict,) = await bench.conflicts(kind="held_order", state="open")
    bench.arm(*deaths)
    await held_orders.ask(bench.store, conflict.id, "undo", "Ann", bench.clock)
    await bench.run()
    calls = bench.calls
    bench.arm()
    is_undone(desk, quote, order, prospect)
    return calls


@pytest.mark.parametrize("story", [ordered, undone])
@pytest.mark.parametrize("shard", range(_SHARDS))
async def test_at_every_call(story: Story, shard: int) -> None:
    bench = MortalBench()
    await running(bench=bench)
    calls = await story(0, bench, ())
    assert calls > 30
    # Before a call is after the one before it.
    points = [(1, False)] * (shard == 0) + [(n, True) for n in range(1 + shard, calls + 1, _SHARDS)]
    for number, dies in enumerate(points, 1):
        await story(number, bench, [dies])
        assert bench.crashes == number, f"it did not die at {dies}"
    await at_rest(Desk(bench))
