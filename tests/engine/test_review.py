"""Moments that once went wrong, found by reading: each as small as it can be told."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from sync.core.conflict import Conflict, ConflictKind, ConflictState
from sync.core.link import LinkState
from sync.core.row import Row, RowRef, Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.backfill import Backfill
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.looking import Looking
from sync.engine.maps import require_known, start_maps, stop_maps
from sync.engine.options import ServiceOptions
from sync.engine.reconcile import Reconcile
from sync.engine.redrive import discard, find_dead_letter
from sync.engine.replay import Silent
from sync.engine.service import Service
from sync.engine.shadow import ShadowSystem
from sync.engine.work import Work
from sync.errors import ConfigurationWrong, ContractBroken, Rejected, Throttled, Unavailable
from sync.ports import ChangePage, LogRecord, VersionKind, WakeUp
from sync.testing.clock import ManualClock
from sync.testing.faulty import Asked, Fault, FaultyConnector
from sync.testing.loop import LoopClock, run_virtual
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON, ERP_PERSON, Systems, shipped_kinds


def _looking(bench: Bench, side: Side) -> Looking:
    connector = bench.connectors[side]
    return Looking(bench.captures[side], connector.versions, bench.clock, bench, bench.options)


class _Between:
    """Something happens while a system is asked.

    Args:
        inner: The system.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


# --- looking --------------------------------------------------------------------------------------


async def test_a_notice_that_comes_while_its_row_is_read_is_not_forgotten(bench: Bench) -> None:
    bench.new_prospect("A-1", "First")
    await bench.start()
    notice = WakeUp("Prospects", "dataAreaId='usmf',ProspectId='A-1'")

    class Slow(_Between):
        async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
            found: dict[RowRef, Row | None] = await self._inner.read(refs)
            if bench.prospect("A-1")["ProspectName"] == "First":
                bench.edit_prospect("A-1", ProspectName="Second")
                looking.wake(notice)
            return found

    bench.connectors[Side.ERP] = Slow(bench.connectors[Side.ERP])
    bench.restart()
    looking = _looking(bench, Side.ERP)
    for _ in bench.captures[Side.ERP].tables:
        await looking.once()
    looking.wake(notice)
    assert await looking.once() == 0
    assert await looking.once() == 1


async def test_a_table_that_cannot_be_read_does_not_keep_the_others_from_it(bench: Bench) -> None:
    await bench.start()
    looking = _looking(bench, Side.ERP)
    first = bench.captures[Side.ERP].tables[0]

    class Broken(_Between):
        def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
            if table == first:
                raise ContractBroken("no such table")
            found: AsyncIterator[ChangePage] = self._inner.changes(table, checkpoint)
            return found

    bench.connectors[Side.ERP] = Broken(bench.connectors[Side.ERP])
    bench.restart()
    looking = _looking(bench, Side.ERP)
    for _ in bench.captures[Side.ERP].tables:
        await looking.once()
    assert set(looking.looked_at) == set(bench.captures[Side.ERP].tables) - {first}
    assert ("look_failed", {"side": "erp", "table": first, "code": "contract_broken"}) in bench.told


async def test_a_clock_that_goes_back_does_not_stop_looking(bench: Bench) -> None:
    await bench.start()

    class Turned:
        back = timedelta()

        def now(self) -> datetime:
            return bench.clock.now() - self.back

        async def sleep(self, seconds: float) -> None:
            await bench.clock.sleep(seconds)

    capture, clock = bench.captures[Side.CRM], Turned()
    versions = bench.connectors[Side.CRM].versions
    looking = Looking(capture, versions, clock, bench, bench.options)
    for _ in capture.tables:
        await looking.once()
    bench.new_account("A-1", "First")
    assert await looking.once() == 0
    clock.back = timedelta(hours=1)
    assert sum([await looking.once() for _ in capture.tables]) == 1


# --- answers --------------------------------------------------------------------------------------


async def test_a_side_that_was_busy_is_tried_again_although_the_other_refused(bench: Bench) -> None:
    """One part is refused for good, the other only for now."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    refusals = {Side.CRM: Rejected("no"), Side.ERP: Throttled("later", retry_after=1.0)}

    class Refusing(_Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            error = refusals.pop(self._inner.side, None)
            if error is None:
                answered: list[Outcome] = await self._inner.write(changesets)
                return answered
            return [Refused(error) for _ in changesets]

    bench.connectors.update({side: Refusing(one) for side, one in bench.connectors.items()})
    bench.restart()
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", PrimaryPhoneNumber="+1 555")
    await bench.run()
    assert refusals == {}
    assert bench.prospect("A-1")["ProspectName"] == "By the CRM"
    assert bench.account("A-1")["telephone1"] == "+1 555"
    assert not await bench.conflicts(state=ConflictState.OPEN)


# --- taking in -----------------------------------------------------------------------------------


async def test_events_are_taken_in_although_the_state_was_away_for_a_moment(bench: Bench) -> None:
    """The log has given them out already, and the next ones must not acknowledge them too."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, name="Second")
    await bench.captures[Side.CRM].table("accounts")

    class Away(_Between):
        def transaction(self) -> Any:
            raise Unavailable("The database is not reached.")

    ingest = Ingest(bench.kinds, bench.store, bench.log, bench.clock, bench)
    ingest._store = Away(bench.store)  # the outage of this very moment
    with pytest.raises(Unavailable):
        await ingest.once()
    ingest._store = bench.store
    bench.new_account("A-2", "Another")
    await bench.captures[Side.CRM].table("accounts")
    while await ingest.once():
        pass
    bench.restart()
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Second"
    assert bench.prospect("A-2") is not None


async def test_a_row_that_comes_back_at_its_old_version_can_be_deleted_again() -> None:
    """Versions that only tell equal from different may come again with the row."""
    kinds, store, log, clock = shipped_kinds(False), MemoryStore(), MemoryLog(), ManualClock()
    row = Row(RowRef(Side.ERP, "PaymentTerms", "dataAreaId='usmf',Name='N'"), "v1", {"Name": "N"})
    erp = ShadowSystem(Side.ERP, kinds.tables[Side.ERP], VersionKind.EQUALITY)
    capture = Capture(erp, kinds.tables[Side.ERP], store, log, clock, Silent())
    ingest = Ingest(kinds, store, log, clock, Silent())
    for _ in range(3):
        erp.load([row])
        assert await capture.rows([row.ref]) == 1
        await ingest.once()
        erp.remove(row.ref)
        assert await capture.rows([row.ref]) == 1
        await ingest.once()
        async with store.transaction() as tx:
            assert (await tx.rows([row.ref]))[row.ref].deleted


# --- maps that change -----------------------------------------------------------------------------


async def test_a_new_column_is_read_before_it_is_written(bench: Bench) -> None:
    """What the CRM's image of before does not hold is not empty: a person may have typed it."""
    fields = bench.map("prospects-accounts").fields
    without = tuple(field for field in fields if field.name != "phone")
    customers = bench.map("customers-accounts").fields
    bench.change_map("prospects-accounts", fields=without)
    bench.change_map("customers-accounts", fields=tuple(f for f in customers if f.name != "phone"))
    bench.new_account("A-1", "First", telephone1="typed in the CRM")
    await bench.start()
    bench.change_map("prospects-accounts", fields=fields)
    bench.edit_prospect("A-1", PrimaryPhoneNumber="typed in the ERP")
    await bench.run()
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH, field="phone")
    assert clash.crm == {"phone": "typed in the CRM"}
    assert clash.erp == {"phone": "typed in the ERP"}
    assert bench.account("A-1")["telephone1"] == "typed in the CRM"


async def test_a_record_that_cannot_be_decided_stops_no_other(bench: Bench) -> None:
    """A key field that got another name: links of before do not have it."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    for map_id in ("prospects-accounts", "customers-accounts"):
        fields = tuple(
            msgspec.structs.replace(f, name="account_number") if f.key else f
            for f in bench.map(map_id).fields
        )
        bench.change_map(map_id, fields=fields)
    bench.edit_account(row_id, accountnumber="A-9")
    bench.new_account("A-2", "Second")
    await bench.run()
    assert bench.prospect("A-2")["ProspectName"] == "Second"
    stopped = await bench.link("account", "usmf|a-1")
    assert stopped.state is LinkState.DEAD
    assert stopped.problem is not None
    assert stopped.problem.code == "decision_failed"
    assert "account A-1" in stopped.problem.message
    async with bench.store.transaction() as tx:
        (letter,) = await tx.dead_letters()
    assert letter.link_id == stopped.id
    told = [facts for name, facts in bench.told if name == "attention_needed"]
    assert [facts["code"] for facts in told] == ["decision_failed"]


async def test_a_dead_letter_is_closed_when_its_link_goes_on(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    refusals = [ContractBroken("no such column")]

    class Refusing(_Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            if refusals:
                return [Refused(refusals.pop()) for _ in changesets]
            answered: list[Outcome] = await self._inner.write(changesets)
            return answered

    bench.connectors[Side.ERP] = Refusing(bench.connectors[Side.ERP])
    bench.restart()
    bench.edit_account(row_id, name="Second")
    await bench.run()
    async with bench.store.transaction() as tx:
        assert len(await tx.dead_letters()) == 1
    bench.edit_account(row_id, name="Third")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Third"
    async with bench.store.transaction() as tx:
        assert await tx.dead_letters() == []
        assert len(await tx.dead_letters(state="redriven")) == 1


@pytest.mark.parametrize("gab", [False, True])
async def test_the_other_flavour_is_refused_on_a_state_that_runs(gab: bool) -> None:
    bench = Bench(gab=gab)
    await bench.start()
    await require_known(bench.store, bench.kinds)
    others = shipped_kinds(not gab)
    with pytest.raises(ConfigurationWrong, match="contacts") as refused:
        await require_known(bench.store, others)
    assert "Set gab and maps_dir as they were" in str(refused.value)
    own = {m.id for m in bench.kinds.table_maps} - {m.id for m in others.table_maps}
    await stop_maps(bench.store, bench.kinds, own, bench.clock)
    await require_known(bench.store, others)


# --- counting ------------------------------------------------------------------------------------


async def test_many_edits_by_one_person_are_no_ping_pong(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    for number in range(2 * bench.options.rewrite_budget):
        bench.edit_account(row_id, name=f"Name {number}")
        bench.clock.advance(1)
        await bench.run()
        assert bench.prospect("A-1")["ProspectName"] == f"Name {number}"
    assert await bench.conflicts() == []


# --- waiting -------------------------------------------------------------------------------------


async def test_an_address_that_comes_while_its_prospect_crosses_is_not_left_behind(
    bench: Bench,
) -> None:
    """The event of the joined row is taken in before anybody knows whose party that is."""
    await bench.start()
    bench.new_prospect("A-1", "First")
    party = bench.prospect("A-1")["ProspectPartyNumber"]

    class Meanwhile(_Between):
        done = False

        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            if not self.done:
                self.done = True
                body = {"PartyNumber": party, "Street": "Main Street 1", "City": "Springfield"}
                more = {"CountryRegionId": "USA", "Roles": "Delivery", "IsPrimary": "Yes"}
                bench.erp.create("PartyLocationPostalAddressesV2", body | more, ERP_PERSON)
                await bench.captures[Side.ERP].table("PartyLocationPostalAddressesV2")
                await bench.drain()
            answered: list[Outcome] = await self._inner.write(changesets)
            return answered

    bench.connectors[Side.CRM] = Meanwhile(bench.connectors[Side.CRM])
    bench.restart()
    await bench.look()
    while await bench.work.once():
        pass
    assert bench.account("A-1")["address1_city"] == "Springfield"


async def test_a_letter_that_was_set_aside_stays_so_however_many_there_are(bench: Bench) -> None:
    for number in range(1200):
        bench.log.publish_broken(f"broken {number}".encode(), "no JSON")
    await bench.drain()
    async with bench.store.transaction() as tx:
        letters = await tx.dead_letters(limit=2000)
    assert len(letters) == 1200
    last = letters[-1]
    await discard(bench.store, last)
    raw = b64decode(last.payload["raw"])
    bench.log.publish_broken(raw, "no JSON")
    await bench.drain()
    kept = await find_dead_letter(bench.store, last.id)
    assert kept is not None
    assert kept.state == "discarded"


# --- starting ------------------------------------------------------------------------------------


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


# --- strays and rivals ---------------------------------------------------------------------------


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
