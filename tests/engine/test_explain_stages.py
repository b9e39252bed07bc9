"""Explain: which event on which side moved a record to its stage, or a document to its state."""

from __future__ import annotations

import pytest

from sync.core.conflict import ConflictKind
from sync.engine.field_standing import FieldStanding
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.explaining import CRM, ERP, explained, later, unreachable, values
from tests.engine.ordering import activated
from tests.simulation.systems import INTEGRATION

RECORD = "account:usmf|crmp-001"
CUSTOMER = {CRM: "customer", ERP: "customer"}
PROSPECT = {CRM: "prospect", ERP: "prospect"}


async def told_by(bench: Bench, event: str) -> dict[str, object]:
    """The image of an event."""
    async with bench.store.transaction() as tx:
        found = await tx.events(limit=10_000)
    return next(kept.event.image or {} for kept in found if kept.event.id == event)


async def test_a_conversion_in_the_crm_moves_the_erp(both: Desk) -> None:
    bench = both.bench
    before = later(bench)
    bench.edit_account(both.account_id(), customertypecode=3)
    await bench.run()
    found = await explained(bench, "stage", RECORD)
    assert (values(found), found.standing) == (CUSTOMER, FieldStanding.EQUAL)
    erp = found.sides[ERP].how
    assert (erp.what, erp.before) == ("written", "prospect")
    assert erp.column == "PartyType, ProspectRelationTypeId"
    assert erp.reason == "it goes from prospect to customer, as in the CRM"
    assert found.sides[CRM].how.what == "seen"
    cause = found.sides[ERP].cause
    assert cause == found.sides[CRM].cause
    assert (await told_by(bench, cause.event))["customertypecode"] == 3
    assert (found.map.id, found.rule.owner) == ("customers-accounts", "latch")
    assert (found.base.crm, found.base.erp) == ("customer", "customer")
    then = await explained(bench, "stage", RECORD, at=before)
    assert (values(then), then.map.id) == (PROSPECT, "prospects-accounts")
    assert then.sides[ERP].how.reason == "the record is created as a prospect, as in the CRM"


async def test_a_conversion_in_the_erp_moves_the_crm(both: Desk) -> None:
    bench = both.bench
    later(bench)
    both.act("convert-prospect", "CRMP-001")
    await bench.run()
    found = await explained(bench, "stage", RECORD)
    assert values(found) == CUSTOMER
    crm = found.sides[CRM]
    assert (crm.how.what, crm.how.before) == ("written", "prospect")
    assert "customertypecode" in crm.how.column
    assert (await told_by(bench, crm.cause.event))["CustomerAccount"] == "CRMP-001"
    assert found.sides[ERP].how.what == "seen"


async def test_a_stage_that_was_taken_back_says_what_beat_it(both: Desk) -> None:
    bench = both.bench
    later(bench)
    bench.new_customer("CRMP-001", "Somebody else")
    bench.edit_account(both.account_id(), customertypecode=3)
    await bench.run()
    found = await explained(bench, "stage", RECORD)
    assert (values(found), found.standing) == (PROSPECT, FieldStanding.CONFLICT)
    assert "belongs to another party" in found.why
    crm = found.sides[CRM].how
    assert (crm.what, crm.before) == ("written", "customer")
    assert crm.reason == "it goes back to prospect: the ERP has its number for another party"
    assert found.sides[ERP].how.reason == "the record is created as a prospect, as in the CRM"
    [conflict] = await bench.conflicts(kind=ConflictKind.NUMBER_TAKEN)
    assert [m.conflict for m in found.moments if m.what == "conflict"] == [conflict.id]


async def test_a_conversion_that_waits_for_the_erp_says_so(desk: Desk) -> None:
    bench = desk.bench
    later(bench)
    bench.weather[ERP] = unreachable
    bench.edit_account(desk.account_id(), customertypecode=3)
    await bench.look()
    while await bench.work.once():
        pass
    found = await explained(bench, "stage", RECORD)
    assert values(found) == {CRM: "customer", ERP: "prospect"}
    assert found.standing is FieldStanding.WAITING


async def test_an_order_that_converts_its_prospect_is_named(both: Desk) -> None:
    bench = both.bench
    quote = await activated(both)
    later(bench)
    both.create_order(quote)
    await bench.run()
    found = await explained(bench, "stage", RECORD)
    assert values(found) == CUSTOMER
    [erp] = [m for m in found.moments if m.side is ERP and m.values.get(ERP) == "customer"]
    assert erp.reason == f"it goes from prospect to customer, with quote {both.number(quote)}"
    assert found.sides[CRM].how.reason == "it goes from prospect to customer, as in the ERP"


@pytest.mark.parametrize("name", ["stage", "state", "lifecycle", "statecode"])
async def test_a_documents_state_has_several_names(desk: Desk, name: str) -> None:
    bench = desk.bench
    number = desk.quotation(None, 1, ProspectId="CRMP-001")
    await bench.run()
    draft = later(bench)
    desk.act("send-quotation", number)
    await bench.run()
    sent = later(bench)
    desk.act("lose-quotation", number)
    await bench.run()
    found = await explained(bench, name, f"quote:usmf|{number}")
    assert (found.field, values(found)) == ("lifecycle", {CRM: "lost", ERP: "lost"})
    crm = found.sides[CRM].how
    assert (crm.what, crm.before, crm.column) == ("written", "sent", "CloseQuote")
    assert (await told_by(bench, found.sides[CRM].cause.event))["SalesQuotationStatus"] == "Lost"
    assert (found.rule.owner, found.rule.erp) == ("ownership", "SalesQuotationStatus")
    then = await explained(bench, name, f"quote:usmf|{number}", at=sent)
    assert values(then) == {CRM: "sent", ERP: "sent"}
    first = await explained(bench, name, f"quote:usmf|{number}", at=draft)
    assert values(first) == {CRM: "draft", ERP: "draft"}
    assert first.sides[CRM].how.what == "created"


async def test_a_step_of_the_other_owner_is_told_with_the_conflict(desk: Desk) -> None:
    bench = desk.bench
    number = desk.quotation(None, 1, ProspectId="CRMP-001")
    await bench.run()
    later(bench)
    bench.crm.update(
        "quotes", desk.quote_of(number), {"statecode": 1, "statuscode": 2}, INTEGRATION
    )
    await bench.run()
    found = await explained(bench, "stage", f"quote:usmf|{number}")
    assert found.standing is FieldStanding.CONFLICT
    assert values(found) == {CRM: "sent", ERP: "draft"}
    assert "owns it" in found.why


async def test_a_value_that_a_new_record_was_not_given_is_told_as_blank(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    blank = later(bench)
    bench.edit_account(row_id, telephone1="+1 2")
    await bench.run()
    then = await explained(bench, "phone", at=blank)
    assert (values(then), then.standing) == ({CRM: None, ERP: None}, FieldStanding.EQUAL)
    assert then.sides[ERP].how.what == "created"
