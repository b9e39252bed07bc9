"""Draws of many processes at once: no number twice, none lost, one answer for one key."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from sync.core.leases import Lease
from sync.store.engine import Database
from sync.store.migrate import migrate
from sync.store.sql_store import SqlStore
from tests.contracts.drawing import SEQUENCE

PROCESSES, DRAWS = 4, 24


async def _draw_in_processes(url: str) -> list[dict[str, list[str]]]:
    """What each process got."""
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.contracts.drawing", url, f"p{number}", str(DRAWS)),
            stdout=asyncio.subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    answers = await asyncio.gather(*(process.communicate() for process in running))
    assert [process.returncode for process in running] == [0] * PROCESSES
    return [json.loads(out) for out, _ in answers]


async def _leases(url: str) -> list[Lease]:
    store = SqlStore(Database(url))
    async with store.transaction() as state:
        leases = await state.leases(limit=1000)
    await store.close()
    return leases


async def _hold(url: str) -> None:
    answers = await _draw_in_processes(url)
    by_key: dict[str, list[str]] = {}
    for answer in answers:
        for key, numbers in answer.items():
            assert by_key.setdefault(key, numbers) == numbers, f"{key} got two answers"
    shared = [key for key in by_key if key.startswith("shared-")]
    assert len(shared) == DRAWS // 3
    assert len(by_key) == PROCESSES * (DRAWS - len(shared) + 1) + len(shared)
    numbers = [number for several in by_key.values() for number in several]
    assert len(numbers) == len(set(numbers)), "a number was given twice"
    leases = await _leases(url)
    left = {
        SEQUENCE.format.number(value) for lease in leases for value in lease.take(lease.left)[0]
    }
    leased = {
        SEQUENCE.format.number(value)
        for lease in leases
        for value in range(lease.first, lease.last + 1)
    }
    assert set(numbers) | left == leased, "a number is neither given nor left"
    assert not set(numbers) & left
    assert len(leased) == sum(lease.size for lease in leases), "blocks overlap"
    assert sum(lease.size == 11 for lease in leases if lease.by) == PROCESSES


@pytest.mark.timeout(60)
async def test_on_sqlite(sqlite_url: str) -> None:
    await _hold(sqlite_url)


@pytest.mark.timeout(60)
async def test_on_postgresql(postgres_url: str) -> None:
    await migrate(postgres_url)
    await _hold(postgres_url)
