from __future__ import annotations

import pytest

from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.views import Views
from connectors.sandbox.finops.web.equalities import equalities
from tests.sandbox.finops.wire import Wire
from tests.sandbox.finops.worlds import World, refused

_TYPE = "Microsoft.Dynamics.DataEntities.NoYes"


@pytest.fixture
def rich(world: World) -> World:
    for name in ("Alpha", "Beta", "O'Neil"):
        party = world.prospect(name)["ProspectPartyNumber"]
        world.address(party, f"1 {name} Rd", "Delivery")
        world.contact(party, "Ann", name)
    return world


@pytest.mark.parametrize(
    ("set_name", "text"),
    [
        ("Prospects", "dataAreaId eq 'USMF' and ProspectId eq 'pr-000002'"),
        ("Prospects", "ProspectName eq 'o''neil'"),
        ("Prospects", "ProspectPartyNumber eq 'EPA-000001'"),
        ("Prospects", "ProspectPartyNumber eq 'EPA-000001' and ProspectName eq 'Beta'"),
        ("Prospects", f"IsImported eq {_TYPE}'No' and ProspectName eq 'BETA'"),
        ("CDSPostalAddressHistoryV2", "LocationId eq 'ELO-000002'"),
        ("CDSPostalAddressHistoryV2", "ValidFrom eq 2026-11-20T08:15:00Z"),
        ("PartyLocationPostalAddressesV2", "PartyNumber eq 'EPA-000003'"),
        ("ContactPersons", "AssociatedPartyNumber eq 'EPA-000003' and LastName eq 'Beta'"),
        ("CDSContactPersonsV2", "AssociatedContactNumber eq 'PR-000003'"),
        ("CDSParties", "PartyNumber eq 'nobody'"),
    ],
)
async def test_the_short_way_finds_what_the_grammar_finds(
    rich: World, set_name: str, text: str
) -> None:
    wire = Wire.open(rich)
    assert equalities(ENTITIES[set_name], text) is not None
    short = await wire.rows(f"/data/{set_name}?$filter={text}")
    long = await wire.rows(f"/data/{set_name}?$filter=({text})")
    assert equalities(ENTITIES[set_name], f"({text})") is None
    assert short == long
    await wire.client.aclose()


@pytest.mark.parametrize(
    "text",
    [
        "ProspectName eq 'Al*'",
        "ProspectName ne 'Alpha'",
        "ProspectName eq 'Alpha' or ProspectName eq 'Beta'",
        "ProspectName eq 'Alpha' and ProspectName eq 'Beta'",
        "CreditLimit eq 0",
        "IsImported eq 'No'",
        f"IsImported eq {_TYPE}'Perhaps'",
        "IsImported eq Microsoft.Dynamics.DataEntities.DirPartyType'No'",
        "Colour eq 'red'",
        "ProspectName eq 'Alpha' and",
        "ProspectName eq",
        "ProspectName eq null",
    ],
)
def test_everything_else_is_left_to_the_grammar(text: str) -> None:
    assert equalities(ENTITIES["Prospects"], text) is None


def test_a_look_up_does_not_read_the_whole_set(
    rich: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scanned(*_args: object) -> None:
        raise AssertionError("the whole set was read")

    monkeypatch.setattr(Views, "all", scanned)
    found = rich.system.find("Prospects", {"dataAreaId": "usmf", "ProspectId": "PR-000001"})
    assert [row["ProspectName"] for row in found] == ["Alpha"]
    assert len(rich.system.find("ContactPersons", {"AssociatedPartyNumber": "EPA-000001"})) == 1
    assert len(rich.system.find("CDSPostalAddressHistoryV2", {"LocationId": "ELO-000001"})) == 1
    with pytest.raises(AssertionError):
        rich.system.find("Prospects", {"ProspectName": "Alpha"})


def test_finding_stays_in_the_company_and_checks_names(rich: World) -> None:
    assert rich.system.find("Prospects", {"ProspectId": "PR-000001"}, company="demf") == []
    assert rich.system.find("CDSParties", {"PartyNumber": "EPA-000001"}, company="demf")
    with refused("property", "Colour"):
        rich.system.find("Prospects", {"Colour": "red"})
