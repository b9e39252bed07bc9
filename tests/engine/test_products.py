"""Reference data and products: the ERP defines them, the CRM gets what it needs to sell them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sync.core.conflict import ConflictState
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON, ERP_PERSON


def _release(bench: Bench, number: str, **more: Any) -> None:
    erp = bench.erp
    erp.create("AllProducts", {"ProductNumber": number, "ProductName": "Cable"}, ERP_PERSON)
    item = {"dataAreaId": "usmf", "ItemNumber": number, "ProductNumber": number}
    price = {"SalesPrice": Decimal("9.50"), "SalesUnitSymbol": "kg"}
    erp.create("ReleasedProductsV2", {**item, **price, **more}, ERP_PERSON)


def _product(bench: Bench, number: str) -> dict[str, Any] | None:
    rows = bench.crm.list("products", filter=f"msdyn_productnumber eq '{number}'")
    return rows[0] if rows else None


async def test_a_new_product_brings_its_unit_and_stands_in_the_price_list(bench: Bench) -> None:
    await bench.start("erp")
    assert await bench.conflicts() == []
    unit = {"UnitSymbol": "kg", "UnitDescription": "Kilogram", "UnitClass": "Mass"}
    bench.erp.create("UnitsOfMeasure", unit, ERP_PERSON)
    _release(bench, "P0009")
    await bench.run()
    product = _product(bench, "P0009")
    assert product is not None
    assert (product["name"], product["price"], product["statecode"]) == (
        "Cable",
        Decimal("9.50"),
        0,
    )
    kg = bench.crm.get("uoms", product["_defaultuomid_value"])
    group = bench.crm.get("uomschedules", kg["_uomscheduleid_value"])
    assert (kg["msdyn_symbol"], group["name"]) == ("kg", "Mass")
    assert product["_defaultuomscheduleid_value"] == group["uomscheduleid"]
    (listed,) = bench.crm.list(
        "productpricelevels", filter=f"_productid_value eq {product['productid']}"
    )
    assert listed["amount"] == Decimal("9.50")
    (detail,) = bench.crm.list("msdyn_sharedproductdetails", filter="msdyn_itemnumber eq 'P0009'")
    assert detail["_msdyn_salesunitsymbol_value"] == kg["uomid"]
    writes = bench.systems.writes
    await bench.look(full=True)
    await bench.run()
    assert bench.systems.writes == writes


async def test_a_crm_edit_of_a_product_stays_until_the_erp_changes_it(bench: Bench) -> None:
    await bench.start("erp")
    product = _product(bench, "P0001")
    assert product is not None
    bench.crm.update("products", product["productid"], {"price": Decimal("1.00")}, CRM_PERSON)
    await bench.run()
    item = {"dataAreaId": "usmf", "ItemNumber": "P0001"}
    assert bench.erp.get("ReleasedProductsV2", item)["SalesPrice"] == Decimal("1200.00")
    assert _product(bench, "P0001")["price"] == Decimal("1.00")  # type: ignore[index]
    bench.erp.update("ReleasedProductsV2", item, {"SalesPrice": Decimal("1100.00")}, ERP_PERSON)
    await bench.run()
    assert _product(bench, "P0001")["price"] == Decimal("1100.00")  # type: ignore[index]
    (found,) = await bench.conflicts(field="price")
    assert (found.crm, found.state) == ({"price": "1.00"}, ConflictState.RESOLVED)


async def test_what_only_the_crm_sells_stays_there(bench: Bench) -> None:
    await bench.start("erp")
    bench.crm.create("products", {"name": "Advice", "productnumber": "A1"}, CRM_PERSON)
    bench.crm.create("uoms", {"name": "day"}, CRM_PERSON)
    own = {"name": "Odd", "msdyn_productnumber": "P0077", **bench.in_company("msdyn_companyid")}
    bench.crm.create("products", own, CRM_PERSON)
    await bench.run()
    assert await bench.conflicts() == []
    assert len(bench.erp.list("CDSReleasedDistinctProducts")) == 1


async def test_set_up_is_typed_on_either_side(bench: Bench) -> None:
    await bench.start("erp")
    site = {"msdyn_siteid": "7", "msdyn_sitename": "New", **bench.in_company("msdyn_company")}
    bench.crm.create("msdyn_operationalsites", site, CRM_PERSON)
    house = {"dataAreaId": "usmf", "WarehouseId": "71", "OperationalSiteId": "2"}
    bench.erp.create("Warehouses", {**house, "WarehouseName": "Annex"}, ERP_PERSON)
    feature = {"Name": "Quote lifecycle"}
    await bench.run()
    assert bench.erp.get("OperationalSites", {"dataAreaId": "usmf", "SiteId": "7"})["SiteName"]
    (made,) = bench.crm.list("msdyn_warehouses", filter="msdyn_warehouseidentifier eq '71'")
    assert (made["msdyn_name"], made["msdyn_description"]) == ("71", "Annex")
    assert made["_msdyn_operationalsite_value"] is not None
    for enabled, state in (("No", (1, 2)), ("Yes", (0, 1))):
        bench.erp.update(
            "TradeD365SalesFeatureParameters", feature, {"IsEnabled": enabled}, ERP_PERSON
        )
        await bench.run()
        (row,) = bench.crm.list(
            "msdyn_supplychainfeaturestates", filter="msdyn_name eq 'Quote lifecycle'"
        )
        assert (row["statecode"], row["statuscode"]) == state
    assert await bench.conflicts() == []
