"""A prospect that is converted in the CRM before it ever crossed: the ERP takes both steps.

Source: the customer group on conversion, `docs/decisions.md`.
"""

from __future__ import annotations

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.row import Side
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.explaining import CRM, ERP, explained, unreachable, values
from tests.engine.people import People
from tests.engine.standing import at_rest


async def away(bench: Bench) -> None:
    """The ERP answers nothing; what the CRM told is taken in and tried."""
    bench.weather[Side.ERP] = unreachable
    await bench.look()
    while await bench.work.once():
        pass


async def back(bench: Bench) -> None:
    bench.weather.clear()
    await bench.run()


async def test_an_account_gets_the_group_of_the_prospect_parameters(both: Desk) -> None:
    bench = both.bench
    row_id = bench.new_account("A-1", "First", telephone1="+1 1")
    await away(bench)
    bench.edit_account(row_id, customertypecode=3)
    await away(bench)
    await back(bench)
    assert not await bench.conflicts()
    customer, prospect = bench.customer("A-1"), bench.prospect("A-1")
    assert customer["CustomerGroupId"] == "10"
    assert customer["PartyNumber"] == prospect["ProspectPartyNumber"]
    assert prospect["ProspectRelationTypeId"] == "Customer"
    account = bench.account("A-1")
    assert account["customertypecode"] == 3
    group = bench.group("10").split("(")[1].rstrip(")")
    assert account["_msdyn_customergroupid_value"] == group
    assert customer["PrimaryContactPhone"] == account["telephone1"] == "+1 1"
    found = await explained(bench, "stage", "account:usmf|a-1")
    assert values(found) == {CRM: "customer", ERP: "customer"}
    first = [m for m in found.moments if m.what == "written"][-1]
    assert (first.side, first.values) == (ERP, {ERP: "prospect"})
    assert first.reason == "the record is created as a prospect, as it was in the CRM at first"
    await at_rest(both)


async def test_the_group_that_the_user_chose_is_taken(both: Desk) -> None:
    bench = both.bench
    row_id = bench.new_account("A-1", "First")
    await away(bench)
    group = {"msdyn_customergroupid@odata.bind": bench.group("20")}
    bench.edit_account(row_id, customertypecode=3, **group)
    await back(bench)
    assert bench.customer("A-1")["CustomerGroupId"] == "20"
    assert not await bench.conflicts()


async def test_without_the_parameter_it_is_refused_with_what_to_do(both: Desk) -> None:
    bench = both.bench
    both.act("set-parameters", "", prospect_customer_group="")
    row_id = bench.new_account("A-1", "First")
    await away(bench)
    bench.edit_account(row_id, customertypecode=3)
    await back(bench)
    (refused,) = await bench.conflicts(state=ConflictState.OPEN)
    assert refused.kind is ConflictKind.REFUSED
    assert "Customer group" in refused.message
    assert (bench.customer("A-1"), bench.account("A-1")["customertypecode"]) == (None, 3)
    bench.edit_account(row_id, **{"msdyn_customergroupid@odata.bind": bench.group("20")})
    await bench.run()
    assert bench.customer("A-1")["CustomerGroupId"] == "20"
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_who_was_a_customer_from_the_start_needs_a_group(both: Desk) -> None:
    """Nobody converted anything: the ERP's rule for new customers holds."""
    bench = both.bench
    bench.new_account("A-1", "First", 3)
    await bench.run()
    (refused,) = await bench.conflicts(state=ConflictState.OPEN)
    assert refused.kind is ConflictKind.REFUSED
    assert bench.prospect("A-1") is None


async def test_a_person_goes_the_same_way(people: People) -> None:
    row_id = people.new_person("Hal", "Iver")
    await people.look()
    people.weather[Side.ERP] = unreachable
    while await people.work.once():
        pass
    people.make_customer(row_id, None)
    await away(people)
    await back(people)
    number = people.number(row_id)
    assert not await people.conflicts()
    assert people.customer(number)["CustomerGroupId"] == "10"
    assert people.prospect(number)["ProspectRelationTypeId"] == "Customer"
    assert people.person(row_id)["msdyn_isprospect"] is False
