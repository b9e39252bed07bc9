"""Persons as prospects and customers of the ERP, and their contact persons."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops.actions import actions_of
from tests.sandbox.finops.worlds import World, refused


def person(world: World, name: str = "Dora Ek", **body: Any) -> dict[str, Any]:
    return world.prospect(name, ProspectPartyType="Person", **body)


def party_of(world: World, prospect: dict[str, Any]) -> dict[str, Any]:
    found = world.system.get("CDSParties", {"PartyNumber": prospect["ProspectPartyNumber"]})
    assert found is not None
    return found


def test_a_name_splits_at_its_last_space(world: World) -> None:
    for name, first, last in (
        ("Dora Ek", "Dora", "Ek"),
        ("Jan van der Berg", "Jan van der", "Berg"),
        ("Cher", "", "Cher"),
    ):
        row = person(world, name)
        party = party_of(world, row)
        assert (party["PersonFirstName"], party["PersonLastName"]) == (first, last)
        assert (row["ProspectName"], party["PartyType"]) == (name, "Person")


def test_a_part_that_is_too_long_is_refused(world: World) -> None:
    with refused("value", "its first name has 26 characters"):
        person(world, f"{'x' * 26} Ek")


def test_a_renamed_prospect_renames_the_person(world: World) -> None:
    row = person(world)
    world.update("Prospects", row, ProspectName="Dora van Ek")
    party = party_of(world, row)
    assert (party["PersonFirstName"], party["PersonLastName"]) == ("Dora van", "Ek")


def test_a_person_becomes_a_customer_with_its_people_and_addresses(world: World) -> None:
    row = person(world)
    number = row["ProspectPartyNumber"]
    world.address(number, "1 Dock Rd", "Delivery")
    world.address(number, "2 Bill St", "Invoice")
    fay = world.contact(number, "Fay", "Gil")
    (before,) = world.system.list("CDSContactPersonsV2")
    assert before["AssociatedContactNumber"] == row["ProspectId"]
    actions_of(world.system)["convert-prospect"]({"company": "USMF", "number": row["ProspectId"]})
    (customer,) = world.system.list("CustomersV3")
    assert (customer["CustomerAccount"], customer["PartyType"]) == ("PR-000001", "Person")
    assert (customer["PersonFirstName"], customer["PersonLastName"]) == ("Dora", "Ek")
    assert (customer["CustomerGroupId"], customer["PartyNumber"]) == ("10", number)
    assert customer["DeliveryAddressStreet"] == customer["AddressStreet"] == "1 Dock Rd"
    assert customer["InvoiceAddressStreet"] == "2 Bill St"
    assert customer["ContactPersonId"] == fay["ContactPersonId"]
    (after,) = world.system.list("CDSContactPersonsV2")
    assert after["AssociatedContactNumber"] == "PR-000001"
    assert world.again("Prospects", row)["ProspectRelationTypeId"] == "Customer"
    assert world.next_number("CustAccount") == 1


def test_a_contact_person_of_a_person_is_named_by_the_prospects_number(world: World) -> None:
    row = person(world)
    made = world.create(
        "CDSContactPersonsV2",
        AssociatedContactType="Customer",
        AssociatedContactNumber=row["ProspectId"],
        FirstName="Fay",
        LastName="Gil",
    )
    assert made["AssociatedPartyNumber"] == row["ProspectPartyNumber"]


def test_a_number_is_one_persons(world: World) -> None:
    person(world, "Hal Iver", ProspectId="Iver")
    with refused("duplicate", "Business relation: IVER"):
        person(world, "Ida Iver", ProspectId="IVER")
