"""Conversions: the ERP takes the step by itself, whatever was edited in the same moment."""

from __future__ import annotations

import pytest

from connectors.sandbox.finops.actions import convert_prospect
from sync.core.conflict import ConflictKind, ConflictState
from sync.core.row import Side
from sync.testing.faulty import Fault
from tests.engine.bench import Bench, once
from tests.simulation.systems import ERP_PERSON


async def test_a_conversion_with_edits_in_the_same_moment(bench: Bench) -> None:
    """The edits change rows that prospect and customer share; the condition must still hold."""
    row_id = bench.new_account("A-1", "First", telephone1="+1 1")
    await bench.start()
    bench.edit_account(
        row_id, customertypecode=3, name="Second", telephone1="+1 2", primarytwitterid="@second"
    )
    await bench.run()
    customer = bench.customer("A-1")
    assert customer["OrganizationName"] == "Second"
    assert customer["PrimaryContactPhone"] == "+1 2"
    assert customer["PrimaryContactTwitter"] == "@second"
    assert customer["PartyNumber"] == bench.prospect("A-1")["ProspectPartyNumber"]
    assert bench.prospect("A-1")["ProspectRelationTypeId"] == "Customer"
    assert not await bench.conflicts()


async def test_an_edit_of_the_prospect_while_it_is_converted_is_not_lost(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, customertypecode=3)
    bench.before_write = lambda: bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.run()
    assert bench.customer("A-1")["OrganizationName"] == "By the ERP"
    assert bench.account("A-1")["name"] == "By the ERP"


async def test_what_the_prospect_carries_over_clashes_with_what_the_crm_typed(
    bench: Bench,
) -> None:
    """A credit limit is no field of prospects; both are seen at the conversion only."""
    row_id = bench.new_account("A-1", "First", creditlimit=1000)
    await bench.start()
    bench.edit_prospect("A-1", CreditLimit=2000)
    bench.edit_account(row_id, customertypecode=3)
    await bench.run()
    assert bench.customer("A-1")["CreditLimit"] == bench.account("A-1")["creditlimit"] == 2000
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH, field="credit_limit")
    assert clash.crm == {"credit_limit": "1000.00"}
    assert clash.state is ConflictState.RESOLVED


async def test_both_sides_convert_at_once(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, customertypecode=3)
    bench.before_write = lambda: (
        convert_prospect(bench.erp, {"company": "USMF", "number": "A-1"}) and None
    )
    await bench.run()
    assert len(bench.erp.list("CustomersV3")) == 1
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_a_clash_is_kept_when_the_answer_of_its_write_is_lost(bench: Bench) -> None:
    """The process dies between write and receipt: the value that lost must still be told."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    bench.weather[Side.ERP] = once(Fault.LOST_ANSWER)
    await bench.look()
    await bench.work.once()
    bench.restart()
    bench.clock.advance(31)
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "By the CRM"
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH)
    assert clash.erp == {"name": "By the ERP"}


async def test_an_address_that_never_crossed_is_not_replaced_unseen(bench: Bench) -> None:
    """Typed before the conversion it stays in the CRM; one that the ERP types later wins."""
    row_id = bench.new_account("A-1", "First", address1_line1="By the CRM")
    await bench.start()
    bench.edit_account(row_id, customertypecode=3)
    await bench.run()
    assert not await bench.conflicts()
    bench.edit_customer("A-1", DeliveryAddressStreet="By the ERP", DeliveryAddressCity="Kent")
    await bench.run()
    account = bench.account("A-1")
    assert account is not None
    assert account["address1_line1"] == "By the ERP"
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH, field="delivery_address")
    assert clash.state is ConflictState.RESOLVED
    assert isinstance(clash.crm, dict)
    assert clash.crm["delivery_street"] == "By the CRM"


@pytest.mark.parametrize("name", [None, "Somebody else"])
async def test_converted_before_the_lost_answer_to_its_making_is_known(
    bench: Bench, name: str | None
) -> None:
    """What has a text that we wrote is ours in any stage; what has none is another record."""
    await bench.start()
    bench.new_account("A-1", "First")
    await bench.look()
    bench.weather[Side.ERP] = once(Fault.LOST_ANSWER)
    await bench.work.once()
    if name is not None:
        bench.edit_prospect("A-1", ProspectName=name)
    convert_prospect(bench.erp, {"company": "USMF", "number": "A-1"}, ERP_PERSON)
    await bench.run()
    account, conflicts = bench.account("A-1"), await bench.conflicts()
    assert account["customertypecode"] == (3 if name is None else 8)
    assert [c.kind for c in conflicts] == ([] if name is None else [ConflictKind.NUMBER_TAKEN])
