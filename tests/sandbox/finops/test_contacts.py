from __future__ import annotations

import pytest

from tests.sandbox.finops.worlds import World, refused


@pytest.fixture
def party(world: World) -> str:
    return str(world.prospect()["ProspectPartyNumber"])


def test_a_contact_makes_its_person_and_the_first_is_the_default(world: World, party: str) -> None:
    ann = world.contact(party, "Ann", "Bee", PrimaryEmailAddress="ann@alpha.example")
    assert (ann["ContactPersonId"], ann["ContactPersonName"]) == ("ECP-000001", "Ann Bee")
    assert (ann["IsDefaultContactPerson"], ann["LastEditDateTime"]) == (
        "Yes",
        "2026-11-20T08:15:00Z",
    )
    assert world.contact(party, "Bob", "Cee")["IsDefaultContactPerson"] == "No"


def test_another_default_takes_the_mark_and_the_customer_follows(world: World, party: str) -> None:
    ann = world.contact(party, "Ann", "Bee")
    bob = world.contact(party, "Bob", "Cee")
    customer = world.convert("PR-000001")
    assert customer["ContactPersonId"] == ann["ContactPersonId"]
    world.update("ContactPersons", bob, IsDefaultContactPerson="Yes")
    assert world.again("ContactPersons", ann)["IsDefaultContactPerson"] == "No"
    assert world.again("CustomersV3", customer)["ContactPersonId"] == bob["ContactPersonId"]


def test_a_full_name_is_split(world: World, party: str) -> None:
    row = world.create(
        "ContactPersons", ContactPersonName="Ann Marie Bee", AssociatedPartyNumber=party
    )
    assert (row["FirstName"], row["MiddleName"], row["LastName"]) == ("Ann Marie", "", "Bee")
    world.update("ContactPersons", row, ContactPersonName="Ann Cole")
    row = world.again("ContactPersons", row)
    assert (row["FirstName"], row["MiddleName"], row["LastName"]) == ("Ann", "", "Cole")


def test_what_a_contact_needs(world: World, party: str) -> None:
    with refused("mandatory", "Associated party"):
        world.create("ContactPersons", FirstName="Ann")
    with refused("reference", "Global address book"):
        world.contact("EPA-000099", "Ann", "Bee")
    with refused("mandatory", "Field 'Name' must be filled in."):
        world.contact(party, "", "")


def test_the_number_is_unique_in_a_company(world: World, party: str) -> None:
    world.contact(party, "Ann", "Bee", ContactPersonId="CCP-1")
    with refused("duplicate", "Contact: CCP-1"):
        world.contact(party, "Bob", "Cee", ContactPersonId="CCP-1")


def test_an_existing_person_is_used_once_per_party(world: World, party: str) -> None:
    person = world.create("CDSParties", PartyType="Person", PersonLastName="Bee")["PartyNumber"]
    world.contact(party, "Ann", "Bee", ContactPersonPartyNumber=person)
    row = world.system.get("CDSParties", {"PartyNumber": person})
    assert row is not None
    assert row["PersonFirstName"] == "Ann"
    with refused("duplicate", "Contact for party"):
        world.contact(party, "Ann", "Bee", ContactPersonPartyNumber=person)
    with refused("reference", "Party record not found for party type 'Person'"):
        world.contact(party, "Ann", "Bee", ContactPersonPartyNumber=party)


def test_both_contact_entities_are_the_same_rows(world: World, party: str) -> None:
    ann = world.contact(party, "Ann", "Bee")
    (seen,) = world.system.list("CDSContactPersonsV2")
    assert (seen["AssociatedContactType"], seen["AssociatedContactNumber"]) == (
        "Customer",
        "PR-000001",
    )
    world.clock.forward(hours=1)
    world.update("CDSContactPersonsV2", seen, PrimaryPhoneNumber="555", LastName="Cole")
    after = world.again("ContactPersons", ann)
    assert (after["PrimaryPhoneNumber"], after["ContactPersonName"]) == ("555", "Ann Cole")
    assert after["LastEditDateTime"] == "2026-11-20T09:15:00Z"
    assert after["@odata.etag"] != ann["@odata.etag"]
    world.delete("CDSContactPersonsV2", seen)
    assert world.system.list("ContactPersons") == []


def test_a_contact_of_a_number(world: World) -> None:
    customer = world.customer()
    row = world.create(
        "CDSContactPersonsV2",
        dataAreaId="usmf",
        AssociatedContactType="Customer",
        AssociatedContactNumber=customer["CustomerAccount"],
        ContactPersonId="CCP-7",
        FirstName="Bob",
        LastName="Cee",
    )
    assert row["AssociatedPartyNumber"] == customer["PartyNumber"]
    assert row["ContactPersonPartyNumber"] == "EPA-000002"
    assert world.again("CustomersV3", customer)["ContactPersonId"] == "CCP-7"
    assert world.again("CDSContactPersonsV2", row) == row
    with refused("reference", "Associated contact number"):
        world.create("CDSContactPersonsV2", AssociatedContactNumber="nobody", LastName="X")
    with refused("rule", "Only contacts of customers"):
        world.create(
            "CDSContactPersonsV2",
            AssociatedContactType="Vendor",
            AssociatedContactNumber=customer["CustomerAccount"],
            LastName="X",
        )


def test_a_contact_of_a_party_without_relation_shows_only_in_its_own_entity(world: World) -> None:
    party = world.create("CDSParties", PartyType="Organization", OrganizationName="Free")
    world.contact(party["PartyNumber"], "Ann", "Bee")
    assert world.system.list("CDSContactPersonsV2") == []
    assert len(world.system.list("ContactPersons")) == 1


def test_deleting_the_customers_contact_clears_it(world: World) -> None:
    customer = world.customer()
    contact = world.contact(customer["PartyNumber"], "Ann", "Bee")
    world.delete("ContactPersons", contact)
    assert world.again("CustomersV3", customer)["ContactPersonId"] == ""
    assert len(world.system.list("CDSParties")) == 2


def test_a_contact_shows_under_every_customer_of_its_party(world: World) -> None:
    first = world.customer()
    second = world.customer(PartyNumber=first["PartyNumber"])
    row = world.create(
        "CDSContactPersonsV2",
        AssociatedContactNumber=second["CustomerAccount"],
        LastName="Cee",
    )
    assert row["AssociatedContactNumber"] == second["CustomerAccount"]
    listed = world.system.list("CDSContactPersonsV2")
    assert [item["AssociatedContactNumber"] for item in listed] == ["CU-000001", "CU-000002"]
    world.delete("CDSContactPersonsV2", row)
    assert world.system.list("CDSContactPersonsV2") == []
