"""Two systems that do not keep what is written: the rewrite budget ends it with a question."""

from __future__ import annotations

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.row import Image, Row, RowRef, Side
from sync.engine.backfill import Backfill
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.shadow import ShadowSystem
from sync.engine.work import Work
from sync.ports import VersionKind
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON, shipped_kinds

_COMPANY = "11111111-1111-1111-1111-111111111111"
_ACCOUNT = RowRef(Side.CRM, "accounts", "22222222-2222-2222-2222-222222222222")


class _Whispering(ShadowSystem):
    """Keeps every name in small letters."""

    def put(self, ref: RowRef, values: Image) -> Row:
        name = values.get("name")
        return super().put(ref, {**values, "name": str(name).lower()} if name else values)


class _Shouting(ShadowSystem):
    """Keeps every name in capitals."""

    def put(self, ref: RowRef, values: Image) -> Row:
        name = values.get("ProspectName")
        return super().put(ref, {**values, "ProspectName": str(name).upper()} if name else values)


class _Silent:
    def noticed(self, name: str, /, **facts: object) -> None:
        """Nobody listens."""


async def test_a_value_that_neither_side_keeps_ends_with_a_person() -> None:
    kinds, store, log, clock = shipped_kinds(False), MemoryStore(), MemoryLog(), ManualClock()
    crm = _Whispering(Side.CRM, kinds.tables[Side.CRM], VersionKind.ORDERED)
    erp = _Shouting(Side.ERP, kinds.tables[Side.ERP], VersionKind.EQUALITY)
    systems, silent = {Side.CRM: crm, Side.ERP: erp}, _Silent()
    company = RowRef(Side.CRM, "cdm_companies", _COMPANY)
    crm.put(company, {"cdm_companyid": _COMPANY, "cdm_companycode": "USMF", "cdm_name": "C"})
    legal = RowRef(Side.ERP, "LegalEntities", "LegalEntityId='USMF'")
    erp.put(legal, {"LegalEntityId": "USMF", "Name": "C"})
    crm.put(
        _ACCOUNT,
        {
            "accountid": _ACCOUNT.row_id,
            "accountnumber": "A-1",
            "name": "Alpha",
            "customertypecode": 8,
            "msdyn_company": _COMPANY,
        },
    )
    captures = {
        side: Capture(one, kinds.tables[side], store, log, clock, silent)
        for side, one in systems.items()
    }
    ingest = Ingest(kinds, store, log, clock, silent)

    async def drain() -> None:
        while await ingest.once():
            pass

    work = Work(kinds, store, systems, clock, silent, ServiceOptions(rewrite_budget=3))
    await start_maps(store, kinds, ["prospects-accounts"], "crm", clock)
    await Backfill(kinds, store, captures, drain, clock, silent).once()
    for _ in range(30):
        clock.advance(1)
        while await work.once():
            pass
        found = [await c.table(table) for c in captures.values() for table in c.tables]
        await drain()
        if not any(found):
            break
    else:
        raise AssertionError("it never ends")
    async with store.transaction() as tx:
        (conflict,) = await tx.conflicts()
        receipts = await tx.receipts(limit=1000)
    assert (conflict.kind, conflict.field) == (ConflictKind.PING_PONG, "name")
    assert conflict.state is ConflictState.OPEN
    names = [change for r in receipts for change in r.changes if change["field"] == "name"]
    assert 3 <= len(names) <= 12


async def test_a_lookup_to_an_unknown_row_waits_and_hurts_nobody(bench: Bench) -> None:
    """A customer group without company is no record yet; whoever refers to it waits for it."""
    group = bench.crm.create("msdyn_customergroups", {"msdyn_groupid": "30"}, CRM_PERSON)
    at = f"/msdyn_customergroups({group['msdyn_customergroupid']})"
    bench.new_account("A-1", "Waits", 3, **{"msdyn_customergroupid@odata.bind": at})
    bench.new_account("A-2", "Goes on")
    await bench.start()
    assert bench.customer("A-1") is None
    assert bench.prospect("A-2") is not None
    link = await bench.link("account", "usmf|a-1")
    assert link.state == "waiting"
    assert "is not known yet" in str(link.problem and link.problem.message)
    company = f"/cdm_companies({bench.companies()['USMF']})"
    bench.crm.update(
        "msdyn_customergroups",
        group["msdyn_customergroupid"],
        {"msdyn_company@odata.bind": company},
        CRM_PERSON,
    )
    await bench.run()
    assert bench.customer("A-1")["CustomerGroupId"] == "30"


async def test_many_edits_by_one_person_are_no_ping_pong(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    for number in range(2 * bench.options.rewrite_budget):
        bench.edit_account(row_id, name=f"Name {number}")
        bench.clock.advance(1)
        await bench.run()
        assert bench.prospect("A-1")["ProspectName"] == f"Name {number}"
    assert await bench.conflicts() == []
