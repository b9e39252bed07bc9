"""Bad input: each gets a clear error with record, field and cure, and hurts no other record."""

from __future__ import annotations

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.link import LinkState
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON


async def test_an_edited_key_is_a_conflict_and_never_a_second_record(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, accountnumber="A-9")
    await bench.run()
    (conflict,) = await bench.conflicts(kind=ConflictKind.KEY_EDITED)
    assert "Set it back to A-1" in conflict.message
    assert bench.prospect("A-9") is None
    bench.edit_account(row_id, accountnumber="A-1", name="Second")
    await bench.run()
    (conflict,) = await bench.conflicts(kind=ConflictKind.KEY_EDITED)
    assert conflict.state is ConflictState.RESOLVED
    assert bench.prospect("A-1")["ProspectName"] == "Second"


async def test_a_record_under_an_edited_key_does_not_take_the_row(bench: Bench) -> None:
    """The account belongs to its first number, whoever comes under the new one."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, accountnumber="A-9")
    bench.new_customer("A-9", "Somebody else")
    await bench.run()
    assert await bench.conflicts(kind=ConflictKind.NUMBER_TAKEN, state=ConflictState.OPEN)
    assert bench.customer("A-9")["OrganizationName"] == "Somebody else"
    assert (await bench.link("account", "usmf|a-1")).rows["crm.main"] == row_id
    assert "crm.main" not in (await bench.link("account", "usmf|a-9")).rows


async def test_a_number_that_another_customer_has_refuses_the_conversion(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.new_customer("A-1", "Another party")
    bench.edit_account(row_id, customertypecode=3)
    await bench.run()
    assert bench.account("A-1")["customertypecode"] == 8
    assert bench.prospect("A-1")["ProspectRelationTypeId"] == "Prospect"
    assert bench.customer("A-1")["OrganizationName"] == "Another party"
    assert await bench.conflicts(kind=ConflictKind.NUMBER_TAKEN, state=ConflictState.OPEN)


async def test_a_value_too_long_stays_and_the_rest_crosses(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, name="x" * 101, telephone1="+1 555")
    bench.new_account("A-2", "Another")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "First"
    assert bench.prospect("A-1")["PrimaryPhoneNumber"] == "+1 555"
    assert bench.prospect("A-2") is not None
    (conflict,) = await bench.conflicts(kind=ConflictKind.UNFIT)
    assert "101 characters, the ERP holds 100" in conflict.message
    bench.edit_account(row_id, name="Short")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Short"
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_an_account_without_company_waits_for_a_person(bench: Bench) -> None:
    body = {"name": "Nowhere", "accountnumber": "A-1", "customertypecode": 8}
    row_id = bench.crm.create("accounts", body, CRM_PERSON)["accountid"]
    bench.new_account("A-2", "Another")
    await bench.start()
    assert bench.prospect("A-1") is None
    assert bench.prospect("A-2") is not None
    stray = await bench.link("account", f"?crm:accounts({row_id})")
    assert "Choose the company" in str(stray.problem and stray.problem.cure)
    company = f"/cdm_companies({bench.companies()['USMF']})"
    bench.edit_account(row_id, **{"msdyn_company@odata.bind": company})
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Nowhere"


async def test_a_refusal_names_the_cure_and_the_next_edit_tries_again(bench: Bench) -> None:
    """A customer without a group; the record itself is the cure."""
    row_id = bench.new_account("A-1", "First", 3)
    await bench.start()
    (conflict,) = await bench.conflicts(kind=ConflictKind.REFUSED)
    assert "Customer group" in conflict.message
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.CONFLICT
    bench.edit_account(row_id, **{"msdyn_customergroupid@odata.bind": bench.group("20")})
    await bench.run()
    assert bench.customer("A-1")["CustomerGroupId"] == "20"
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_a_record_that_leaves_every_filter_is_suspended(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, customertypecode=1)
    await bench.run()
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.SUSPENDED
    bench.edit_prospect("A-1", ProspectName="Not for the CRM")
    await bench.run()
    assert bench.account("A-1")["name"] == "First"
    bench.edit_account(row_id, customertypecode=8)
    await bench.run()
    assert bench.account("A-1")["name"] == "Not for the CRM"
