from __future__ import annotations

import pytest

from tests.sandbox.finops.worlds import World, refused


def test_a_prospect_draws_its_number_and_makes_its_party(world: World) -> None:
    row = world.prospect()
    assert (row["ProspectId"], row["ProspectPartyNumber"]) == ("PR-000001", "EPA-000001")
    assert row["CurrencyCode"] == "USD"
    assert row["ProspectSearchName"] == "Alpha Ltd"
    party = world.system.get("CDSParties", {"PartyNumber": "EPA-000001"})
    assert party is not None
    assert (party["PartyType"], party["OrganizationName"]) == ("Organization", "Alpha Ltd")
    assert world.system.list("CustomersV3") == []
    assert world.next_number("CustAccount") == 1


def test_a_given_number_does_not_touch_the_sequence(world: World) -> None:
    assert world.prospect(ProspectId="CRMP-001")["ProspectId"] == "CRMP-001"
    assert world.next_number("BusRelAccount") == 1


def test_a_number_is_taken_only_once_and_without_case(world: World) -> None:
    world.prospect(ProspectId="Smith")
    with refused("duplicate", "Business relation: SMITH. The record already exists."):
        world.prospect(ProspectId="SMITH")
    assert len(world.system.list("CDSParties")) == 1


def test_a_refused_prospect_leaves_nothing_but_drawn_numbers(world: World) -> None:
    with refused("reference", "Customer group"):
        world.prospect(CustomerGroupId="99")
    assert world.system.list("Prospects") == []
    assert world.system.list("CDSParties") == []
    assert world.prospect()["ProspectId"] == "PR-000002"


def test_an_existing_party_is_used_and_its_name_follows(world: World) -> None:
    party = world.create("CDSParties", PartyType="Organization", OrganizationName="Old")
    row = world.prospect("New", ProspectPartyNumber=party["PartyNumber"])
    assert row["ProspectPartyNumber"] == party["PartyNumber"]
    assert world.again("CDSParties", party)["OrganizationName"] == "New"


def test_a_party_of_another_type_is_refused(world: World) -> None:
    party = world.create("CDSParties", PartyType="Person", PersonLastName="Ek")
    with refused("reference", "Party record not found for party type 'Organization'"):
        world.prospect(ProspectPartyNumber=party["PartyNumber"])
    with refused("reference", "Party record not found"):
        world.prospect(ProspectPartyNumber="EPA-999999")


def test_the_name_is_mandatory(world: World) -> None:
    with refused("mandatory", "Field 'Name' must be filled in."):
        world.prospect("")


def test_the_relation_type_defaults_to_the_parameter(world: World) -> None:
    row = world.create("Prospects", ProspectName="Beta")
    assert (row["ProspectRelationTypeId"], row["dataAreaId"]) == ("Prospect", "usmf")
    assert row["ProspectPartyType"] == "Organization"


def test_a_person_prospect_has_a_split_name(world: World) -> None:
    row = world.prospect("Dora Ann Ek", ProspectPartyType="Person")
    party = world.system.get("CDSParties", {"PartyNumber": row["ProspectPartyNumber"]})
    assert party is not None
    names = [party[f"Person{part}Name"] for part in ("First", "Middle", "Last")]
    assert names == ["Dora Ann", "", "Ek"]
    assert party["OrganizationName"] == ""
    assert row["ProspectName"] == "Dora Ann Ek"


def test_only_persons_and_organisations_can_be_prospects(world: World) -> None:
    for kind in ("Team", "Robot"):
        with refused("rule", f"A party of type '{kind}' cannot be created here."):
            world.prospect(ProspectPartyType=kind)


def test_an_unknown_company_is_refused(world: World) -> None:
    with refused("reference", "Company"):
        world.prospect(dataAreaId="zzzz")


@pytest.mark.parametrize("field", ["ProspectId", "ProspectPartyNumber", "ProspectPartyType"])
def test_keys_and_party_cannot_be_edited(world: World, field: str) -> None:
    row = world.prospect()
    other = "Person" if field == "ProspectPartyType" else "X"
    with refused("frozen", "does not allow editing"):
        world.update("Prospects", row, **{field: other})
    world.update("Prospects", row, **{field: row[field]})


def test_primary_electronic_addresses_are_written_through(world: World) -> None:
    row = world.prospect(PrimaryEmailAddress="a@alpha.example", PrimaryPhoneNumber="1")
    world.update("Prospects", row, PrimaryPhoneNumber="2", PrimaryURL="https://alpha.example")
    ways = {way["Type"]: way["Locator"] for way in world.system.list("PartyContactsV3")}
    assert ways == {"Email": "a@alpha.example", "Phone": "2", "URL": "https://alpha.example"}
    world.update("Prospects", row, PrimaryPhoneNumber="")
    assert world.again("Prospects", row)["PrimaryPhoneNumber"] == ""
    assert len(world.system.list("PartyContactsV3")) == 2


def test_the_primary_address_is_written_through(world: World) -> None:
    row = world.prospect(AddressStreet="1 Main", AddressCountryRegionISOCode="DE")
    assert row["AddressCountryRegionId"] == "DEU"
    assert row["AddressLocationRoles"] == "Business"
    world.update("Prospects", row, AddressStreet="2 Main")
    assert world.again("Prospects", row)["AddressStreet"] == "2 Main"
    assert len(world.system.list("CDSPostalAddressLocations")) == 1


def test_a_prospect_without_customer_can_be_deleted_and_its_party_stays(world: World) -> None:
    row = world.prospect()
    world.delete("Prospects", row)
    assert world.system.get("Prospects", world.key("Prospects", row)) is None
    assert len(world.system.list("CDSParties")) == 1
