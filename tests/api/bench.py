"""The real application on the in-memory store, with records as captured from both systems."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from connectors.dataverse.factory import open_dataverse
from connectors.finops.factory import open_finops
from connectors.odata.opening import Credentials
from mappings.loader import load_maps
from sync.api.app import create_app
from sync.api.context import ApiContext
from sync.core.conflict import Conflict, ConflictKind, ConflictState
from sync.core.event import upserted
from sync.core.kinds import Kinds
from sync.core.leases import SharedSequence
from sync.core.link import Agreed, LinkState, Problem, link_id
from sync.core.row import Image, Row, RowRef, Side
from sync.core.sequences import NumberSpace
from sync.engine.business import Business
from sync.engine.draws import Draws
from sync.engine.ingest import MALFORMED
from sync.engine.lasting import lasting
from sync.engine.options import ServiceOptions
from sync.engine.sequences import NumberCheck
from sync.engine.service import Service
from sync.metrics import Metrics
from sync.ports import DeadLetter, MapRun, Receipt, TellsSequences, WakeUp
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore

TOKEN = "token-of-the-api-under-test"
READER_TOKEN = "lesser-token-of-the-api-under-test"
CRM_SECRET, ERP_SECRET = "secret-of-the-crm-webhook", "secret-of-the-erp-webhook"
COMPANY_ROW = "11111111-0000-0000-0000-000000000001"
ACCOUNT_ROW = "22222222-0000-0000-0000-000000000001"
ACCOUNT = link_id("account", "usmf|pr-000001")


CUSTOMERS = SharedSequence.of(
    "customers-usmf",
    NumberSpace("USMF", ("account", "person")),
    "account",
    "CU-####",
    last=200,
    block=10,
)


@cache
def kinds() -> Kinds:
    return Kinds(load_maps(gab=False))


class Unreachable(httpx.AsyncBaseTransport):
    """The network: nobody answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody answers", request=request)


class Notes:
    """Keeps what the observer is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []

    def noticed(self, name: str, /, **facts: Any) -> None:
        self.heard.append((name, facts))


class Woken(Service):
    """The service, which also remembers what woke it up."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self.notices: list[tuple[Side, WakeUp]] = []

    def wake(self, side: Side, notice: WakeUp) -> None:
        self.notices.append((side, notice))
        super().wake(side, notice)


@dataclass
class Bench:
    """An API with everything behind it; only the systems are out of reach."""

    store: MemoryStore = field(default_factory=MemoryStore)
    log: MemoryLog = field(default_factory=MemoryLog)
    clock: ManualClock = field(default_factory=ManualClock)
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        tables, me = kinds().tables, Credentials(client_id="x", client_secret="y")
        nobody: dict[str, Any] = {"carrier": Unreachable(), "token_carrier": Unreachable()}
        crm = open_dataverse("http://crm.test", me, tables[Side.CRM], **nobody)
        erp = open_finops("http://erp.test", me, tables[Side.ERP], **nobody)
        self.service = Woken(
            kinds=kinds(),
            store=self.store,
            log=self.log,
            connectors={Side.CRM: crm, Side.ERP: erp},
            clock=self.clock,
            observer=self.notes,
            options=ServiceOptions(),
        )
        tellers: dict[Side, TellsSequences] = {Side.CRM: crm, Side.ERP: erp}
        self.numbers = NumberCheck(kinds(), self.store, tellers, self.clock, self.notes)
        self.business = Business(self.store, kinds(), self.clock)
        self.draws = Draws([CUSTOMERS], self.clock)
        metrics = Metrics(
            self.store,
            self.clock,
            dict,
            self.business.counts,
            lambda: lasting(self.store, self.draws),
        )
        self.context = ApiContext(
            service=self.service,
            store=self.store,
            kinds=kinds(),
            clock=self.clock,
            business=self.business,
            numbers=self.numbers,
            draws=self.draws,
            observer=self.notes,
            exposition=metrics.exposition,
            token=TOKEN,
            hook_secrets={"crm": CRM_SECRET, "erp": ERP_SECRET},
            version="1.2.3",
            reader_token=READER_TOKEN,
        )

    def client(self, token: str | None = TOKEN) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        carrier = httpx.ASGITransport(create_app(self.context), raise_app_exceptions=False)
        return httpx.AsyncClient(transport=carrier, base_url="http://api.test", headers=headers)

    async def capture(self, side: Side, table: str, row_id: str, image: Image, order: int) -> None:
        """Let a row's change go through the log into the inbox."""
        version, ordered = f'W/"{order}"', order if side is Side.CRM else None
        row = Row(RowRef(side, table, row_id), version, image, ordered, actor="jane")
        await self.log.publish([upserted(row)])
        await self.service.ingest.once(0)

    async def account(self) -> None:
        """A company and an account that stand on both sides, agreed but for what changed since."""
        await self.capture(
            Side.CRM, "cdm_companies", COMPANY_ROW, {"cdm_companycode": "USMF"}, order=1
        )
        await self.capture(
            Side.CRM,
            "accounts",
            ACCOUNT_ROW,
            {
                "accountnumber": "PR-000001",
                "msdyn_company": COMPANY_ROW,
                "customertypecode": 8,
                "name": "Alpine Ski House",
                "telephone1": "555-0100",
            },
            order=2,
        )
        await self.capture(
            Side.ERP,
            "Prospects",
            "dataAreaId='usmf',ProspectId='PR-000001'",
            {
                "dataAreaId": "usmf",
                "ProspectId": "PR-000001",
                "ProspectName": "Alpine Ski",
                "ProspectPartyType": "Organization",
                "ProspectRelationTypeId": "Prospect",
                "ProspectPartyNumber": "EPA-000001",
                "PrimaryPhoneNumber": "555-0100",
            },
            order=1,
        )
        async with self.store.transaction() as tx:
            link = (await tx.links([ACCOUNT]))[ACCOUNT]
            link.base = {"name": Agreed("Alpine Ski", "Alpine Ski")}
            link.alias, link.state = "EPA-000001", LinkState.CONFLICT
            link.stage = "prospect"
            link.fields = {"delivery_address": "not synchronised"}
            link.problem = Problem("clash", "Both sides have their own name.", "Choose one.")
            await tx.update_links([link])
            clash = Conflict("c" * 32, ACCOUNT, ConflictKind.CLASH, "name", crm="A", erp="B")
            settled = Conflict(
                "d" * 32, ACCOUNT, ConflictKind.CLASH, "fax", state=ConflictState.RESOLVED
            )
            await tx.put_conflicts([clash, settled])
            letter = DeadLetter("e" * 32, None, "event_malformed", "No JSON.", None, {}, "2026")
            own = DeadLetter("f" * 32, ACCOUNT, "rejected", "Refused.", "Cure.", {"a": 1}, "2026")
            await tx.put_dead_letters([letter, own])
            await tx.draw_number(MALFORMED)
            change = {"field": "name", "value": "Alpine Ski", "reason": "only the CRM changed it"}
            await tx.add_receipts(
                [
                    Receipt(
                        ACCOUNT, f"p{n}", "2026", Side.ERP, "m", (change,), {}, {"ok": True}, True
                    )
                    for n in range(3)
                ]
            )
            await tx.put_map_run(MapRun("companies", "running", "crm", "2026-01-01T00:00:00Z"))
