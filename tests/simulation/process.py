"""One life of the service: fresh engine objects on a store and log that outlive it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from random import Random
from typing import Any

from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.backfill import Backfill
from sync.engine.breakers import Breakers
from sync.engine.capture import Capture
from sync.engine.guarding import Guarded
from sync.engine.ingest import Ingest
from sync.engine.options import ServiceOptions
from sync.engine.probing import Probing
from sync.engine.work import Work
from sync.errors import RemoteError
from sync.ports import ChangeLog, Clock, Connector, Observer, Store
from sync.testing.crashing import Gate, ProcessDied, guarded

_SELDOM = 0.8
"""How likely a look at a table of reference data is left out, as the service's own pace does."""


class Process:
    """The engine at work.

    Args:
        kinds: All kinds.
        store: The state.
        log: The change log.
        connectors: Both systems.
        clock: Virtual time.
        observer: Hears what happens.
        gate: What every port call passes.
        options: Sizes and times.
        random: Chance, for pauses and looks that are left out.
        blind: How likely a look at a table is left out.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        log: ChangeLog,
        connectors: Mapping[Side, Connector],
        clock: Clock,
        observer: Observer,
        *,
        gate: Gate,
        options: ServiceOptions,
        random: Random,
        blind: float = 0.0,
    ) -> None:
        store, log = guarded(store, gate), guarded(log, gate)
        remote = {side: guarded(one, gate) for side, one in connectors.items()}
        self.gate, self._clock, self._options = gate, clock, options
        self._random, self._blind = random, blind
        breakers = Breakers(clock, observer)
        asked = {side: Guarded(one, breakers) for side, one in remote.items()}
        self.probing = [Probing(one, breakers) for one in asked.values()]
        self.captures = {
            side: Capture(one, kinds.tables[side], store, log, clock, observer)
            for side, one in asked.items()
        }
        self.ingest = Ingest(kinds, store, log, clock, observer, batch=20)
        self.work = Work(kinds, store, asked, clock, observer, options, breakers=breakers)
        self.backfill = Backfill(kinds, store, self.captures, self.drain, clock, observer)
        self.log = log

    async def drain(self) -> None:
        """Take in everything that the log holds."""
        while await self.ingest.once():
            pass

    @property
    def often(self) -> set[str]:
        """The tables that people edit; the others hold reference data."""
        every = self.captures.values()
        return {t for capture in every for t in capture.tables if t not in capture.seldom}

    async def capture(self, tables: Collection[str] = (), *, full: bool = False) -> int:
        """Look at every table of both systems, or some; returns how many events that made."""
        count = 0
        for capture in self.captures.values():
            for table in capture.tables:
                if tables and table not in tables:
                    continue
                if full or self._random.random() >= self._blind:
                    count += await capture.table(table, full=full)
        return count

    async def live(self) -> None:
        """Work until it dies or is cancelled; what a system refuses is tried again later."""
        await self.log.start()
        loops: list[Callable[[], Awaitable[Any]]] = [
            self.backfill.once,
            self.ingest.once,
            *(self._working for _ in range(self._options.workers)),
            *(self._looking(capture) for capture in self.captures.values()),
        ]
        tasks = [asyncio.ensure_future(self._loop(once)) for once in loops]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.gate.dead = True
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(
                end, ProcessDied | asyncio.CancelledError
            ):
                raise end
        raise ProcessDied

    async def _working(self) -> None:
        for probing in self.probing:
            await probing.once()
        await self.work.once()

    def _looking(self, capture: Capture) -> Callable[[], Awaitable[Any]]:
        async def look() -> None:
            for table in capture.tables:
                if table in capture.seldom and self._random.random() < _SELDOM:
                    continue
                if self._random.random() >= self._blind:
                    await capture.table(table)

        return look

    async def _loop(self, once: Callable[[], Awaitable[Any]]) -> None:
        while True:
            pause = self._random.uniform(0.1, 3.0)
            try:
                await once()
            except RemoteError:
                pause += 5.0
            await self._clock.sleep(pause)
