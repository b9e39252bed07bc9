"""Explain: whether a record is deleted, its key, rows beside its own, and where else to look."""

from __future__ import annotations

import pytest

from sync.core.conflict import Take
from sync.core.mapping import DeletePolicy
from sync.engine.field_standing import FieldStanding
from sync.engine.resolving import Resolution, resolve
from sync.errors import FieldUnknown
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.explaining import CRM, ERP, explained, later, values
from tests.simulation.systems import ERP_PERSON


async def test_a_record_that_both_sides_have_says_who_made_it_where(bench: Bench) -> None:
    bench.new_account("A-1", "First")
    await bench.start()
    found = await explained(bench, "deleted")
    assert (values(found), found.standing) == ({CRM: False, ERP: False}, FieldStanding.EQUAL)
    assert found.why == "Both sides have the record."
    assert (found.sides[CRM].how.what, found.sides[ERP].how.what) == ("seen", "created")
    assert (found.rule.owner, found.rule.crm) == ("conflict", "accounts")


async def test_a_delete_on_one_side_stands_in_its_conflict(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    before = later(bench)
    bench.delete_account(row_id)
    await bench.run()
    found = await explained(bench, "deleted")
    assert (values(found), found.standing) == ({CRM: True, ERP: False}, FieldStanding.CONFLICT)
    assert found.sides[CRM].how.what == "seen"
    assert found.sides[CRM].cause.event is not None
    assert values(await explained(bench, "deleted", at=before)) == {CRM: False, ERP: False}
    there = later(bench)
    (conflict,) = await bench.conflicts()
    asked = Resolution(Take.ERP, "Ann")
    await resolve(bench.store, bench.kinds, [conflict.id], asked, bench.clock)
    await bench.run()
    restored = await explained(bench, "deleted")
    assert values(restored) == {CRM: False, ERP: False}
    assert values(await explained(bench, "deleted", at=there)) == {CRM: True, ERP: False}


async def test_a_delete_that_is_passed_on_says_from_where(bench: Bench) -> None:
    bench.change_map("prospects-accounts", delete=DeletePolicy.PROPAGATE)
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    later(bench)
    bench.delete_account(row_id)
    await bench.run()
    found = await explained(bench, "deleted")
    assert (values(found), found.standing) == ({CRM: True, ERP: True}, FieldStanding.EQUAL)
    assert found.why == "Both sides have deleted the record."
    erp = found.sides[ERP]
    assert (erp.how.what, erp.how.reason) == ("written", "it was deleted in the CRM")
    assert erp.cause == found.sides[CRM].cause


async def test_an_address_is_told_from_the_row_that_stood_for_it_then(bench: Bench) -> None:
    """Without GAB a prospect's delivery address is a row of its own in the ERP, one of several."""
    bench.new_prospect("A-1", "First")
    await bench.start()
    times = [later(bench)]
    for street, primary in (("First Street", "No"), ("Second Street", "Yes")):
        body = {
            "PartyNumber": bench.prospect("A-1")["ProspectPartyNumber"],
            "Street": street,
            "IsRoleDelivery": "Yes",
            "IsPrimary": primary,
        }
        bench.erp.create("PartyLocationPostalAddressesV2", body, ERP_PERSON)
        await bench.run()
        times.append(later(bench))
    told = [await explained(bench, "delivery_street", at=at) for at in times]
    assert [values(one) for one in told] == [
        {CRM: street, ERP: street} for street in (None, "First Street", "Second Street")
    ]
    now = await explained(bench, "delivery_street")
    assert values(now) == values(told[-1])
    assert now.sides[CRM].how.what == "written"
    causes = [one.sides[ERP].cause for one in told]
    assert "Prospects" in causes[0].row
    assert {"PartyLocationPostalAddressesV2" in cause.row for cause in causes[1:]} == {True}
    assert len({cause.row for cause in causes}) == 3
    assert causes[2] == now.sides[CRM].cause


@pytest.mark.parametrize("name", ["company", "dataAreaId", "msdyn_company"])
async def test_the_company_is_part_of_the_key(bench: Bench, name: str) -> None:
    bench.new_account("A-1", "First")
    await bench.start()
    with pytest.raises(FieldUnknown, match="part of its key") as refused:
        await explained(bench, name)
    assert "dualwrite links show" in str(refused.value)


async def test_a_field_of_another_record_says_of_which(desk: Desk) -> None:
    number = desk.number(desk.quote(desk.account_id(), 1))
    await desk.bench.run()
    with pytest.raises(FieldUnknown, match="A quote has no field 'quantity'") as refused:
        await explained(desk.bench, "quantity", f"quote:usmf|{number}")
    assert "It is a field of quote_line: name that record, e.g. quote_line:KEY" in str(
        refused.value
    )
    line = f"quote_line:usmf|usmf|{number}|1"
    assert (await explained(desk.bench, "quantity", line)).sides[ERP].how.what == "written"


async def test_a_group_is_asked_by_one_of_its_fields(bench: Bench) -> None:
    """A conflict names the group, and its fields have values of their own."""
    bench.new_account("A-1", "First")
    await bench.start()
    with pytest.raises(FieldUnknown, match="delivery_address is a group") as refused:
        await explained(bench, "delivery_address")
    assert "delivery_street" in str(refused.value)
