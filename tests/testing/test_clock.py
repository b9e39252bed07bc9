"""Time that passes only when told."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

import pytest

from sync.clock import SystemClock
from sync.testing.clock import ManualClock


async def test_sleepers_wake_in_the_order_in_which_they_are_due() -> None:
    clock = ManualClock()
    woken: list[str] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    tasks = [
        asyncio.create_task(sleep(name, seconds))
        for name, seconds in (("late", 10), ("early", 5), ("also early", 5), ("never", 11))
    ]
    await asyncio.sleep(0)
    assert clock.next_wake == clock.now() + timedelta(seconds=5)
    assert clock.advance(4.5) == 0
    assert clock.advance(5.5) == 3
    await asyncio.gather(*tasks[:3])
    assert woken == ["early", "also early", "late"]
    assert clock.next_wake == clock.now() + timedelta(seconds=1)
    tasks[3].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[3]
    assert clock.next_wake is None
    assert clock.advance(1) == 0


async def test_no_time_passes_by_itself() -> None:
    clock = ManualClock()
    before = clock.now()
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.now() == before
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(before - timedelta(seconds=1))


async def test_the_system_clock_is_in_utc() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0)
    assert before.tzinfo is UTC
    assert clock.now() >= before
