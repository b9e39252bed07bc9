"""Explain: where every value came from, what it beat, and how it stood at an earlier time."""

from __future__ import annotations

from sync.core.mapping import DeletePolicy
from sync.engine.field_standing import FieldStanding
from sync.engine.versions import keep_versions
from sync.testing.faulty import Fault
from tests.engine.bench import Bench, once
from tests.engine.explaining import CRM, ERP, explained, later, unreachable, values


async def test_a_chain_of_edits_on_both_sides_is_told_from_its_beginning(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    first = later(bench)
    bench.edit_account(row_id, name="Second")
    await bench.run()
    second = later(bench)
    bench.edit_prospect("A-1", ProspectName="Third")
    await bench.run()
    found = await explained(bench, "name")
    assert values(found) == {CRM: "Third", ERP: "Third"}
    assert found.standing is FieldStanding.EQUAL
    crm, erp = found.sides[CRM], found.sides[ERP]
    assert crm.how.what == "written"
    assert crm.how.reason == "only the ERP changed it"
    assert crm.how.before == "Second"
    assert crm.cause.side is ERP
    assert crm.cause == erp.cause
    async with bench.store.transaction() as tx:
        events = await tx.events(limit=1000)
    told = {kept.event.id: kept.event for kept in events}
    assert told[crm.cause.event].image["ProspectName"] == "Third"
    assert (found.map.id, found.map.version) == ("prospects-accounts", "1.0.0.0")
    assert found.rule.owner == "crm"
    for at, value in ((first, "First"), (second, "Second")):
        then = await explained(bench, "name", at=at)
        assert values(then) == {CRM: value, ERP: value}
        assert then.sides[ERP].how.what == "written"
        assert then.sides[ERP].cause.side is CRM
        assert told[then.sides[ERP].cause.event].image["name"] == value
        assert then.map == found.map


async def test_the_event_that_brought_a_value_is_named_not_a_later_one_of_the_row(
    bench: Bench,
) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.weather[ERP] = unreachable
    bench.edit_account(row_id, name="Second")
    await bench.look()
    bench.edit_account(row_id, telephone1="+1 2")
    await bench.look()
    bench.weather.clear()
    await bench.run()
    name, phone = await explained(bench, "name"), await explained(bench, "phone")
    async with bench.store.transaction() as tx:
        events = {kept.event.id: kept.event for kept in await tx.events(limit=1000)}
    assert events[name.sides[ERP].cause.event].image["telephone1"] is None
    assert events[phone.sides[ERP].cause.event].image["telephone1"] == "+1 2"


async def test_what_both_sides_typed_alike_is_told_without_a_write(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    later(bench)
    writes = bench.systems.writes
    bench.edit_account(row_id, telephone1="+1 2")
    bench.edit_prospect("A-1", PrimaryPhoneNumber="+1 2")
    await bench.run()
    found = await explained(bench, "phone")
    assert bench.systems.writes == writes
    assert found.standing is FieldStanding.EQUAL
    assert {side: one.cause.side for side, one in found.sides.items()} == {CRM: CRM, ERP: ERP}
    assert [m.reason for m in found.moments if m.what == "agreed"] == [
        "both sides changed it to the same"
    ]


async def test_first_contact_is_told_of_equal_and_of_differing_values(bench: Bench) -> None:
    bench.new_account("A-1", "By the CRM", telephone1="+1 1")
    bench.new_prospect("A-1", "By the ERP", PrimaryPhoneNumber="+1 1")
    await bench.start("erp")
    name, phone = await explained(bench, "name"), await explained(bench, "phone")
    assert [(b.side, b.value, b.why) for b in name.beaten] == [
        (CRM, "By the CRM", "first contact: erp is the master")
    ]
    assert name.sides[CRM].how.what == "written"
    [agreed] = [m for m in phone.moments if m.what == "agreed"]
    assert agreed.reason == "both sides had the same when they were first compared"
    assert agreed.map_digest == phone.map.digest


async def test_a_field_that_goes_one_way_says_why_it_differs(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, address1_line1="Typed in the CRM")
    await bench.run()
    found = await explained(bench, "delivery_street")
    assert (found.standing, found.unit) == (FieldStanding.ONE_WAY, "delivery_address")
    assert "from the ERP to the CRM only" in found.why
    assert values(found) == {CRM: "Typed in the CRM", ERP: None}
    assert found.sides[CRM].cause.side is CRM


async def test_a_record_that_waits_says_for_what_also_afterwards(bench: Bench) -> None:
    bench.new_account("A-0", "Other")
    await bench.start(maps=["companies", "currencies", "customer-groups", "prospects-accounts"])
    bench.weather[ERP] = unreachable
    bench.new_account("A-1", "First")
    for _ in range(2):
        await bench.look()
        while await bench.work.once():
            pass
    found = await explained(bench, "name")
    assert found.standing is FieldStanding.ONE_SIDE
    assert "Only the CRM has the record" in found.why
    waiting = later(bench)
    bench.weather.clear()
    await bench.run()
    then = await explained(bench, "name", at=waiting)
    assert then.standing is FieldStanding.ONE_SIDE
    assert "unavailable" in then.why
    assert values(await explained(bench, "name")) == {CRM: "First", ERP: "First"}


async def test_a_write_whose_answer_was_lost_is_told(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, name="Second")
    bench.weather[ERP] = once(Fault.LOST_ANSWER)
    await bench.run()
    found = await explained(bench, "name")
    assert values(found) == {CRM: "Second", ERP: "Second"}
    [agreed] = [m for m in found.moments if m.what == "agreed"]
    assert "got no answer; it was found there" in agreed.reason


async def test_an_older_map_version_is_named_by_what_was_kept_of_it(bench: Bench) -> None:
    await keep_versions(bench.store, bench.kinds, bench.clock)
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    before = later(bench)
    bench.change_map("prospects-accounts", version="2.0.0.0-acme")
    await keep_versions(bench.store, bench.kinds, bench.clock)
    bench.edit_account(row_id, name="Second")
    await bench.run()
    found, then = await explained(bench, "name"), await explained(bench, "name", at=before)
    assert (found.map.version, then.map.version) == ("2.0.0.0-acme", "1.0.0.0")
    assert found.map.digest != then.map.digest
    assert {one.version for one in found.maps.values()} == {"2.0.0.0-acme", "1.0.0.0"}


async def test_nothing_is_known_of_a_time_before_the_record(bench: Bench) -> None:
    before = later(bench)
    bench.new_account("A-1", "First")
    await bench.start()
    found = await explained(bench, "name", at=before)
    assert (found.standing, found.sides, found.moments) == (FieldStanding.UNKNOWN, {}, ())


async def test_what_a_system_filled_in_itself_is_told_as_read_there(bench: Bench) -> None:
    """The ERP draws the party's number when the prospect is created: no event tells of it."""
    bench.new_account("A-1", "First")
    await bench.start()
    found = await explained(bench, "party_number")
    number = bench.prospect("A-1")["ProspectPartyNumber"]
    assert values(found) == {CRM: number, ERP: number}
    crm, erp = found.sides[CRM], found.sides[ERP]
    assert (crm.how.what, erp.how.what) == ("written", "read")
    assert crm.cause == erp.cause
    assert (crm.cause.side, crm.cause.event) == (ERP, None)


async def test_a_record_that_is_gone_is_still_told(bench: Bench) -> None:
    bench.change_map("prospects-accounts", delete=DeletePolicy.PROPAGATE)
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    there = later(bench)
    bench.delete_account(row_id)
    await bench.run()
    assert bench.prospect("A-1") is None
    found = await explained(bench, "name")
    assert (found.standing, found.sides) == (FieldStanding.UNKNOWN, {})
    assert found.why == "Neither side has the record."
    assert "the record was deleted" in {moment.reason for moment in found.moments}
    assert values(await explained(bench, "name", at=there)) == {CRM: "First", ERP: "First"}


async def test_only_changes_of_the_field_are_told_however_often_its_row_changed(
    bench: Bench,
) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    for number in range(30):
        later(bench)
        bench.edit_account(row_id, telephone1=f"+1 {number}")
        await bench.run()
    name = await explained(bench, "name")
    phone = await explained(bench, "phone", moments=1000)
    assert [m.what for m in name.moments if m.side is CRM] == ["seen"]
    typed = [m.values[CRM] for m in reversed(phone.moments) if m.what == "seen" and m.side is CRM]
    assert typed == [None, *(f"+1 {number}" for number in range(30))]


async def test_a_link_that_comes_again_with_the_same_problem_costs_nothing(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    link = await bench.link("account", "usmf|a-1")

    async def entries() -> int:
        async with bench.store.transaction() as tx:
            return len(await tx.provenance(link.id, limit=1000))

    before = await entries()
    bench.weather[ERP] = unreachable
    bench.edit_account(row_id, name="Second")
    for _ in range(5):
        await bench.look()
        while await bench.work.once():
            pass
        bench.clock.advance(600)
    assert await entries() == before + 1
    bench.weather.clear()
    await bench.run()
    assert await entries() == before + 2
