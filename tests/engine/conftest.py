"""A service between two systems for every test."""

from __future__ import annotations

import pytest

from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.people import People


@pytest.fixture
def bench() -> Bench:
    """Without party and global address book, nothing started yet."""
    return Bench()


@pytest.fixture(params=[False, True], ids=["nogab", "gab"])
async def both(request: pytest.FixtureRequest) -> Desk:
    """Everything is running, in each variant; CRMP-001 is a prospect on both sides."""
    return await running(gab=request.param)


@pytest.fixture
async def desk(bench: Bench) -> Desk:
    """Everything is running, without party and global address book; CRMP-001 as above."""
    return await running(bench=bench)


async def running(*, gab: bool = False, bench: Bench | None = None) -> Desk:
    """A desk whose service runs, with CRMP-001 a prospect on both sides."""
    bench = bench or Bench(gab=gab)
    bench.new_account("CRMP-001", "Beta Inc")
    await bench.start()
    return Desk(bench)


@pytest.fixture(params=[False, True], ids=["nogab", "gab"])
async def people(request: pytest.FixtureRequest) -> People:
    """Persons, in either flavour, with every map started."""
    bench = People(gab=request.param)
    await bench.start()
    return bench
