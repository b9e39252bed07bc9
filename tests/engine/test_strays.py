"""Strays and rivals: rows of no record, of records that went, and two of one number."""

from __future__ import annotations

from sync.core.conflict import Conflict, ConflictKind, ConflictState
from sync.core.row import RowRef, Side
from sync.engine.backfill import Backfill
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.engine.reconcile import Reconcile
from sync.engine.replay import Silent
from sync.engine.shadow import ShadowSystem
from sync.engine.work import Work
from sync.ports import VersionKind
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.engine.disagreeing import two_candidates
from tests.simulation.systems import CRM_PERSON, shipped_kinds


async def test_a_row_without_company_is_told_in_the_log(bench: Bench) -> None:
    body = {"name": "Nowhere", "accountnumber": "A-1", "customertypecode": 8}
    bench.crm.create("accounts", body, CRM_PERSON)
    await bench.start()
    told = [facts for name, facts in bench.told if name == "attention_needed"]
    assert [(facts["kind"], facts["code"]) for facts in told] == [("account", "identity_missing")]
    await bench.look(full=True)
    await bench.run()
    assert len([name for name, _ in bench.told if name == "attention_needed"]) == 1


async def test_a_deleted_record_is_seen_by_a_repair(bench: Bench) -> None:
    """A delete that no capture told of: the CRM's feed lost it."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_account(row_id)
    reconcile = Reconcile(bench.kinds, bench.store, bench.log, bench.connectors, bench.clock, bench)
    report = await reconcile.run(repair=True)
    assert [d.why for d in report.open] == ["only in the erp"]
    await bench.drain()
    while await bench.work.once():
        pass
    (conflict,) = await bench.conflicts(kind=ConflictKind.DELETED)
    assert conflict.state is ConflictState.OPEN


async def test_of_two_records_with_one_number_either_can_be_renumbered() -> None:
    """A CRM without the alternate key lets it happen; none of the two is taken by chance."""
    kinds, store, log, clock = shipped_kinds(False), MemoryStore(), MemoryLog(), ManualClock()
    crm = ShadowSystem(Side.CRM, kinds.tables[Side.CRM], VersionKind.ORDERED)
    erp = ShadowSystem(Side.ERP, kinds.tables[Side.ERP], VersionKind.EQUALITY)
    company, first, second = (f"{n}1111111-1111-1111-1111-111111111111" for n in (1, 2, 3))
    row = {"cdm_companyid": company, "cdm_companycode": "USMF", "cdm_name": "C"}
    crm.put(RowRef(Side.CRM, "cdm_companies", company), row)
    legal = RowRef(Side.ERP, "LegalEntities", "LegalEntityId='USMF'")
    erp.put(legal, {"LegalEntityId": "USMF", "Name": "C"})
    refs = [RowRef(Side.CRM, "accounts", row_id) for row_id in (first, second)]
    for ref in refs:
        account = {"accountid": ref.row_id, "accountnumber": "A-1", "name": f"Of {ref.row_id[0]}"}
        crm.put(ref, {**account, "customertypecode": 8, "msdyn_company": company})
    systems = {Side.CRM: crm, Side.ERP: erp}
    captures = {
        side: Capture(one, kinds.tables[side], store, log, clock, Silent())
        for side, one in systems.items()
    }
    ingest = Ingest(kinds, store, log, clock, Silent())
    work = Work(kinds, store, systems, clock, Silent(), ServiceOptions())

    async def run() -> list[Conflict]:
        while [n for c in captures.values() for t in c.tables if (n := await c.table(t))]:
            while await ingest.once():
                pass
            while await work.once():
                pass
        async with store.transaction() as tx:
            return await tx.conflicts(state=ConflictState.OPEN)

    async def drain() -> None:
        while await ingest.once():
            pass

    await start_maps(store, kinds, ["prospects-accounts"], "crm", clock)
    await Backfill(kinds, store, captures, drain, clock, Silent()).once()
    while await work.once():
        pass
    assert [c.kind for c in await run()] == [ConflictKind.TWO_CANDIDATES]
    crm.put(refs[0], {"accountnumber": "A-3"})
    assert await run() == []
    names = {r.image["ProspectId"]: r.image["ProspectName"] for r in erp.rows("Prospects")}
    assert names == {"A-1": "Of 3", "A-3": "Of 2"}


async def test_all_candidates_for_one_record_are_captured() -> None:
    """Which of them it is nobody can say, but a reconciliation knows them all."""
    bench, _ = await two_candidates()
    await bench.run()
    reconcile = Reconcile(bench.kinds, bench.store, bench.log, bench.connectors, bench.clock, bench)
    report = await reconcile.run(repair=True)
    assert (report.open, report.repaired) == ([], 0)
    assert {found.accepted for found in report.divergences} == {"conflict"}


async def test_a_row_of_a_role_that_no_map_has_any_more_stops_nobody(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    link = await bench.link("account", "usmf|a-1")
    link.bind(Side.ERP, "former", "dataAreaId='usmf',FormerId='A-1'")
    async with bench.store.transaction() as tx:
        await tx.update_links([link])
    bench.edit_account(row_id, name="Second")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Second"
