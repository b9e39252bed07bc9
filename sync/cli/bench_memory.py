"""The whole line on the local systems in memory, with its state in a SQLite file."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connectors.sandbox.dataverse import open_system
from connectors.sandbox.direct import DirectDataverse, DirectFinops
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller
from mappings.loader import load_maps
from sync.clock import SystemClock
from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.replay import Silent
from sync.engine.service import Service
from sync.log.embedded import EmbeddedLog
from sync.store.engine import Database
from sync.store.log_tables import SqlLogTables
from sync.store.migrate import migrate
from sync.store.sql_store import SqlStore

_PERSON = Caller("00000000-0000-0000-0000-0000000000bb", "person", is_integration=False)
_BATCH = 500


async def measure_memory(changes: int) -> dict[str, Any]:
    """Take `changes` changes of prospects through capture, log, inbox, decision and write.

    A fifth of them are creates, the rest edits, in rounds; half in either system. State and log are
    the embedded ones, on disk.

    Returns:
        `events_per_second`, from the edit to its receipt.
    """
    with TemporaryDirectory(prefix="dualwrite-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        await migrate(url)
        world = _World(url)
        try:
            await world.start()
            spent = await world.play(changes // 5, rounds=4)
        finally:
            await world.service.store.close()
    return {"events": changes, "events_per_second": round(changes / spent)}


class _World:
    def __init__(self, url: str) -> None:
        kinds, clock = Kinds(load_maps(gab=False)), SystemClock()
        self._crm = open_system(Storage(None), gab=False, callers=[_PERSON])
        self._erp = FinopsSystem(Storage(None))
        database = Database(url)
        self.service = Service(
            kinds=kinds,
            store=SqlStore(database),
            log=EmbeddedLog(SqlLogTables(database)),
            connectors={
                Side.CRM: DirectDataverse(self._crm, kinds.tables[Side.CRM]),
                Side.ERP: DirectFinops(self._erp, kinds.tables[Side.ERP]),
            },
            clock=clock,
            observer=Silent(),
            options=ServiceOptions(batch=_BATCH, ingest_batch=_BATCH),
        )

    async def start(self) -> None:
        """Start every map and come to rest."""
        service = self.service
        await service.start()
        ids = [table_map.id for table_map in service.kinds.table_maps]
        await start_maps(service.store, service.kinds, ids, "erp", service.clock)
        service.backfill.drain_with(self._take)
        await service.backfill.once()
        await self._rest()

    async def play(self, records: int, rounds: int) -> float:
        """Create records and edit them all in rounds; the seconds that the service worked."""
        accounts, prospects = self._create(records)
        spent = await self._rest()
        for turn in range(rounds):
            for account in accounts:
                self._crm.update("accounts", account, {"name": f"{account[:8]} {turn}"}, _PERSON)
            for number in prospects:
                key = {"dataAreaId": "usmf", "ProspectId": number}
                self._erp.update("Prospects", key, {"ProspectName": f"{number} {turn}"}, _PERSON)
            spent += await self._rest()
        return spent

    def _create(self, records: int) -> tuple[list[str], list[str]]:
        company = self._crm.list("cdm_companies")[0]["cdm_companyid"]
        half = records // 2
        accounts = [
            self._crm.create(
                "accounts",
                {
                    "name": f"Company {number}",
                    "accountnumber": f"BENCH-{number:06d}",
                    "customertypecode": 8,
                    "msdyn_company@odata.bind": f"/cdm_companies({company})",
                },
                _PERSON,
            )["accountid"]
            for number in range(half)
        ]
        body = {"dataAreaId": "usmf", "ProspectPartyType": "Organization"}
        prospects = [
            self._erp.create("Prospects", {**body, "ProspectName": f"Company {n}"}, _PERSON)
            for n in range(records - half)
        ]
        return accounts, [row["ProspectId"] for row in prospects]

    async def _rest(self) -> float:
        began = time.perf_counter()
        while True:
            found = 0
            for side, table in ((Side.CRM, "accounts"), (Side.ERP, "Prospects")):
                found += await self.service.captures[side].table(table)
            await self._take()
            while await self.service.work.once():
                pass
            if not found:
                return time.perf_counter() - began

    async def _take(self) -> None:
        while await self.service.ingest.once():
            pass
