"""Releases the Northwind products in the ERP, and sees whether they reached the CRM."""

from __future__ import annotations

from connectors.sandbox.northwind import load_products, units
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.erp import ErpPerson

_SITE = ("1", "11")


def release_products(erp: ErpPerson, wanted: frozenset[str] | None = None) -> int:
    """Make units, products, released products and their default order settings.

    Args:
        erp: who does it.
        wanted: the numbers of the products; all when not given.

    Returns:
        how many products were not there yet.
    """
    symbols = {row["UnitSymbol"] for row in erp.rows("UnitsOfMeasure")}
    for symbol, text in units().items():
        if symbol not in symbols:
            unit = {"UnitSymbol": symbol, "UnitDescription": text, "UnitClass": "Quantity"}
            erp.create("UnitsOfMeasure", unit)
    known = {row["ProductNumber"] for row in erp.rows("CDSReleasedDistinctProducts")}
    fresh = [
        product
        for product in load_products()
        if product.number not in known and (wanted is None or product.number in wanted)
    ]
    for product in fresh:
        item = {"dataAreaId": erp.company, "ItemNumber": product.number}
        shared = {"ProductNumber": product.number, "ProductName": product.name}
        erp.create("AllProducts", {**shared, "ProductDescription": product.text})
        erp.create(
            "ReleasedProductsV2",
            {
                **item,
                "ProductNumber": product.number,
                "SalesUnitSymbol": product.unit,
                "SalesPrice": product.price,
            },
        )
        site, warehouse = _SITE
        place = {"SalesSiteId": site, "SalesWarehouseId": warehouse}
        erp.create("ProductDefaultOrderSettings", {**item, **place})
    return len(fresh)


def products_in_crm(crm: CrmPerson) -> dict[str, str]:
    """Number to id of the Northwind products that are in the CRM with price and unit."""
    return {
        row["msdyn_productnumber"]: row["productid"]
        for row in crm.rows("products", f"_msdyn_companyid_value eq {crm.company}")
        if str(row["msdyn_productnumber"]).startswith("NW")
        and row["price"] is not None
        and row["_defaultuomid_value"] is not None
    }
