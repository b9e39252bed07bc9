"""The limiter: rate window, concurrency, and what a pause does to both."""

from __future__ import annotations

import asyncio

import pytest

from connectors.odata.limiter import Limiter
from connectors.odata.options import LimitOptions
from sync.errors import Throttled
from tests.connectors.support import MovedClock


async def _use(limiter: Limiter, times: int = 1) -> None:
    for _ in range(times):
        async with limiter.slot():
            pass


async def test_the_rate_stays_inside_the_window() -> None:
    clock = MovedClock()
    limiter = Limiter(clock, LimitOptions(requests=100, window=4.0, patience=5.0), 8)
    begin = clock.now()
    await _use(limiter, 98)
    assert clock.slept == []
    await _use(limiter)
    assert (clock.now() - begin).total_seconds() == pytest.approx(4.0)


async def test_a_long_wait_for_the_window_is_refused_instead_of_waited() -> None:
    limiter = Limiter(MovedClock(), LimitOptions(requests=10, window=300.0), 8)
    await _use(limiter, 9)
    with pytest.raises(Throttled) as caught:
        await _use(limiter)
    assert caught.value.retry_after == pytest.approx(300.0)


async def test_only_so_many_run_at_a_time_and_all_get_their_turn() -> None:
    limiter = Limiter(MovedClock(), LimitOptions(concurrency=3), 8)
    running = most = 0

    async def work() -> None:
        nonlocal running, most
        async with limiter.slot():
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(work() for _ in range(50)))
    assert (most, running) == (3, 0)


async def test_throttling_halves_and_success_grows_back_by_one_a_round() -> None:
    limiter = Limiter(MovedClock(), LimitOptions(concurrency=52), 52)
    limiter.throttled(0)
    assert limiter.allowed == 26
    limiter.throttled(0)
    assert limiter.allowed == 13
    for _ in range(14):
        limiter.succeeded()
    assert limiter.allowed == 14
    for _ in range(10_000):
        limiter.succeeded()
    assert limiter.allowed == 52
    for _ in range(20):
        limiter.throttled(0)
    assert limiter.allowed == 1


async def test_whoever_gives_up_waiting_does_not_take_the_turn_along() -> None:
    limiter = Limiter(MovedClock(), LimitOptions(concurrency=1), 8)
    entered = asyncio.Event()
    leave = asyncio.Event()

    async def hold() -> None:
        async with limiter.slot():
            entered.set()
            await leave.wait()

    holder = asyncio.create_task(hold())
    await entered.wait()
    impatient = asyncio.create_task(_use(limiter))
    patient = asyncio.create_task(_use(limiter))
    await asyncio.sleep(0)
    impatient.cancel()
    leave.set()
    await asyncio.gather(holder, patient)
    with pytest.raises(asyncio.CancelledError):
        await impatient
