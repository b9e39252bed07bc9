"""What a delete means: by the map's policy, and never at the cost of an edit."""

from __future__ import annotations

from typing import Any

import pytest

from sync.core.conflict import Conflict, ConflictKind, ConflictState, Take
from sync.core.link import LinkState
from sync.core.row import Side
from sync.engine.reopening import reopen
from sync.engine.resolving import Resolution, resolve
from sync.testing.faulty import Fault
from tests.engine.bench import Bench, once
from tests.simulation.systems import CRM_PERSON, ERP_PERSON


async def _with_mail() -> tuple[Bench, dict[str, Any]]:
    """Electronic addresses are deleted on both sides."""
    bench = Bench(gab=True)
    bench.new_account("A-1", "First", emailaddress1="first@example.com")
    await bench.start()
    (mail,) = bench.erp.list("PartyContactsV3")
    assert mail["Locator"] == "first@example.com"
    return bench, mail


def _key(mail: dict[str, Any]) -> dict[str, Any]:
    return {name: mail[name] for name in ("PartyNumber", "ElectronicAddressId")}


async def test_a_delete_is_passed_on_where_the_map_says_so() -> None:
    bench, mail = await _with_mail()
    bench.erp.delete("PartyContactsV3", _key(mail), ERP_PERSON)
    await bench.run()
    assert bench.crm.list("msdyn_partyelectronicaddresses") == []
    assert bench.account("A-1")["emailaddress1"] is None
    assert not await bench.conflicts()


async def test_an_edit_is_not_lost_to_a_delete() -> None:
    bench, mail = await _with_mail()
    (row,) = bench.crm.list("msdyn_partyelectronicaddresses")
    bench.erp.delete("PartyContactsV3", _key(mail), ERP_PERSON)
    values = {"msdyn_locator": "second@example.com"}
    table = "msdyn_partyelectronicaddresses"
    bench.crm.update(table, row["msdyn_partyelectronicaddressid"], values, CRM_PERSON)
    await bench.run()
    (kept,) = bench.crm.list("msdyn_partyelectronicaddresses")
    assert kept["msdyn_locator"] == "second@example.com"
    (conflict,) = await bench.conflicts(kind=ConflictKind.EDIT_AGAINST_DELETE)
    assert conflict.state is ConflictState.OPEN


async def test_an_edit_that_comes_while_the_delete_travels_is_not_lost() -> None:
    """The delete is conditional; what it meets is read and decided again."""
    bench, mail = await _with_mail()
    (row,) = bench.crm.list("msdyn_partyelectronicaddresses")
    row_id, table = row["msdyn_partyelectronicaddressid"], "msdyn_partyelectronicaddresses"
    bench.erp.delete("PartyContactsV3", _key(mail), ERP_PERSON)
    bench.before_write = lambda: bench.crm.update(
        table, row_id, {"msdyn_locator": "second@example.com"}, CRM_PERSON
    )
    await bench.run()
    assert [r["msdyn_locator"] for r in bench.crm.list(table)] == ["second@example.com"]
    assert await bench.conflicts(kind=ConflictKind.EDIT_AGAINST_DELETE)


async def test_a_delete_on_both_sides_is_agreed(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_account(row_id)
    await bench.run()
    assert await bench.conflicts(kind=ConflictKind.DELETED, state=ConflictState.OPEN)
    bench.delete_prospect("A-1")
    await bench.run()
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def _deleted(bench: Bench) -> Conflict:
    """A-1 is deleted in the CRM, and the ERP's is left."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_account(row_id)
    await bench.run()
    (conflict,) = await bench.conflicts(kind=ConflictKind.DELETED)
    assert conflict.crm is None
    assert isinstance(conflict.erp, dict)
    assert conflict.erp["name"] == "First"
    assert conflict.base_crm["name"] == "First"
    return conflict


async def _take(bench: Bench, conflict: Conflict, take: Take) -> None:
    resolution = Resolution(take, "Ann")
    resolved = await resolve(bench.store, bench.kinds, [conflict.id], resolution, bench.clock)
    assert not resolved.refused
    await bench.run()


async def _settled(bench: Bench, conflict: Conflict) -> None:
    (closed,) = await bench.conflicts(id=conflict.id)
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")
    assert not await bench.conflicts(state=ConflictState.OPEN)
    writes = bench.systems.writes
    await bench.look(full=True)
    await bench.run()
    assert bench.systems.writes == writes


async def test_a_record_is_restored_where_it_was_deleted(bench: Bench) -> None:
    conflict = await _deleted(bench)
    bench.edit_prospect("A-1", ProspectName="Edited meanwhile")
    await bench.run()
    (conflict,) = await bench.conflicts(state=ConflictState.OPEN)
    await _take(bench, conflict, Take.ERP)
    restored = bench.account("A-1")
    assert restored is not None
    assert restored["name"] == "Edited meanwhile"
    await _settled(bench, conflict)
    bench.edit_account(restored["accountid"], name="Alive")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Alive"


async def test_a_record_is_restored_in_the_erp(bench: Bench) -> None:
    bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_prospect("A-1")
    await bench.run()
    (conflict,) = await bench.conflicts(kind=ConflictKind.DELETED)
    await _take(bench, conflict, Take.CRM)
    assert bench.prospect("A-1")["ProspectName"] == "First"
    await _settled(bench, conflict)


async def test_a_restored_record_is_made_once_although_the_answer_is_lost(bench: Bench) -> None:
    conflict = await _deleted(bench)
    bench.weather[Side.CRM] = once(Fault.LOST_ANSWER)
    await _take(bench, conflict, Take.ERP)
    assert bench.account("A-1") is not None
    await _settled(bench, conflict)


async def test_a_delete_is_taken(bench: Bench) -> None:
    conflict = await _deleted(bench)
    await _take(bench, conflict, Take.CRM)
    assert bench.prospect("A-1") is None
    await _settled(bench, conflict)
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.GONE


async def test_a_delete_is_not_taken_over_an_edit_that_nobody_saw(bench: Bench) -> None:
    conflict = await _deleted(bench)
    bench.edit_prospect("A-1", ProspectName="Newer")
    await _take(bench, conflict, Take.CRM)
    assert bench.prospect("A-1")["ProspectName"] == "Newer"
    (again,) = await bench.conflicts(state=ConflictState.OPEN)
    assert again.id != conflict.id
    assert again.erp["name"] == "Newer"


async def test_a_delete_is_left_until_the_next_edit(bench: Bench) -> None:
    conflict = await _deleted(bench)
    await _take(bench, conflict, Take.LEAVE)
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.SUSPENDED
    await _settled(bench, conflict)
    async with bench.store.transaction() as tx:
        await tx.wake([conflict.link_id], bench.clock.now())
    await bench.run()
    await _settled(bench, conflict)
    reopened = await reopen(bench.store, bench.kinds, conflict.id, "Bob", None, bench.clock)
    await bench.run()
    assert [c.id for c in await bench.conflicts(state=ConflictState.OPEN)] == [reopened.id]
    await _take(bench, conflict, Take.LEAVE)
    bench.edit_prospect("A-1", ProspectName="Newer")
    await bench.run()
    (again,) = await bench.conflicts(state=ConflictState.OPEN)
    assert again.erp["name"] == "Newer"


async def test_what_was_typed_for_a_later_stage_is_told_with_the_delete(bench: Bench) -> None:
    """A prospect becomes a customer in the CRM, with an invoice address, and is gone in the ERP."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_prospect("A-1")
    bench.edit_account(row_id, customertypecode=3, address2_city="Oslo")
    await bench.run()
    (conflict,) = await bench.conflicts(kind=ConflictKind.DELETED)
    assert conflict.found(Side.CRM)["invoice_city"] == "Oslo"


async def test_a_delete_that_was_left_hides_no_other_record(bench: Bench) -> None:
    """A customer of another party gets the number of a prospect that only the ERP still has."""
    bench.delete_account((await _linked(bench))["accountid"])
    await bench.run()
    (deleted,) = await bench.conflicts(kind=ConflictKind.DELETED)
    resolution = Resolution(Take.LEAVE, "Ann")
    await resolve(bench.store, bench.kinds, [deleted.id], resolution, bench.clock)
    await bench.run()
    assert not await bench.conflicts(state=ConflictState.OPEN)
    bench.new_customer("A-1", "Another Inc")
    await bench.run()
    (taken,) = await bench.conflicts(state=ConflictState.OPEN)
    assert taken.kind is ConflictKind.NUMBER_TAKEN
    assert "customer Another Inc EPA-000002" in str(taken.erp)
    key = {"dataAreaId": "usmf", "CustomerAccount": "A-1"}
    bench.erp.delete("CustomersV3", key, ERP_PERSON)
    await bench.run()
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def _linked(bench: Bench) -> dict[str, Any]:
    """A-1 is a prospect on both sides."""
    bench.new_account("A-1", "First")
    await bench.start()
    account = bench.account("A-1")
    assert account is not None
    return account


@pytest.mark.parametrize("take", [Take.CRM, Take.ERP])
async def test_a_customer_that_is_deleted_in_the_erp_leaves_its_prospect_behind(
    bench: Bench, take: Take
) -> None:
    """The prospect's row stays, of the type Customer, which no map takes for a record."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, customertypecode=3)
    await bench.run()
    key = {"dataAreaId": "usmf", "CustomerAccount": "A-1"}
    bench.erp.delete("CustomersV3", key, ERP_PERSON)
    # What the customer is made with changes the prospect's row, too: they share party and address.
    bench.edit_account(row_id, name="Edited meanwhile", telephone1="+1 555", address1_line1="Main")
    await bench.run()
    assert bench.prospect("A-1")["ProspectRelationTypeId"] == "Customer"
    (conflict,) = await bench.conflicts(kind=ConflictKind.DELETED)
    await _take(bench, conflict, take)
    account, customer = bench.account("A-1"), bench.customer("A-1")
    if take is Take.CRM:
        assert account["name"] == customer["OrganizationName"] == "Edited meanwhile"
    else:
        assert (account, customer) == (None, None)
    await _settled(bench, conflict)
