from __future__ import annotations

import base64
from decimal import Decimal

import pytest

from connectors.sandbox.finops.catalogue import ENTITIES
from tests.sandbox.finops.selling import sold
from tests.sandbox.finops.worlds import PERSON, World, refused


def _pairs(etag: str) -> list[str]:
    assert etag.startswith('W/"')
    text = base64.b64decode(etag[3:-1]).decode()
    assert text[0] == text[-1] == "'"
    return text[1:-1].split(";")


def test_an_edit_through_one_entity_shows_through_the_others_and_moves_their_tags(
    world: World,
) -> None:
    prospect = world.prospect()
    customer = world.convert("PR-000001")
    party = world.system.list("CDSParties")[0]
    world.update("CDSParties", party, OrganizationName="Alpha GmbH")
    for set_name, row, name in (
        ("Prospects", prospect, "ProspectName"),
        ("CustomersV3", customer, "OrganizationName"),
    ):
        after = world.again(set_name, row)
        assert after[name] == "Alpha GmbH"
        assert after["@odata.etag"] != row["@odata.etag"]


def test_a_tag_is_made_of_versions_and_record_ids(world: World) -> None:
    row = world.prospect()
    before = _pairs(row["@odata.etag"])
    assert [pair.split(",")[0] for pair in before] == ["1", "1"]
    world.update("Prospects", row, Note="x")
    after = _pairs(world.again("Prospects", row)["@odata.etag"])
    assert [pair.split(",")[0] for pair in after] == ["2", "1"]
    assert [pair.split(",")[1] for pair in after] == [pair.split(",")[1] for pair in before]
    assert int(before[0].split(",")[1]) > 5637144575


def test_writing_what_is_there_changes_nothing(world: World) -> None:
    row = world.prospect()
    world.update("Prospects", row, **row)
    assert world.again("Prospects", row) == row


def test_a_row_read_in_a_failed_changeset_is_not_remembered(world: World) -> None:
    row = world.prospect()
    party = world.system.list("CDSParties")[0]

    def doomed() -> None:
        with world.system.transaction(PERSON):
            world.update("CDSParties", party, OrganizationName="Lost")
            assert world.again("Prospects", row)["ProspectName"] == "Lost"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        doomed()
    world.update("CDSParties", party, OrganizationName="Kept")
    assert world.again("Prospects", row)["ProspectName"] == "Kept"


def test_what_was_read_can_be_changed_without_changing_the_system(world: World) -> None:
    row = world.prospect()
    world.again("Prospects", row)["ProspectName"] = "mine"
    world.system.list("Prospects")[0]["ProspectName"] = "mine"
    assert world.again("Prospects", row)["ProspectName"] == "Alpha Ltd"


def test_indexes_follow_a_failed_changeset(world: World) -> None:
    prospect = world.prospect()

    def doomed() -> None:
        with world.system.transaction(PERSON):
            world.contact(prospect["ProspectPartyNumber"], "Ann", "Bee")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        doomed()
    assert world.system.list("ContactPersons") == []
    row = world.contact(prospect["ProspectPartyNumber"], "Bob", "Cee")
    assert row["IsDefaultContactPerson"] == "Yes"


def test_a_restored_system_is_as_it_was(world: World) -> None:
    row = world.prospect()
    before = world.system.snapshot()
    world.update("Prospects", row, ProspectName="Later")
    world.contact(row["ProspectPartyNumber"], "Ann", "Bee")
    world.system.restore(before)
    assert world.again("Prospects", row) == row
    assert world.contact(row["ProspectPartyNumber"], "B", "C")["IsDefaultContactPerson"] == "Yes"


def test_stale_tags_are_refused_and_a_star_matches_any(world: World) -> None:
    row = world.prospect()
    key = world.key("Prospects", row)
    tag = row["@odata.etag"]
    world.system.update("Prospects", key, {"Note": "1"}, PERSON, if_match=tag)
    with refused("stale", "update conflict", status=412):
        world.system.update("Prospects", key, {"Note": "2"}, PERSON, if_match=tag)
    with refused("stale", status=412):
        world.system.delete("Prospects", key, PERSON, if_match=tag)
    world.system.update("Prospects", key, {"Note": "3"}, PERSON, if_match="*")
    world.system.switches.fo_stale_status = 400
    with refused("stale", status=400):
        world.system.update("Prospects", key, {"Note": "4"}, PERSON, if_match=tag)
    assert world.again("Prospects", row)["Note"] == "3"


def test_missing_rows(world: World) -> None:
    key = {"dataAreaId": "usmf", "ProspectId": "PR-000009"}
    assert world.system.get("Prospects", key) is None
    for call in (
        lambda: world.system.update("Prospects", key, {"Note": "x"}, PERSON),
        lambda: world.system.delete("Prospects", key, PERSON),
    ):
        with refused("missing", "No resources were found when selecting for update."):
            call()


def test_keys_in_any_order_and_case_but_whole(world: World) -> None:
    row = world.prospect()
    found = world.system.get("Prospects", {"ProspectId": "pr-000001", "dataAreaId": "USMF"})
    assert found == row
    with refused("request", "The key of 'Prospects' is"):
        world.system.get("Prospects", {"ProspectId": "PR-000001"})
    with refused("set", "No HTTP resource was found", status=404):
        world.system.list("prospects")


def test_rows_come_in_key_order(world: World) -> None:
    for number in ("b-2", "A-1", "C-3"):
        world.prospect(ProspectId=number)
    listed = [row["ProspectId"] for row in world.system.list("Prospects")]
    assert listed == ["A-1", "b-2", "C-3"]


def test_values_are_checked_by_kind(world: World) -> None:
    for field, value, code, text in (
        ("ProspectName", "x" * 101, "value", "101 characters, at most 100"),
        ("ProspectName", 7, "request", "expected type 'Edm.String'"),
        ("IsImported", True, "request", "DataEntities.NoYes"),
        ("IsImported", "yes", "request", "DataEntities.NoYes"),
        ("CreditLimit", "10", "request", "Edm.Decimal"),
        ("OrganizationEmployeeAmount", 1.5, "request", "Edm.Int32"),
        ("OrganizationEmployeeAmount", 2**31, "request", "Edm.Int32"),
        ("Colour", "red", "property", "The property 'Colour' does not exist on type"),
        ("prospectname", "x", "property", "The property 'prospectname'"),
    ):
        with refused(code, text):
            world.prospect(**{field: value})


def test_decimals_stay_exact_and_nothing_is_null(world: World) -> None:
    row = world.prospect(CreditLimit=Decimal("25000.10"), Note=None, IsImported=None)
    assert row["CreditLimit"] == Decimal("25000.10")
    assert str(row["CreditLimit"]) == "25000.10"
    assert (row["Note"], row["IsImported"]) == ("", "No")
    assert None not in row.values()


def test_empty_dates_are_1900(world: World) -> None:
    row = world.prospect()
    assert row["AddressValidFrom"] == "1900-01-01T00:00:00Z"
    address = world.address(
        row["ProspectPartyNumber"], "1", "Home", ValidFrom="2026-03-01T10:00:00+02:00"
    )
    assert address["ValidFrom"] == "2026-03-01T08:00:00Z"
    with refused("request", "Edm.DateTimeOffset"):
        world.address(row["ProspectPartyNumber"], "1", "Home", ValidFrom="yesterday")


def test_control_information_in_a_body_is_passed_over(world: World) -> None:
    row = world.prospect(**{"@odata.type": "#x", "Note@odata.type": "#String"})
    assert row["ProspectId"] == "PR-000001"


def test_every_entity_can_be_listed_and_its_rows_found_by_key(world: World) -> None:
    prospect = world.prospect(PrimaryPhoneNumber="1")
    world.address(prospect["ProspectPartyNumber"], "1 Dock", "Delivery")
    world.contact(prospect["ProspectPartyNumber"], "Ann", "Bee")
    world.convert("PR-000001")
    sold(world)
    for set_name, entity in ENTITIES.items():
        rows = world.system.list(set_name)
        assert rows, set_name
        for row in rows:
            assert list(row) == ["@odata.etag", *entity.fields]
            assert world.again(set_name, row) == row
