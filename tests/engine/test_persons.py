"""Persons: prospects and customers that are contacts in the CRM, on every way to the customer."""

from __future__ import annotations

import pytest

from connectors.sandbox.finops.actions import convert_prospect
from sync.core.conflict import ConflictKind, ConflictState
from sync.core.link import LinkState
from sync.core.row import Side
from sync.testing.faulty import Fault
from tests.engine.bench import once
from tests.engine.people import People
from tests.simulation.systems import CRM_PERSON, ERP_PERSON


def convert(people: People, number: str) -> None:
    convert_prospect(people.erp, {"company": "USMF", "number": number}, ERP_PERSON)


async def test_the_erp_makes_a_person_and_converts_it(people: People) -> None:
    people.erp_person("PR-7", "Dora Ek")
    await people.run()
    before = people.contact("PR-7")
    assert (before["firstname"], before["lastname"]) == ("Dora", "Ek")
    assert (before["msdyn_isprospect"], before["msdyn_sellable"]) == (True, False)
    convert(people, "PR-7")
    await people.run()
    after = people.contact("PR-7")
    assert after["contactid"] == before["contactid"]
    assert (after["msdyn_isprospect"], after["msdyn_sellable"]) == (False, True)
    assert (await people.link("person", "usmf|pr-7")).stage == "customer"
    assert not await people.conflicts()


async def test_the_crm_converts_a_person_with_a_group(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    party = (people.prospect("Iver") or {})["ProspectPartyNumber"]
    people.make_customer(hal, "20")
    await people.run()
    customer = people.customer("Iver") or {}
    assert (customer["PartyType"], customer["CustomerGroupId"]) == ("Person", "20")
    assert (customer["PersonFirstName"], customer["PersonLastName"]) == ("Hal", "Iver")
    assert customer["PartyNumber"] == party
    assert (people.prospect("Iver") or {})["ProspectRelationTypeId"] == "Customer"
    assert people.number(hal) == "Iver"
    assert not await people.conflicts()


async def test_without_a_group_the_parameter_decides(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    people.make_customer(hal, None)
    await people.run()
    assert (people.customer("Iver") or {})["CustomerGroupId"] == "10"
    group = people.person(hal)["_msdyn_customergroupid_value"]
    assert people.group("10") == f"/msdyn_customergroups({group})"


async def test_both_convert_at_once(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    convert(people, "Iver")
    people.make_customer(hal, "20")
    await people.run()
    assert (people.customer("Iver") or {})["CustomerGroupId"] == "20"
    assert len(people.erp.list("CustomersV3")) == 1
    (clash,) = await people.conflicts(field="customer_group")
    assert (clash.kind, clash.state) == (ConflictKind.CLASH, ConflictState.RESOLVED)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("side", list(Side))
async def test_a_conversion_with_a_fault(people: People, side: Side, fault: Fault) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    people.weather[side] = once(fault)
    people.make_customer(hal, "20")
    await people.run()
    assert len(people.erp.list("CustomersV3")) == 1
    assert (people.prospect("Iver") or {})["ProspectRelationTypeId"] == "Customer"
    assert (await people.link("person", "usmf|iver")).state is LinkState.SETTLED


async def test_a_number_that_another_partys_customer_has(people: People) -> None:
    """The conversion is refused: both sides stay prospects, with a conflict."""
    hal = people.new_person("Hal", "Iver")
    await people.run()
    people.new_customer("Iver", "Iver Shipping")
    people.make_customer(hal, "20")
    await people.run()
    row = people.person(hal)
    assert (row["msdyn_isprospect"], row["msdyn_sellable"]) == (True, False)
    assert (people.prospect("Iver") or {})["ProspectRelationTypeId"] == "Prospect"
    open_ = await people.conflicts(kind=ConflictKind.NUMBER_TAKEN, state=ConflictState.OPEN)
    assert open_
    assert len(people.erp.list("CustomersV3")) == 1


async def test_names_that_divide_otherwise_stay_as_they_are() -> None:
    """The ERP splits at the last space; the whole is equal, so nobody is renamed."""
    people = People()
    await people.start()
    jan = people.new_person("Jan", "van der Berg")
    await people.run()
    row = people.person(jan)
    assert (row["firstname"], row["lastname"]) == ("Jan", "van der Berg")
    people.edit_prospect("van der Berg", ProspectName="Jan Willem Berg")
    await people.run()
    row = people.person(jan)
    assert (row["firstname"], row["lastname"]) == ("Jan Willem", "Berg")


async def test_a_conversion_settles_how_a_name_divides() -> None:
    """The customers' map has two names; the CRM's are taken, and the ERP's are kept on record."""
    people = People()
    await people.start()
    jan = people.new_person("Jan", "van der Berg")
    await people.run()
    people.make_customer(jan, "20")
    await people.run()
    customer = people.customer("van der Berg") or {}
    names = (customer["PersonFirstName"], customer["PersonLastName"])
    assert names == ("Jan", "van der Berg")
    clashes = await people.conflicts(kind=ConflictKind.CLASH)
    assert {c.field for c in clashes} == {"first_name", "last_name"}
    assert {c.state for c in clashes} == {ConflictState.RESOLVED}


async def test_a_contact_person_of_a_person_waits_for_its_number() -> None:
    people = People()
    await people.start()
    hal = people.new_person("Hal", "Iver")
    under = {"parentcustomerid_contact@odata.bind": f"/contacts({hal})"}
    body = {"firstname": "Jo", "lastname": "Kay", **under}
    people.crm.create("contacts", body, CRM_PERSON)
    await people.run()
    (jo,) = people.erp.list("CDSContactPersonsV2")
    assert (jo["AssociatedContactNumber"], jo["ContactPersonName"]) == ("Iver", "Jo Kay")
    people.make_customer(hal, "20")
    await people.run()
    (jo,) = people.erp.list("CDSContactPersonsV2")
    assert jo["AssociatedContactNumber"] == "Iver"
    assert not await people.conflicts()


async def test_the_same_party_under_our_number_is_the_same_person() -> None:
    """With the address book the party tells who it is: no second number for one person."""
    people = People(gab=True)
    await people.start(maps=[m.id for m in people.kinds.table_maps if m.kind != "person"])
    body = {"firstname": "Hal", "lastname": "Iver", **people.company}
    hal = people.crm.create("contacts", body, CRM_PERSON)
    account = people.new_account("A-1", "Alpha")
    under = {"parentcustomerid_account@odata.bind": f"/accounts({account})"}
    people.edit_person(hal["contactid"], **under)
    await people.run()
    (party,) = (
        row["PartyNumber"] for row in people.erp.list("CDSParties") if row["PartyType"] == "Person"
    )
    people.edit_person(hal["contactid"], msdyn_isprospect=True)
    await people.look()
    made: list[int] = []

    def meanwhile() -> None:
        if not made:
            made.append(1)
            people.new_prospect("Iver", "", ProspectPartyType="Person", ProspectPartyNumber=party)

    people.before_write = meanwhile
    await people.start()
    assert people.number(hal["contactid"]) == "Iver"
    assert list(people.prospects()) == ["A-1", "Iver"]
    assert not await people.conflicts()


async def test_the_filters_share_the_table(people: People) -> None:
    """A contact who is nobody's is no person of ours."""
    people.crm.create("contacts", {"lastname": "Lee"}, CRM_PERSON)
    await people.run()
    async with people.store.transaction() as tx:
        assert await tx.list_links(kind="person") == []
    await people.look(full=True)
    assert people.prospects() == {}
