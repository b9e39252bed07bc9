"""The engine on a store and a log of any make, with any number of workers, run to rest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sync.core.conflict import Conflict
from sync.engine.backfill import Backfill
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.work import Work
from sync.ports import ChangeLog, Store
from sync.testing.clock import ManualClock
from tests.matrix.canon import dump
from tests.matrix.tellers import Tellers
from tests.simulation.check import Checker
from tests.simulation.systems import Systems, played_kinds

_ROUNDS = 80
_WAIT = 0.2
"""How long a poll of a log that takes its time waits for what was appended before."""


@dataclass(frozen=True)
class Ending:
    """How a story ended.

    Attributes:
        dump: What both systems say.
        conflicts: What is open: kind, record, field.
        writes: In how many transactions the service wrote.
        acts: What people did.
    """

    dump: list[str]
    conflicts: list[str]
    writes: int
    acts: list[str]


class Stage:
    """One service between two systems."""

    def __init__(
        self, store: Store, log: ChangeLog, *, gab: bool, seed: int, workers: int, batch: int
    ) -> None:
        self.store, self._log, self._workers = store, log, workers
        self.clock = ManualClock()
        kinds = played_kinds(gab, sales=True)
        self.systems = Systems(gab, self.clock.now, kinds=kinds)
        self.people = Tellers(self.systems, seed)
        options = ServiceOptions(workers=workers, batch=batch)
        ports = self.systems.ports
        self._captures = {
            side: Capture(one, kinds.tables[side], store, log, self.clock, self)
            for side, one in ports.items()
        }
        self._ingest = Ingest(kinds, store, log, self.clock, self)
        self._work = Work(kinds, store, ports, self.clock, self, options)
        self._backfill = Backfill(kinds, store, self._captures, self._drain, self.clock, self)
        self._published = self._taken = 0

    def noticed(self, name: str, /, **facts: Any) -> None:
        """Count what went into the log, and what came out of it."""
        if name == "changes_captured":
            self._published += facts["events"]
        elif name == "events_ingested":
            self._taken += facts["crm"] + facts["erp"] + facts["repeated"]

    async def play(self) -> Ending:
        """The whole story; every promise is checked at its end."""
        self.people.begin()
        kinds = self.systems.kinds
        ids = [m.id for m in kinds.table_maps]
        await start_maps(self.store, kinds, ids, "erp", self.clock)
        await self._backfill.once()
        for _ in range(self.people.chapters):
            await self._rest()
            self.people.chapter()
        await self._rest()
        found = await Checker(self).look()
        assert not found, "\n".join(found)
        return Ending(dump(self.systems), await self._open(), self.systems.writes, self.people.acts)

    async def _drain(self) -> None:
        """Until everything that went into the log has come out of it."""
        while self._taken < self._published:
            await self._ingest.once(_WAIT)

    async def _rest(self) -> None:
        for _ in range(_ROUNDS):
            found = 0
            for capture in self._captures.values():
                for table in capture.tables:
                    found += await capture.table(table)
            await self._drain()
            worked = 0
            while done := sum(await self._at_once()):
                worked += done
                assert worked < 5000, "the work never ends"
            if found or worked:
                continue
            due = await self._due()
            if due is None:
                return
            self.clock.advance_to(max(due, self.clock.now()))
        raise AssertionError("it does not come to rest")

    async def _at_once(self) -> list[int]:
        return await asyncio.gather(*(self._work.once() for _ in range(self._workers)))

    async def _due(self) -> Any:
        async with self.store.transaction() as tx:
            rows = await tx.list_links(limit=100_000)
        dues = [r.due_at for r in rows if r.due_at is not None and r.link.state != "waiting"]
        return min(dues, default=None)

    async def _open(self) -> list[str]:
        async with self.store.transaction() as tx:
            rows = {r.link.id: r.link for r in await tx.list_links(limit=100_000)}
            found: list[Conflict] = await tx.conflicts(limit=100_000)
        names = [(c, rows[c.link_id]) for c in found if c.state == "open"]
        return sorted(f"{c.kind} {link.kind} {link.key} {c.field}" for c, link in names)
