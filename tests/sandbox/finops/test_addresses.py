from __future__ import annotations

import pytest

from tests.sandbox.finops.worlds import World, refused

_SET = "PartyLocationPostalAddressesV2"


@pytest.fixture
def party(world: World) -> str:
    return str(world.prospect()["ProspectPartyNumber"])


def test_one_post_makes_location_version_and_role(world: World, party: str) -> None:
    row = world.address(party, "1 Dock Rd", "Delivery", Description="Dock")
    assert row["LocationId"] == "ELO-000001"
    assert (row["IsPrimary"], row["IsRoleDelivery"], row["IsRoleInvoice"]) == ("Yes", "Yes", "No")
    assert (row["ValidFrom"], row["ValidTo"]) == ("2026-11-20T08:15:00Z", "2154-12-31T23:59:59Z")
    (location,) = world.system.list("CDSPostalAddressLocations")
    (version,) = world.system.list("CDSPostalAddressHistoryV2")
    (link,) = world.system.list("CDSPartyPostalAddressLocations")
    assert (location["LocationId"], location["Description"]) == ("ELO-000001", "Dock")
    assert (version["Street"], version["CountryRegionISOCode"]) == ("1 Dock Rd", "US")
    assert version["Address"] == "1 Dock Rd\nSeattle\nUSA"
    assert (link["Purpose"], link["IsLocationOwner"]) == ("Delivery", "Yes")


def test_only_the_first_address_becomes_primary_by_itself(world: World, party: str) -> None:
    first = world.address(party, "1 Dock Rd", "Delivery")
    second = world.address(party, "2 Bill St", "Invoice")
    assert second["IsPrimary"] == "No"
    world.update(_SET, second, IsPrimary="Yes")
    assert world.again(_SET, first)["IsPrimary"] == "No"
    world.delete(_SET, second)
    assert world.again(_SET, first)["IsPrimary"] == "Yes"
    assert len(world.system.list("CDSPostalAddressLocations")) == 1


def test_roles_and_flags_are_two_views_of_one_thing(world: World, party: str) -> None:
    row = world.address(party, "1 Dock Rd", "Delivery", IsRoleInvoice="Yes")
    assert row["Roles"] == "Delivery;Invoice"
    world.update(_SET, row, IsRoleDelivery="No", IsRoleHome="Yes")
    assert world.again(_SET, row)["Roles"] == "Invoice;Home"
    link = world.system.list("CDSPartyPostalAddressLocations")[0]
    world.update("CDSPartyPostalAddressLocations", link, Purpose="business, Invoice")
    assert world.again(_SET, row)["Roles"] == "Business;Invoice"
    with refused("reference", "Location roles"):
        world.update(_SET, row, Roles="Moon")


def test_the_country_is_the_erps_code_and_agrees_with_the_iso_code(
    world: World, party: str
) -> None:
    assert world.address(party, "1", "Home", CountryRegionId="DEU")["CountryRegionISOCode"] == "DE"
    with refused("reference", "Country/region"):
        world.address(party, "1", "Home", CountryRegionId="Germany")
    with refused("reference", "ISO code"):
        world.address(party, "1", "Home", CountryRegionISOCode="ZZ")
    with refused("value", "does not have the ISO code"):
        world.address(party, "1", "Home", CountryRegionId="DEU", CountryRegionISOCode="FR")


def test_the_parts_can_be_made_one_by_one(world: World, party: str) -> None:
    location = world.create("CDSPostalAddressLocations", LocationId="CLO-1", Description="Dock")
    version = world.create(
        "CDSPostalAddressHistoryV2",
        LocationId="CLO-1",
        ValidFrom="2026-01-01T00:00:00Z",
        Street="1 Dock Rd",
        CountryRegionId="USA",
    )
    link = world.create(
        "CDSPartyPostalAddressLocations",
        PartyNumber=party,
        LocationId="CLO-1",
        Purpose="Delivery",
    )
    assert (location["LocationId"], version["Description"]) == ("CLO-1", "Dock")
    assert link["IsPrimary"] == "Yes"
    (seen,) = world.system.list(_SET)
    assert (seen["Street"], seen["ValidFrom"]) == ("1 Dock Rd", "2026-01-01T00:00:00Z")
    for set_name, body in (
        ("CDSPostalAddressLocations", {"LocationId": "clo-1"}),
        (
            "CDSPostalAddressHistoryV2",
            {"LocationId": "CLO-1", "ValidFrom": "2026-01-01T00:00:00Z"},
        ),
        ("CDSPartyPostalAddressLocations", {"PartyNumber": party, "LocationId": "CLO-1"}),
    ):
        with refused("duplicate", "The record already exists."):
            world.create(set_name, **body)


def test_parts_of_nothing_are_refused(world: World, party: str) -> None:
    with refused("reference", "Locations"):
        world.create("CDSPostalAddressHistoryV2", LocationId="CLO-9", Street="x")
    with refused("reference", "Locations"):
        world.create("CDSPartyPostalAddressLocations", PartyNumber=party, LocationId="CLO-9")
    with refused("reference", "Global address book"):
        world.address("EPA-000099", "1", "Home")
    with refused("mandatory", "Party ID"):
        world.create(_SET, Street="1")


def test_a_shared_location_shows_at_both_parties(world: World, party: str) -> None:
    row = world.address(party, "1 Dock Rd", "Delivery")
    other = world.create("CDSParties", PartyType="Organization", OrganizationName="Other")
    shared = world.create(
        _SET,
        PartyNumber=other["PartyNumber"],
        LocationId=row["LocationId"],
        Roles="Invoice",
    )
    assert (shared["Street"], shared["IsLocationOwner"]) == ("1 Dock Rd", "No")
    world.update(_SET, shared, Street="2 Dock Rd")
    assert world.again(_SET, row)["Street"] == "2 Dock Rd"
    with refused("in-use", "a party uses it"):
        world.delete("CDSPostalAddressLocations", {"LocationId": row["LocationId"]})
    with refused("duplicate", "Location ID"):
        world.create(_SET, PartyNumber=party, LocationId=row["LocationId"])


def test_a_new_version_ends_the_old_one_and_is_shown(world: World, party: str) -> None:
    row = world.address(party, "1 Dock Rd", "Delivery")
    world.clock.forward(days=1)
    world.create(
        "CDSPostalAddressHistoryV2",
        LocationId=row["LocationId"],
        Street="9 New Rd",
        CountryRegionId="USA",
    )
    old, new = world.system.list("CDSPostalAddressHistoryV2")
    assert old["ValidTo"] == new["ValidFrom"] == "2026-11-21T08:15:00Z"
    assert new["ValidTo"] == "2154-12-31T23:59:59Z"
    assert world.system.list("Prospects")[0]["AddressStreet"] == "9 New Rd"
    world.delete("CDSPostalAddressHistoryV2", new)
    assert world.system.list("Prospects")[0]["AddressStreet"] == "1 Dock Rd"


def test_correcting_a_version_keeps_its_key(world: World, party: str) -> None:
    row = world.address(party, "1 Dock Rd", "Delivery")
    world.clock.forward(days=1)
    world.update("CDSPostalAddressHistoryV2", row, Street="1 Dock Road", Description="Gate 2")
    after = world.again(_SET, row)
    assert (after["Street"], after["Description"]) == ("1 Dock Road", "Gate 2")


def test_an_unlinked_location_can_be_deleted(world: World, party: str) -> None:
    row = world.address(party, "1 Dock Rd", "Delivery")
    world.delete("CDSPartyPostalAddressLocations", row)
    assert world.system.list(_SET) == []
    world.delete("CDSPostalAddressLocations", row)
    assert world.system.list("CDSPostalAddressHistoryV2") == []
