from __future__ import annotations

import pytest

from connectors.sandbox.finops.events import DataEvent
from tests.sandbox.finops.worlds import PERSON, SERVICE, World, refused


@pytest.fixture
def events(world: World) -> list[DataEvent]:
    found: list[DataEvent] = []
    world.system.subscribe(found.extend)
    return found


def _names(events: list[DataEvent]) -> set[tuple[str, str]]:
    return {(event.message.removeprefix("OnExternal"), event.entity.set_name) for event in events}


def test_one_save_raises_an_event_for_every_entity_that_shows_it(
    world: World, events: list[DataEvent]
) -> None:
    world.prospect()
    assert _names(events) == {("Created", "Prospects"), ("Created", "CDSParties")}
    assert all(event.caller == PERSON for event in events)


def test_a_rename_shows_in_party_prospect_and_customer(
    world: World, events: list[DataEvent]
) -> None:
    world.prospect()
    world.convert("PR-000001")
    events.clear()
    party = world.system.list("CDSParties")[0]
    world.update("CDSParties", party, OrganizationName="Alpha GmbH")
    assert _names(events) == {
        ("Updated", "CDSParties"),
        ("Updated", "Prospects"),
        ("Updated", "CustomersV3"),
    }
    changed = {event.entity.set_name: event.changed() for event in events}
    assert changed["CustomersV3"] == ["OrganizationName"]
    (prospect,) = (event for event in events if event.entity.set_name == "Prospects")
    assert prospect.before is not None
    assert prospect.after is not None
    assert (prospect.before["ProspectName"], prospect.after["ProspectName"]) == (
        "Alpha Ltd",
        "Alpha GmbH",
    )


def test_events_of_a_changeset_are_one_per_row(world: World, events: list[DataEvent]) -> None:
    row = world.prospect()
    events.clear()
    with world.system.transaction(PERSON):
        world.update("Prospects", row, Note="1")
        world.update("Prospects", row, Note="2")
        assert events == []
    (event,) = events
    assert event.changed() == ["Note"]
    assert event.after is not None
    assert event.after["Note"] == "2"


def test_a_row_made_and_removed_in_one_changeset_raises_nothing(
    world: World, events: list[DataEvent]
) -> None:
    with world.system.transaction(PERSON):
        row = world.create("CDSPostalAddressLocations", Description="x")
        world.delete("CDSPostalAddressLocations", row)
    assert events == []


def test_what_failed_raises_nothing(world: World, events: list[DataEvent]) -> None:
    row = world.prospect()
    events.clear()
    with refused("reference"):
        world.update("Prospects", row, ProspectName="x", CustomerGroupId="99")
    world.update("Prospects", row, ProspectName=row["ProspectName"])
    assert events == []
    world.update("Prospects", row, Note="y")
    assert _names(events) == {("Updated", "Prospects")}
    assert events[0].changed() == ["Note"]


def test_conversion_raises_events_only_where_something_shows(
    world: World, events: list[DataEvent]
) -> None:
    prospect = world.prospect()
    world.address(prospect["ProspectPartyNumber"], "1 Dock", "Delivery")
    world.contact(prospect["ProspectPartyNumber"], "Ann", "Bee")
    events.clear()
    world.convert("PR-000001")
    assert _names(events) == {
        ("Created", "CustomersV3"),
        ("Created", "CustomerPostalAddresses"),
        ("Updated", "Prospects"),
    }
    assert {event.caller for event in events} == {SERVICE}


def test_an_address_edit_shows_at_every_party_that_uses_it(
    world: World, events: list[DataEvent]
) -> None:
    first, second = world.prospect("A"), world.prospect("B")
    row = world.address(first["ProspectPartyNumber"], "1 Dock", "Delivery")
    world.create(
        "CDSPartyPostalAddressLocations",
        PartyNumber=second["ProspectPartyNumber"],
        LocationId=row["LocationId"],
    )
    events.clear()
    world.update("CDSPostalAddressHistoryV2", row, Street="2 Dock")
    prospects = [event.key["ProspectId"] for event in events if "ProspectId" in event.key]
    assert prospects == ["PR-000001", "PR-000002"]
    assert ("Updated", "PartyLocationPostalAddressesV2") in _names(events)
    assert ("Updated", "CDSPostalAddressLocations") not in _names(events)


def test_deletes_carry_the_last_state(world: World, events: list[DataEvent]) -> None:
    prospect = world.prospect()
    contact = world.contact(prospect["ProspectPartyNumber"], "Ann", "Bee")
    events.clear()
    world.delete("ContactPersons", contact)
    assert _names(events) == {("Deleted", "ContactPersons"), ("Deleted", "CDSContactPersonsV2")}
    assert all(event.after is None and event.before is not None for event in events)


def test_a_plain_table_raises_its_own_event(world: World, events: list[DataEvent]) -> None:
    group = world.create("CustomerGroups", dataAreaId="usmf", CustomerGroupId="30")
    world.update("CustomerGroups", group, Description="x")
    world.delete("CustomerGroups", group)
    assert [event.message for event in events] == [
        "OnExternalCreated",
        "OnExternalUpdated",
        "OnExternalDeleted",
    ]
    assert {event.entity.event_name for event in events} == {"mserp_custcustomergroupentity"}
