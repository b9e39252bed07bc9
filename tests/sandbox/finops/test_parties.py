from __future__ import annotations

import pytest

from tests.sandbox.finops.worlds import World, refused


def test_a_given_number_is_create_only(world: World) -> None:
    body = {"PartyType": "Organization", "OrganizationName": "A"}
    row = world.create("CDSParties", PartyNumber="CPA-000001", **body)
    assert (row["PartyNumber"], row["NameAlias"]) == ("CPA-000001", "A")
    with refused("duplicate", "Party ID: CPA-000001"):
        world.create("CDSParties", PartyNumber="CPA-000001", **body)
    assert world.create("CDSParties", **body)["PartyNumber"] == "EPA-000001"


def test_the_type_is_mandatory_and_fixed(world: World) -> None:
    with refused("mandatory", "Party type"):
        world.create("CDSParties", OrganizationName="A")
    with refused("rule", "cannot be created here"):
        world.create("CDSParties", PartyType="LegalEntity", OrganizationName="A")
    row = world.create("CDSParties", PartyType="Organization", OrganizationName="A")
    with refused(
        "frozen",
        "Cannot update a party's type from 'DirOrganization' to 'DirPerson', a delete of the "
        "existing party followed by an insert with the new type should be performed instead.",
    ):
        world.update("CDSParties", row, PartyType="Person")


def test_names_fit_the_type(world: World) -> None:
    with refused("rule", "Person names cannot be set"):
        world.create("CDSParties", PartyType="Organization", PersonLastName="Ek")
    with refused("rule", "organization name cannot be set"):
        world.create("CDSParties", PartyType="Person", OrganizationName="Ltd")
    with refused("mandatory", "Name"):
        world.create("CDSParties", PartyType="Person")


@pytest.mark.parametrize("role", ["prospect", "customer", "contact", "associated"])
def test_a_party_in_use_cannot_be_deleted(world: World, role: str) -> None:
    prospect = world.prospect()
    number = prospect["ProspectPartyNumber"]
    if role == "customer":
        world.delete("Prospects", prospect)
        number = world.customer(PartyNumber=number)["PartyNumber"]
    elif role in {"contact", "associated"}:
        contact = world.contact(number, "Ann", "Bee")
        if role == "contact":
            number = contact["ContactPersonPartyNumber"]
        else:
            world.delete("Prospects", prospect)
    with refused("in-use", "cannot be deleted"):
        world.delete("CDSParties", {"PartyNumber": number})


def test_a_free_party_goes_with_its_addresses(world: World) -> None:
    row = world.create("CDSParties", PartyType="Organization", OrganizationName="A")
    world.address(row["PartyNumber"], "1", "Home")
    world.create("PartyContactsV3", PartyNumber=row["PartyNumber"], Type="Phone", Locator="1")
    world.delete("CDSParties", row)
    for set_name in ("CDSParties", "PartyContactsV3", "CDSPartyPostalAddressLocations"):
        assert world.system.list(set_name) == []


def test_electronic_addresses_have_one_primary_per_type(world: World) -> None:
    row = world.prospect()
    party = row["ProspectPartyNumber"]
    first = world.create("PartyContactsV3", PartyNumber=party, Type="Phone", Locator="1")
    second = world.create("PartyContactsV3", PartyNumber=party, Type="Phone", Locator="2")
    mail = world.create("PartyContactsV3", PartyNumber=party, Type="Email", Locator="a@b.example")
    assert [item["IsPrimary"] for item in (first, second, mail)] == ["Yes", "No", "Yes"]
    assert world.again("Prospects", row)["PrimaryPhoneNumber"] == "1"
    world.update("PartyContactsV3", second, IsPrimary="Yes")
    assert world.again("PartyContactsV3", first)["IsPrimary"] == "No"
    assert world.again("Prospects", row)["PrimaryPhoneNumber"] == "2"
    world.delete("PartyContactsV3", second)
    assert world.again("Prospects", row)["PrimaryPhoneNumber"] == ""


def test_a_mobile_phone_is_not_primary_by_itself(world: World) -> None:
    party = world.prospect()["ProspectPartyNumber"]
    mobile = world.create(
        "PartyContactsV3", PartyNumber=party, Type="Phone", Locator="1", IsMobilePhone="Yes"
    )
    assert mobile["IsPrimary"] == "No"


def test_what_an_electronic_address_needs(world: World) -> None:
    party = world.prospect()["ProspectPartyNumber"]
    with refused("mandatory", "Type"):
        world.create("PartyContactsV3", PartyNumber=party, Locator="1")
    with refused("mandatory", "Contact number/address"):
        world.create("PartyContactsV3", PartyNumber=party, Type="Phone")
    with refused("reference", "Global address book"):
        world.create("PartyContactsV3", PartyNumber="EPA-000099", Type="Phone", Locator="1")
    row = world.create("PartyContactsV3", PartyNumber=party, Type="Phone", Locator="1")
    with refused("mandatory", "Contact number/address"):
        world.update("PartyContactsV3", row, Locator="")
    with refused("duplicate", "Electronic address"):
        world.create(
            "PartyContactsV3",
            PartyNumber=party,
            ElectronicAddressId=row["ElectronicAddressId"],
            Type="Fax",
            Locator="2",
        )
