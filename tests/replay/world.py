"""A small world for recordings: the engine on the local systems, in memory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from connectors.sandbox.dataverse.seed import seed_system
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.direct import DirectDataverse, DirectFinops
from connectors.sandbox.finops.actions import actions_of
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller
from mappings.loader import load_maps
from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.backfill import Backfill
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.journal import Journaled
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.recording import record
from sync.engine.replay import Silent
from sync.engine.work import Work
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore

PERSON = Caller("00000000-0000-0000-0000-0000000000aa", "person", is_integration=False)
_ROUNDS = 30


class World:
    """Two systems and a service between them.

    Args:
        gab: Whether the CRM has party and global address book.
    """

    def __init__(self, *, gab: bool, options: ServiceOptions | None = None) -> None:
        self.gab, self.options = gab, options or ServiceOptions()
        self.kinds = Kinds(load_maps(gab=gab))
        self.clock = ManualClock()
        self._made = 0
        self.crm = DataverseSystem(
            Storage(None), gab=gab, clock=self.clock.now, new_id=self._next_id
        )
        seed_system(self.crm, [PERSON])
        self.erp = FinopsSystem(Storage(None), clock=self.clock.now)
        self.store, self.log = MemoryStore(), MemoryLog()
        tables, seen = self.kinds.tables, Silent()
        systems = {
            Side.CRM: DirectDataverse(self.crm, tables[Side.CRM]),
            Side.ERP: DirectFinops(self.erp, tables[Side.ERP]),
        }
        self.captures = {
            side: Capture(system, tables[side], self.store, self.log, self.clock, seen)
            for side, system in systems.items()
        }
        self._ingest = Ingest(self.kinds, self.store, self.log, self.clock, seen)
        self._work = Work(
            self.kinds,
            self.store,
            {side: Journaled(system, self.log, self.clock) for side, system in systems.items()},
            self.clock,
            seen,
            self.options,
        )
        self._backfill = Backfill(
            self.kinds, self.store, self.captures, self._drain, self.clock, seen
        )

    async def start(self) -> None:
        """Start every map with the ERP as master, and come to rest."""
        await self.log.start()
        ids = [table_map.id for table_map in self.kinds.table_maps]
        await start_maps(self.store, self.kinds, ids, "erp", self.clock)
        await self._backfill.once()
        await self.rest()

    async def rest(self, *tables: tuple[Side, str]) -> None:
        """Capture and work until nothing changes any more.

        Args:
            tables: What to capture first, in this order; everything else follows.
        """
        for side, table in tables:
            await self.captures[side].table(table)
            await self._turn()
        for _ in range(_ROUNDS):
            worked = 0
            for capture in self.captures.values():
                for table in capture.tables:
                    if await capture.table(table):
                        # What is decided together must be what a replay decides together.
                        worked += await self._turn()
            if not worked + await self._turn():
                return
        raise AssertionError("The world does not come to rest.")

    def account(self, number: str) -> dict[str, Any]:
        """The CRM account with that number."""
        return next(row for row in self.crm.list("accounts") if row["accountnumber"] == number)

    def act(self, action: str, **body: Any) -> None:
        """Do something in the ERP's back office."""
        actions_of(self.erp, PERSON)[action]({"company": "USMF", **body})

    async def recording(self) -> bytes:
        """Everything the service has seen, as a recording."""
        numbers = self.options.person_prospect_id
        recorded = record(self.store, self.log, gab=self.gab, numbers=numbers)
        lines = [line async for line in recorded]
        return b"".join(line + b"\n" for line in lines)

    async def _turn(self) -> int:
        self.clock.advance(1)
        await self._drain()
        worked = 0
        while count := await self._work.once():
            worked += count
        return worked

    async def _drain(self) -> None:
        while await self._ingest.once():
            pass

    def _next_id(self) -> str:
        self._made += 1
        return str(UUID(int=self._made))
