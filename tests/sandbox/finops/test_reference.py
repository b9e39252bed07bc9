from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from connectors.sandbox.finops.seeding import seed_rows
from connectors.sandbox.kernel.storage import Storage
from tests.sandbox.finops.worlds import World, refused


def test_a_new_system_holds_the_shared_reference_data(world: World) -> None:
    (company,) = world.system.list("LegalEntities")
    assert (company["LegalEntityId"], company["CurrencyCode"]) == ("USMF", "USD")
    assert [row["CustomerGroupId"] for row in world.system.list("CustomerGroups")] == ["10", "20"]
    assert [row["CurrencyCode"] for row in world.system.list("Currencies")] == ["EUR", "USD"]
    assert [row["Name"] for row in world.system.list("PaymentTerms")] == ["Net10", "Net30"]
    (product,) = world.system.list("CDSReleasedDistinctProducts")
    assert product["SalesPrice"] == Decimal("1200.00")
    assert {row["Format"] for row in world.system.list("NumberSequencesV2References")} == {
        "PR-######",
        "CU-######",
        "EPA-######",
        "ECP-######",
        "ELO-######",
        "EEA-######",
        "SQ-######",
        "SO-######",
        "SPL-######",
        "SPS-######",
        "SI-######",
        "SIV-######",
        "LOT-######",
    }


def test_drawing_a_number_moves_the_reference(world: World) -> None:
    (before,) = (
        row
        for row in world.system.list("NumberSequencesV2References")
        if row["DataTypeName"] == "BusRelAccount"
    )
    assert (before["ScopeType"], before["ScopeValue"], before["NextNumber"]) == (
        "DataArea",
        "usmf",
        1,
    )
    world.prospect()
    after = world.again("NumberSequencesV2References", before)
    assert after["NextNumber"] == 2
    assert after["@odata.etag"] != before["@odata.etag"]


def test_a_group_in_use_cannot_be_deleted(world: World) -> None:
    group = world.create(
        "CustomerGroups", dataAreaId="usmf", CustomerGroupId="30", PaymentTermId="Net10"
    )
    customer = world.customer(CustomerGroupId="30")
    assert customer["PaymentTerms"] == "Net10"
    with refused("in-use", "Customer group 30 cannot be deleted"):
        world.delete("CustomerGroups", group)
    world.delete("CustomersV3", customer)
    world.delete("CustomerGroups", group)
    with refused("in-use", "Terms of payment Net30"):
        world.delete("PaymentTerms", {"dataAreaId": "usmf", "Name": "Net30"})


def test_reference_rows_are_checked_too(world: World) -> None:
    with refused("duplicate", "Customer group: 10"):
        world.create("CustomerGroups", dataAreaId="usmf", CustomerGroupId="10")
    with refused("mandatory", "Customer group"):
        world.create("CustomerGroups", dataAreaId="usmf")
    with refused("reference", "Terms of payment"):
        world.create(
            "CustomerGroups", dataAreaId="usmf", CustomerGroupId="40", PaymentTermId="Net99"
        )
    term = {"dataAreaId": "usmf", "Name": "Net10"}
    world.update("PaymentTerms", term, NumberOfDays=11)
    assert world.again("PaymentTerms", term)["NumberOfDays"] == 11
    with refused("read-only", status=405):
        world.create("Units", UnitSymbol="kg")


def test_seeding_is_by_entity_and_all_or_nothing(world: World) -> None:
    made = seed_rows(
        world.system,
        {
            "Units": [{"UnitSymbol": "kg", "UnitClass": "Mass"}],
            "Prospects": [{"dataAreaId": "usmf", "ProspectName": "Seeded"}],
        },
    )
    assert made == {
        "Units": [{"UnitSymbol": "kg"}],
        "Prospects": [{"dataAreaId": "usmf", "ProspectId": "PR-000001"}],
    }
    with refused("reference"):
        seed_rows(
            world.system,
            {"Prospects": [{"ProspectName": "A"}, {"ProspectName": "B", "CurrencyCode": "X"}]},
        )
    assert len(world.system.list("Prospects")) == 1
    with refused("duplicate"):
        seed_rows(world.system, {"Units": [{"UnitSymbol": "KG"}]})
    with refused("request", "needs a list"):
        seed_rows(world.system, {"Prospects": {}})


def test_reset_seeds_as_new(world: World) -> None:
    world.prospect()
    world.system.reset()
    assert world.system.list("Prospects") == []
    assert len(world.system.list("LegalEntities")) == 1
    assert world.prospect()["ProspectId"] == "PR-000001"


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "erp.db"
    first = World(Storage(path))
    prospect = first.prospect(CreditLimit=Decimal("10.50"))
    first.address(prospect["ProspectPartyNumber"], "1 Dock", "Delivery")
    before = first.again("Prospects", prospect)
    first.system.db.storage.close()
    second = World(Storage(path))
    assert second.again("Prospects", prospect) == before
    assert second.prospect("Beta")["ProspectId"] == "PR-000002"
    assert second.convert("PR-000001")["DeliveryAddressStreet"] == "1 Dock"
    second.system.db.storage.close()


def test_a_new_company_can_be_worked_in_and_is_closed_when_empty(world: World) -> None:
    company = world.create("LegalEntities", LegalEntityId="DEMF", CurrencyCode="EUR")
    row = world.prospect("Berta", dataAreaId="demf")
    assert (row["dataAreaId"], row["ProspectId"], row["CurrencyCode"]) == (
        "demf",
        "PR-000001",
        "EUR",
    )
    assert world.prospect()["ProspectId"] == "PR-000001"
    with refused("in-use", "Company DEMF cannot be deleted"):
        world.delete("LegalEntities", company)
    world.delete("Prospects", row)
    world.delete("LegalEntities", company)
    with refused("reference", "Company"):
        world.prospect("Berta", dataAreaId="demf")
