"""Explain: where every value came from, what it beat, and how it stood at an earlier time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from sync.core.conflict import Take
from sync.core.mapping import DeletePolicy, Owner
from sync.core.row import Side
from sync.engine.explain_field import explain_field
from sync.engine.field_explained import FieldExplained
from sync.engine.field_standing import FieldStanding
from sync.engine.resolving import Resolution, resolve
from sync.engine.times import text
from sync.engine.versions import keep_versions
from sync.errors import FieldUnknown, RecordAmbiguous
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import Bench, once
from tests.engine.desk import Desk
from tests.engine.people import People
from tests.engine.test_resolving import clashing, edit

CRM, ERP = Side.CRM, Side.ERP


async def explained(bench: Bench, field: str, record: str = "A-1", **asked: Any) -> FieldExplained:
    found = await explain_field(bench.store, bench.kinds, record, field, **asked)
    assert found is not None
    return found


def later(bench: Bench) -> str:
    """Let an hour pass; returns the moment before it."""
    now = bench.clock.now()
    bench.clock.advance_to(now + timedelta(hours=1))
    return text(now)


def unreachable(asked: Asked) -> Fault | None:
    """A system that tells what changed, and answers nothing else."""
    return None if asked is Asked.CHANGES else Fault.DOWN


def values(found: FieldExplained) -> dict[Side, Any]:
    return {side: one.value for side, one in found.sides.items()}


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


async def test_a_clash_tells_what_was_beaten_and_by_which_policy(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    before = later(bench)
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.run()
    found = await explained(bench, "name")
    assert values(found) == {CRM: "By the CRM", ERP: "By the CRM"}
    [beaten] = found.beaten
    assert (beaten.side, beaten.value, beaten.why) == (ERP, "By the ERP", "the CRM owns the field")
    [conflict] = await bench.conflicts()
    assert beaten.conflict == conflict.id
    assert found.sides[ERP].how.reason == ("both sides have their own; the CRM owns the field")
    then = await explained(bench, "name", at=before)
    assert (values(then), then.beaten) == ({CRM: "First", ERP: "First"}, ())


async def test_a_field_in_conflict_says_so_until_a_person_has_resolved_it(bench: Bench) -> None:
    fields = tuple(
        replace(field, owner=Owner.MANUAL) if field.name == "name" else field
        for field in bench.map("prospects-accounts").fields
    )
    bench.change_map("prospects-accounts", fields=fields)
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    later(bench)
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.run()
    clashing = later(bench)
    found = await explained(bench, "name")
    assert found.standing is FieldStanding.CONFLICT
    assert "Set both sides to the value that is right" in found.why
    assert values(found) == {CRM: "By the CRM", ERP: "By the ERP"}
    assert (found.beaten, found.rule.owner) == ((), "manual")
    bench.edit_account(row_id, name="By the ERP")
    await bench.run()
    later(bench)
    over = await explained(bench, "name")
    assert (over.standing, values(over)) == (
        FieldStanding.EQUAL,
        {CRM: "By the ERP", ERP: "By the ERP"},
    )
    assert [one.value for one in over.beaten] == ["By the CRM"]
    assert over.beaten[0].why == "resolved by a later edit"
    agreed = next(m for m in over.moments if m.what == "agreed")
    assert agreed.reason == "both sides changed it to the same"
    then = await explained(bench, "name", at=clashing)
    assert then.standing is FieldStanding.CONFLICT
    assert values(then) == {CRM: "By the CRM", ERP: "By the ERP"}


@pytest.mark.parametrize(
    ("take", "value", "stands", "beaten", "typed"),
    [
        (Take.ERP, None, "By the ERP", ["By the CRM"], ERP),
        (Take.CRM, None, "By the CRM", ["By the ERP"], CRM),
        (Take.VALUE, "By Ann", "By Ann", ["By the CRM", "By the ERP"], None),
    ],
)
async def test_what_a_person_decided_is_told_with_who_and_what_was_not_taken(
    bench: Bench, take: Take, value: str | None, stands: str, beaten: list[str], typed: Side | None
) -> None:
    clash = await clashing(bench)
    later(bench)
    await resolve(bench.store, bench.kinds, [clash.id], Resolution(take, "Ann", value), bench.clock)
    await bench.run()
    later(bench)
    found = await explained(bench, "name")
    assert values(found) == {CRM: stands, ERP: stands}
    assert sorted(one.value for one in found.beaten) == beaten
    assert {one.why for one in found.beaten} == {f"Ann decided: {take}"}
    written = [one.how for one in found.sides.values() if one.how.what == "written"]
    assert len(written) == (2 if typed is None else 1)
    assert all(how.reason.startswith(f"Ann decided conflict {clash.id}") for how in written)
    causes = {one.cause.side if one.cause else None for one in found.sides.values()}
    assert causes == {typed}


async def test_two_values_that_a_person_leaves_are_no_pending_difference(bench: Bench) -> None:
    clash = await clashing(bench)
    later(bench)
    await resolve(bench.store, bench.kinds, [clash.id], Resolution(Take.LEAVE, "Ann"), bench.clock)
    await bench.run()
    found = await explained(bench, "name")
    assert found.standing is FieldStanding.NOT_SYNCHRONISED
    assert values(found) == {CRM: "By the CRM", ERP: "By the ERP"}
    [agreed] = [m for m in found.moments if m.what == "agreed"]
    assert agreed.reason.endswith("each side keeps its own")


async def test_a_rule_of_a_person_is_named_beside_the_map(bench: Bench) -> None:
    clash = await clashing(bench)
    before = later(bench)
    decided = Resolution(Take.ERP, "Ann", as_rule=True)
    await resolve(bench.store, bench.kinds, [clash.id], decided, bench.clock)
    await bench.run()
    found = await explained(bench, "name")
    assert found.rule.owner == "manual"
    assert (found.owner_rule.owner, found.owner_rule.by) == (Owner.ERP, "Ann")
    assert (await explained(bench, "name", at=before)).owner_rule is None
    later(bench)
    edit(bench, crm="Again the CRM", erp="Again the ERP")
    await bench.run()
    again = await explained(bench, "name")
    assert values(again) == {CRM: "Again the ERP", ERP: "Again the ERP"}
    assert "the ERP owns the field, by rule 1 of Ann" in again.beaten[0].why


async def test_an_address_that_was_typed_before_a_conversion_is_marked(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First", address1_line1="Typed in the CRM")
    await bench.start()
    later(bench)
    bench.edit_account(row_id, customertypecode=3)
    await bench.run()
    found = await explained(bench, "delivery_street")
    assert found.standing is FieldStanding.NOT_SYNCHRONISED
    assert values(found) == {CRM: "Typed in the CRM", ERP: None}
    [agreed] = [m for m in found.moments if m.what == "agreed"]
    assert agreed.reason == ("it came into scope while only the CRM had a value, which stays there")


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


async def test_values_go_along_a_conversion(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First", primarytwitterid="@first")
    await bench.start()
    prospect = later(bench)
    early = await explained(bench, "twitter")
    assert (values(early), early.rule) == ({CRM: "@first"}, None)
    assert early.standing is FieldStanding.NOT_SYNCHRONISED
    assert "present stage" in early.why
    bench.edit_account(row_id, customertypecode=3, name="Second")
    await bench.run()
    name, twitter = await explained(bench, "name"), await explained(bench, "primarytwitterid")
    assert values(name) == {CRM: "Second", ERP: "Second"}
    assert name.map.id == "customers-accounts"
    assert name.sides[ERP].cause.side is CRM
    assert values(await explained(bench, "name", at=prospect)) == {CRM: "First", ERP: "First"}
    assert values(twitter) == {CRM: "@first", ERP: "@first"}
    assert twitter.sides[ERP].how.what == "written"
    then = await explained(bench, "twitter", at=prospect)
    assert (values(then), then.standing) == ({CRM: "@first"}, FieldStanding.ONE_SIDE)


async def test_values_are_told_in_one_language_through_value_maps_and_lookups(
    bench: Bench,
) -> None:
    group = {"msdyn_customergroupid@odata.bind": bench.group("10")}
    row_id = bench.new_account("A-1", "First", 3, **group)
    await bench.start()
    bench.edit_account(row_id, **{"msdyn_customergroupid@odata.bind": bench.group("20")})
    await bench.run()
    bench.edit_customer("A-1", OnHoldStatus="Invoice")
    await bench.run()
    found = await explained(bench, "customer_group")
    assert values(found) == {CRM: "usmf|20", ERP: "usmf|20"}
    assert found.sides[CRM].how.what == "seen"
    assert [m.values[CRM] for m in found.moments if m.side is CRM] == ["usmf|20", "usmf|10"]
    held = await explained(bench, "on_hold")
    assert held.sides[CRM].how.what == "written"
    assert held.sides[CRM].value == held.sides[ERP].value == "Invoice"
    assert (held.rule.crm, held.rule.erp) == ("msdyn_onholdstatus", "OnHoldStatus")


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
    await keep_versions(bench.store, bench.kinds, text(bench.clock.now()))
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    before = later(bench)
    bench.change_map("prospects-accounts", version="2.0.0.0-acme")
    await keep_versions(bench.store, bench.kinds, text(bench.clock.now()))
    bench.edit_account(row_id, name="Second")
    await bench.run()
    found, then = await explained(bench, "name"), await explained(bench, "name", at=before)
    assert (found.map.version, then.map.version) == ("2.0.0.0-acme", "1.0.0.0")
    assert found.map.digest != then.map.digest
    assert {one.version for one in found.maps.values()} == {"2.0.0.0-acme", "1.0.0.0"}


async def test_the_state_of_a_document_is_a_field(desk: Desk) -> None:
    bench = desk.bench
    quote = desk.quote(desk.account_id(), 1)
    await bench.run()
    draft = later(bench)
    number = desk.number(quote)
    desk.activate(quote)
    await bench.run()
    found = await explained(bench, "lifecycle", f"quote:usmf|{number}")
    assert found.standing is FieldStanding.EQUAL
    assert found.sides[ERP].how.what == "written"
    assert found.sides[ERP].cause.side is CRM
    then = await explained(bench, "lifecycle", f"quote:usmf|{number}", at=draft)
    assert then.sides[CRM].value != found.sides[CRM].value


async def test_the_words_of_a_line_are_told_from_the_column_that_holds_them(desk: Desk) -> None:
    """Without a product they stand in another column of the CRM, and the category in two."""
    quote = desk.quote(desk.account_id())
    desk.write_in(f"quotes({quote})", "Set-up", 1, **desk.category("Services"))
    await desk.bench.run()
    line = f"quote_line:usmf|usmf|{desk.number(quote)}|1"
    for name in ("name", "productdescription", "ProductName"):
        found = await explained(desk.bench, name, line)
        assert (found.field, values(found)) == ("name", {CRM: "Set-up", ERP: "Set-up"})
    found = await explained(desk.bench, "SalesProductCategoryName", line)
    assert values(found) == {CRM: "sales|services", ERP: "sales|services"}
    assert (await explained(desk.bench, "ProductNumber", line)).field == "product"


async def test_the_key_is_what_joined_both_records(bench: Bench) -> None:
    bench.new_account("A-1", "First")
    await bench.start()
    found = await explained(bench, "number")
    assert (values(found), found.standing) == ({CRM: "A-1", ERP: "A-1"}, FieldStanding.EQUAL)
    assert "key" in found.why


async def test_records_and_fields_are_named_in_several_ways(bench: Bench) -> None:
    bench.new_account("A-1", "First", 3)
    bench.new_account("10", "With the number of a group", 3)
    await bench.start()
    link = await bench.link("account", "usmf|a-1")
    names = ("A-1", "a-1", link.id, "account:USMF|A-1")
    found = [await explained(bench, field, name) for name in names for field in ("name",)]
    assert {one.link_id for one in found} == {link.id}
    assert (await explained(bench, "OrganizationName")).field == "name"
    with pytest.raises(FieldUnknown, match="no field 'nonsense'"):
        await explained(bench, "nonsense")
    assert await explain_field(bench.store, bench.kinds, "A-2", "name") is None
    with pytest.raises(RecordAmbiguous, match="kind:key"):
        await explained(bench, "name", "10")


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


async def test_a_person_without_a_number_is_told_from_the_first_event_on(people: People) -> None:
    """While nobody knew which record the row is of, its events were kept under another link."""
    people.new_person("Hal", "Iver", emailaddress1="hal@example.com")
    await people.run()
    field = "msdyn_contactpersonid"
    found = await explained(people, field, "person:usmf|iver")
    assert values(found) == {CRM: "Iver", ERP: "Iver"}
    assert "it had no number" in {moment.reason for moment in found.moments}
    currency = await explained(people, "currency", "person:usmf|iver")
    first = currency.moments[-1]
    assert (first.what, first.side) == ("seen", CRM)
    async with people.store.transaction() as tx:
        told = [e for e in await tx.events(limit=1000) if e.event.id == first.causes[CRM].event]
    assert told[0].event.ref.table == "contacts"
    assert told[0].link_ids != (found.link_id,)


async def test_names_with_party_and_address_book_are_told_on_the_party(both: Desk) -> None:
    bench = both.bench
    later(bench)
    bench.edit_account(both.account_id(), name="Renamed")
    await bench.run()
    account = await bench.link("account", "usmf|crmp-001")
    party = account.base.get("party")
    record, field = account.id, "name"
    if party is not None:
        record, field = f"party:{party.crm}", "organization_name"
    found = await explained(bench, field, record)
    assert values(found) == {CRM: "Renamed", ERP: "Renamed"}
    assert found.sides[ERP].how.what == "written"
    assert found.sides[ERP].cause.side is CRM
