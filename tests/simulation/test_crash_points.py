"""The process dies before and after every single port call of a story that has it all."""

from __future__ import annotations

from collections import Counter

import pytest

from sync.testing.loop import run_virtual
from tests.simulation.check import Checker
from tests.simulation.run import command
from tests.simulation.weather import Faults
from tests.simulation.world import World

_SHARDS = 8
pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


async def _story(gab: bool, dies: tuple[int, bool] | None) -> World:
    """Records on both sides, edits, a clash, a contact, a conversion on each side."""
    world = World(1, gab=gab, faults=Faults())
    world.dies = lambda _number, _done: False
    people = world.people
    # Set-up runs already: to die while one more of its tables is read shows nothing new.
    await world.start_maps("erp", moving=False)
    await world.work_alone()
    world.calls = 0
    world.dies = lambda number, done: (number, done) == dies
    people.story_begins()
    await world.start_maps("erp", moving=True)
    await world.work_alone()
    people.story_goes_on()
    await world.work_alone()
    people.story_clashes()
    await world.work_alone()
    world.seen.counts["story calls"] = world.calls
    await world.settle()
    return world


def _run(gab: bool, dies: tuple[int, bool] | None) -> World:
    async def run() -> World:
        world = await _story(gab, dies)
        found = await Checker(world).look()
        if await world.again():
            found.append("P5 a replay of the whole stream wrote")
        where = f"{'gab' if gab else 'nogab'}, died {dies}"
        assert not found, "\n".join((where, command(1, gab), *found))
        return world

    return run_virtual(run())


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
def test_the_story_has_it_all(gab: bool) -> None:
    """Else the crash points would show little."""
    world = _run(gab, None)
    assert world.seen.counts["crashes"] == 0
    assert len(world.systems.crm.list("accounts", filter="customertypecode eq 3")) >= 2
    assert len(world.systems.erp.list("CustomersV3")) >= 2


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("shard", range(_SHARDS))
def test_every_crash_point(shard: int, gab: bool, seen: Counter[str]) -> None:
    """Before and after each call, once."""
    calls = _run(gab, None).seen.counts["story calls"]
    assert calls > 100
    for number in range(1 + shard, calls + 1, _SHARDS):
        for done in (False, True):
            world = _run(gab, (number, done))
            assert world.seen.counts["crashes"] >= 1, f"it did not die at {number}, {done}"
            seen["crash points"] += 1
