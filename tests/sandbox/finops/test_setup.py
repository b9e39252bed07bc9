"""Set-up and products: what refers to what, and what a released product shows."""

from __future__ import annotations

from decimal import Decimal

from tests.sandbox.finops.worlds import World, refused

P0001 = {"dataAreaId": "usmf", "ItemNumber": "P0001"}
SOLD = {"dataAreaId": "usmf", "ProductNumber": "P0001"}


def test_a_product_ships_from_the_default_site(world: World) -> None:
    settings = world.again("ProductDefaultOrderSettings", P0001)
    assert (settings["SalesSiteId"], settings["SalesWarehouseId"]) == ("1", "11")
    house = world.again("Warehouses", {"dataAreaId": "usmf", "WarehouseId": "11"})
    assert house["OperationalSiteId"] == "1"
    with refused("reference", "Warehouse"):
        world.update("ProductDefaultOrderSettings", P0001, SalesWarehouseId="99")


def test_a_released_product_is_sold_at_its_price(world: World) -> None:
    world.create("AllProducts", ProductNumber="P0002", ProductName="Cable")
    with refused("mandatory", "Unit"):
        world.create(
            "ReleasedProductsV2", dataAreaId="usmf", ItemNumber="P2", ProductNumber="P0002"
        )
    world.create(
        "ReleasedProductsV2",
        dataAreaId="usmf",
        ItemNumber="P2",
        ProductNumber="P0002",
        SalesPrice=Decimal("9.50"),
        SalesUnitSymbol="box",
    )
    key = {"dataAreaId": "usmf", "ProductNumber": "P0002"}
    sold = world.again("CDSReleasedDistinctProducts", key)
    assert (sold["ItemNumber"], sold["ProductName"], sold["CurrencyCode"]) == ("P2", "Cable", "USD")
    item = {"dataAreaId": "usmf", "ItemNumber": "P2"}
    world.update("ReleasedProductsV2", item, SalesPrice=Decimal("10.00"))
    world.update("AllProducts", {"ProductNumber": "P0002"}, ProductName="Cable, 2 m")
    sold = world.again("CDSReleasedDistinctProducts", key)
    assert (sold["SalesPrice"], sold["ProductName"]) == (Decimal("10.00"), "Cable, 2 m")
    with refused("in-use", "Unit box"):
        world.delete("UnitsOfMeasure", {"UnitSymbol": "box"})
    world.delete("ReleasedProductsV2", item)
    assert {row["ProductNumber"] for row in world.system.list("CDSReleasedDistinctProducts")} == {
        "P0001"
    }


def test_lines_are_told_apart_by_whole_numbers(world: World) -> None:
    line = {"dataAreaId": "usmf", "PaymentScheduleName": "HALVES"}
    made = world.create("PaymentScheduleLines", **line, LineNumber=Decimal("3.0"))
    assert str(made["LineNumber"]) == "3"
    with refused("duplicate", "HALVES 3"):
        world.create("PaymentScheduleLines", **line, LineNumber=3)
    with refused("value", "not a whole number"):
        world.create("PaymentScheduleLines", **line, LineNumber=Decimal("3.5"))
    with refused("reference", "Payment schedule"):
        world.create(
            "PaymentScheduleLines", dataAreaId="usmf", PaymentScheduleName="THIRDS", LineNumber=1
        )


def test_what_is_referred_to_stays(world: World) -> None:
    with refused("in-use", "Payment schedule HALVES"):
        world.delete("PaymentSchedules", {"dataAreaId": "usmf", "Name": "HALVES"})
    with refused("in-use", "Site 1"):
        world.delete("OperationalSites", {"dataAreaId": "usmf", "SiteId": "1"})
    world.delete("TaxGroups", {"dataAreaId": "usmf", "TaxGroupCode": "CA"})
