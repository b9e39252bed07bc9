"""The engine on the local systems in memory, step by step, with time in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from connectors.sandbox.direct import DirectDataverse, DirectFinops
from sync.core.conflict import Conflict
from sync.core.kinds import Kinds
from sync.core.link import Link, link_id
from sync.core.mapping import TableMap
from sync.core.row import RowRef, Side
from sync.engine.backfill import Backfill
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.work import Work
from sync.testing.clock import ManualClock
from sync.testing.faulty import Asked, Fault, FaultyConnector
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.simulation.systems import CRM_PERSON, ERP_PERSON, INTEGRATION, Systems

Port = TypeVar("Port")
Weather = Callable[[Asked], "Fault | None"]


class Bench:
    """One service between two systems."""

    def __init__(
        self,
        *,
        gab: bool = False,
        options: ServiceOptions | None = None,
        wrap: Mapping[Side, Callable[[Any], Any]] | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.systems = Systems(gab, self.clock.now)
        self.crm, self.erp, self.kinds = self.systems.crm, self.systems.erp, self.systems.kinds
        self.store, self.log = MemoryStore(), MemoryLog()
        self.options = options or ServiceOptions()
        self.weather: dict[Side, Weather] = {}
        self.before_write: Callable[[], None] | None = None
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._connect(
            {
                side: (wrap or {}).get(side, lambda one: one)(direct)
                for side, direct in self.systems.ports.items()
            }
        )
        self._company = {"msdyn_company@odata.bind": f"/cdm_companies({self.companies()['USMF']})"}
        self.restart()

    def restart(self) -> None:
        """A new process on the same store and log."""
        self.store.crash()
        self.log.crash()
        kinds, store, log, clock = self.kinds, self.store, self.log, self.clock
        self.captures = {
            side: Capture(one, kinds.tables[side], store, log, clock, self)
            for side, one in self.connectors.items()
        }
        self.ingest = Ingest(kinds, store, log, clock, self)
        connectors = {side: self._reached(one) for side, one in self.connectors.items()}
        self.work = Work(kinds, self._reached(store), connectors, clock, self, self.options)
        self.backfill = Backfill(kinds, store, self.captures, self.drain, clock, self)

    def map(self, map_id: str) -> TableMap:
        """A map as it is now."""
        return next(m for m in self.kinds.table_maps if m.id == map_id)

    def change_map(self, map_id: str, **changes: Any) -> None:
        """A new process that has another version of a map."""
        self.kinds = Kinds(
            msgspec.structs.replace(m, **changes) if m.id == map_id else m
            for m in self.kinds.table_maps
        )
        tables = self.kinds.tables
        self._connect(
            {
                Side.CRM: DirectDataverse(self.crm, tables[Side.CRM], INTEGRATION),
                Side.ERP: DirectFinops(self.erp, tables[Side.ERP]),
            }
        )
        self.restart()

    def _connect(self, ports: Mapping[Side, Any]) -> None:
        self.connectors = {
            side: FaultyConnector(port, lambda asked, side=side: self._fault(side, asked))
            for side, port in ports.items()
        }

    def _reached(self, port: Port) -> Port:
        """A port as the work on links reaches it."""
        return port

    def noticed(self, name: str, /, **facts: Any) -> None:
        self.told.append((name, facts))

    def _fault(self, side: Side, asked: Asked) -> Fault | None:
        if asked is Asked.WRITE and self.before_write is not None:
            act, self.before_write = self.before_write, None
            act()
        return self.weather.get(side, lambda _asked: None)(asked)

    async def start(self, master: str = "none", maps: list[str] | None = None) -> None:
        """Start maps, all by default, and run until nothing is left to do."""
        ids = maps or [m.id for m in self.kinds.table_maps]
        await start_maps(self.store, self.kinds, ids, master, self.clock)
        await self.backfill.once()
        await self.run()

    async def drain(self) -> None:
        while await self.ingest.once():
            pass

    async def look(self, *, full: bool = False) -> int:
        """Look at every table, and take in what that found."""
        count = 0
        for capture in self.captures.values():
            for table in capture.tables:
                count += await capture.table(table, full=full)
        await self.drain()
        return count

    async def run(self) -> None:
        """Until nothing is left to do; time passes where something waits for it."""
        for _ in range(50):
            found = await self.look()
            worked = 0
            while done := await self.work.once():
                worked += done
                assert worked < 500, "the work never ends"
            if found or worked:
                continue
            due = [row.due_at for row in await self._links() if row.link.state == "retry"]
            if not due:
                return
            self.clock.advance_to(max(min(due), self.clock.now()))
        raise AssertionError("it does not come to rest")

    async def _links(self) -> list[Any]:
        async with self.store.transaction() as tx:
            return await tx.list_links(limit=10_000)

    async def link(self, kind: str, key: str) -> Link:
        """A link by its key."""
        async with self.store.transaction() as tx:
            return (await tx.links([link_id(kind, key)]))[link_id(kind, key)]

    async def conflicts(self, **wanted: Any) -> list[Conflict]:
        """Conflicts whose attributes have these values."""
        async with self.store.transaction() as tx:
            found = await tx.conflicts(limit=10_000)
        return [c for c in found if all(getattr(c, n) == v for n, v in wanted.items())]

    # what people do and see

    def companies(self) -> dict[str, str]:
        return {r["cdm_companycode"]: r["cdm_companyid"] for r in self.crm.list("cdm_companies")}

    def in_company(self, column: str) -> dict[str, str]:
        """What puts a new CRM row into the company, by its table's column."""
        return {f"{column}@odata.bind": f"/cdm_companies({self.companies()['USMF']})"}

    def new_account(self, number: str | None, name: str, code: int = 8, **more: Any) -> str:
        """A person makes an account; returns its id."""
        body = {"name": name, "customertypecode": code, **self._company, **more}
        if number is not None:
            body["accountnumber"] = number
        row_id: str = self.crm.create("accounts", body, CRM_PERSON)["accountid"]
        return row_id

    def edit_account(self, row_id: str, **values: Any) -> None:
        self.crm.update("accounts", row_id, values, CRM_PERSON)

    def delete_account(self, row_id: str) -> None:
        self.crm.delete("accounts", row_id, CRM_PERSON)

    def account(self, number: str) -> dict[str, Any] | None:
        """The account of a number."""
        rows = self.crm.list("accounts", filter=f"accountnumber eq '{number}'")
        assert len(rows) < 2, f"{len(rows)} accounts have the number {number}"
        return rows[0] if rows else None

    def new_prospect(self, number: str, name: str, **more: Any) -> None:
        body = {
            "ProspectId": number,
            "ProspectName": name,
            "ProspectPartyType": "Organization",
            "ProspectRelationTypeId": "Prospect",
            **more,
        }
        self.erp.create("Prospects", body, ERP_PERSON)

    def edit_prospect(self, number: str, **values: Any) -> None:
        self.erp.update("Prospects", _prospect(number), values, ERP_PERSON)

    def delete_prospect(self, number: str) -> None:
        self.erp.delete("Prospects", _prospect(number), ERP_PERSON)

    def prospect(self, number: str) -> dict[str, Any] | None:
        return self.erp.get("Prospects", _prospect(number))

    def new_customer(self, number: str, name: str, group: str = "10") -> None:
        body = {
            "CustomerAccount": number,
            "OrganizationName": name,
            "PartyType": "Organization",
            "CustomerGroupId": group,
        }
        self.erp.create("CustomersV3", body, ERP_PERSON)

    def edit_customer(self, number: str, **values: Any) -> None:
        key = {"dataAreaId": "usmf", "CustomerAccount": number}
        self.erp.update("CustomersV3", key, values, ERP_PERSON)

    def customer(self, number: str) -> dict[str, Any] | None:
        return self.erp.get("CustomersV3", {"dataAreaId": "usmf", "CustomerAccount": number})

    def group(self, code: str) -> str:
        """A customer group's address, to bind."""
        (row,) = self.crm.list("msdyn_customergroups", filter=f"msdyn_groupid eq '{code}'")
        return f"/msdyn_customergroups({row['msdyn_customergroupid']})"

    def account_ref(self, row_id: str) -> RowRef:
        return RowRef(Side.CRM, "accounts", row_id)


def once(fault: Fault, wanted: Asked = Asked.WRITE) -> Weather:
    """That fault for the next request of a kind."""
    left = [fault]
    return lambda asked: left.pop() if asked is wanted and left else None


def _prospect(number: str) -> dict[str, str]:
    return {"dataAreaId": "usmf", "ProspectId": number}
