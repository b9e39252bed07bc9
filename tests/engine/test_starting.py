"""Starting: maps while events keep coming, and a service whose systems are away."""

from __future__ import annotations

import asyncio
from typing import Any

from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.replay import Silent
from sync.engine.service import Service
from sync.ports import LogRecord
from sync.testing.faulty import Asked, Fault, FaultyConnector
from sync.testing.loop import LoopClock, run_virtual
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.simulation.systems import Systems


class _Busy(MemoryLog):
    """There is always something more."""

    number = 0

    async def poll(self, limit: int, wait: float) -> list[LogRecord]:
        self.number += 1
        self.publish_broken(f"noise {self.number}".encode(), "no JSON")
        return await super().poll(limit, wait)


def test_maps_start_although_events_never_stop_coming() -> None:
    """What is waited for is what the maps' own reading found, not a moment of silence."""

    async def story() -> None:
        clock, store = LoopClock(), MemoryStore()
        systems = Systems(False, clock.now)
        service = Service(
            kinds=systems.kinds,
            store=store,
            log=_Busy(),
            connectors=dict(systems.ports),
            clock=clock,
            observer=Silent(),
            options=ServiceOptions(),
        )
        ids = [m.id for m in systems.kinds.table_maps]
        await start_maps(store, systems.kinds, ids, "crm", clock)
        await service.start()
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        await asyncio.sleep(60.0)
        stop.set()
        await running
        async with store.transaction() as tx:
            runs = await tx.map_runs()
            links = await tx.count_links()
        assert {run.state for run in runs.values()} == {"running"}
        assert links["company", "settled"] == 1

    run_virtual(story())


def test_a_start_that_fails_waits_longer_each_time_and_as_long_as_it_is_asked_to() -> None:
    """Each attempt reads both systems whole: once a second would keep a busy one busy."""
    told: list[str] = []

    class Listening(Silent):
        def noticed(self, name: str, /, **facts: Any) -> None:
            told.append(name)

    async def story() -> None:
        clock, store = LoopClock(), MemoryStore()
        systems = Systems(False, clock.now)
        service = Service(
            kinds=systems.kinds,
            store=store,
            log=MemoryLog(),
            connectors={
                side: FaultyConnector(
                    one, lambda asked: Fault.THROTTLE if asked is Asked.CHANGES else None
                )
                for side, one in systems.ports.items()
            },
            clock=clock,
            observer=Listening(),
            options=ServiceOptions(),
        )
        await start_maps(store, systems.kinds, ["companies"], "crm", clock)
        await service.start()
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        await asyncio.sleep(100.0)
        stop.set()
        await running

    run_virtual(story())
    assert 1 < told.count("backfill_failed") <= 4
