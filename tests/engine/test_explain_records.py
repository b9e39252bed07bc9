"""Explain: conversions, documents, persons and parties, and how a record and a field are named."""

from __future__ import annotations

import pytest

from sync.engine.explain_field import explain_field
from sync.engine.field_standing import FieldStanding
from sync.errors import FieldUnknown, RecordAmbiguous
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.explaining import CRM, ERP, explained, later, values
from tests.engine.people import People


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
