"""What a delete means: by the map's policy, and never at the cost of an edit."""

from __future__ import annotations

from typing import Any

from sync.core.conflict import ConflictKind, ConflictState
from tests.engine.bench import Bench
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
