"""What a line of a document takes from its product and its document.

Source: Microsoft docs, default order settings: site and warehouse are mandatory on lines of stocked
products and come from the document, else from the product.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.logic.categories import SALES_LABEL, sales_category
from connectors.sandbox.finops.logic.documents.addresses import CARRIED, settle_delivery
from connectors.sandbox.finops.logic.documents.discounts import settle_discount
from connectors.sandbox.finops.logic.documents.kinds import DocumentKind
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import TABLES, Row

_FROM_HEADER = ("requested_shipping", "requested_receipt", "promising", "currency")


def new_line(work: Work, kind: DocumentKind, header: Row, given: dict[str, Any]) -> Row:
    """Add a line to a document.

    Raises:
        SystemRefusal: the number is taken, the product is unknown, or a site is missing.
    """
    given["company"], given["number"] = header["company"], header["number"]
    if given.get("line", 0) < 1:
        given["line"] = header.get("last_line", 0) + 1
    number = str(given["line"])
    if work.db.get(kind.lines, header["company"], header["number"], number) is not None:
        raise refusals.duplicate(
            work.row_type,
            f"{kind.label} lines",
            TABLES[kind.lines].system_name,
            f"{kind.label}: {header['number']}, Line creation sequence number: {number}",
        )
    _settle_product(work, header["company"], given)
    settings = _settings_of(work, header["company"], given)
    given.setdefault("quantity", settings.get("standard") or Decimal(1))
    for column in _FROM_HEADER:
        if given.get(column, EMPTY_DATE) in (EMPTY_DATE, "", "None") and header.get(column):
            given[column] = header[column]
    if not settle_delivery(work, given):
        given.update({name: header[name] for name in CARRIED if name in header})
    given.setdefault("dlv_specific", "No")
    _settle_place(work, header, given, None)
    settle_discount(given, None, keeps_total=work.by_integration)
    given["lot"] = work.draw("InventLotId", header["company"])
    return work.db.insert(kind.lines, given)


def change_line(
    work: Work, kind: DocumentKind, header: Row, line: Row, changes: dict[str, Any]
) -> Row:
    """Change a line; its product stays, another one is another line."""
    if "category" in changes:
        _settle_category(work, changes, line.get("product", ""))
    _settle_unit(work, changes)
    if "price_quantity" in changes:
        changes["price_quantity"] = changes["price_quantity"] or Decimal(1)
    settle_delivery(work, changes, line)
    if {"site", "warehouse"} & set(changes):
        _settle_place(work, header, changes, line)
    settle_discount(changes, line, keeps_total=work.by_integration)
    return work.db.update(kind.lines, line, changes)


def _settle_product(work: Work, company: str, given: dict[str, Any]) -> None:
    """Name, unit and price of a line: given, else those of its product."""
    number = given.get("product", "")
    if number:
        product = work.db.get("product", company, number)
        if product is None:
            raise refusals.unknown_reference(
                work.row_type, number, "Product number", "Released products (InventTable)"
            )
        given["product"] = product["number"]
        if _settings_of(work, company, given).get("stopped") == "Yes":
            raise refusals.infolog(
                work.row_type, "rule", f"Item {product['item']} is stopped for Sales order."
            )
        for column in ("name", "unit", "price"):
            if not given.get(column) and column in product:
                given[column] = product[column]
    _settle_category(work, given, number)
    _settle_unit(work, given)
    given["price_quantity"] = given.get("price_quantity") or Decimal(1)


def _settle_category(work: Work, given: dict[str, Any], product: str) -> None:
    """The sales category of a line, which one without a product needs; it names such a line."""
    if given.get("category"):
        given["hierarchy"], given["category"] = sales_category(work, given["category"])
        if not product and not given.get("name"):
            given["name"] = given["category"]
    elif not product:
        raise refusals.infolog(
            work.row_type,
            "mandatory",
            f"Field 'Product number' or '{SALES_LABEL}' must be filled in.",
        )
    elif "category" in given:
        given["hierarchy"] = ""


def _settle_unit(work: Work, given: dict[str, Any]) -> None:
    work.refer(given.get("unit", ""), "Unit", "Units (UnitOfMeasure)", "unit")


def _settle_place(
    work: Work, header: Row, given: dict[str, Any], current: Mapping[str, Any] | None
) -> None:
    """Site and warehouse: given, else those of the document, else of the product."""
    company, whole = header["company"], {**(current or {}), **given}
    product = work.db.get("product", company, whole.get("product", "")) or {}
    ordered = _settings_of(work, company, whole)
    settings = {
        name: ordered.get(f"sales_{name}") or ordered.get(f"inventory_{name}", "")
        for name in ("site", "warehouse")
    }
    site, warehouse = whole.get("site", ""), whole.get("warehouse", "")
    if warehouse and not site:
        site = (work.db.get("warehouse", company, warehouse) or {}).get("site", "")
    if not site:
        site = header.get("site") or settings.get("site", "")
    if not warehouse:
        for source in (header, settings):
            if source.get("site", "") == site and source.get("warehouse"):
                warehouse = source["warehouse"]
                break
    work.refer(site, "Site", "Sites (InventSite)", "site", company)
    work.refer(warehouse, "Warehouse", "Warehouses (InventLocation)", "warehouse", company)
    owner = (
        (work.db.get("warehouse", company, warehouse) or {}).get("site", "") if warehouse else ""
    )
    if owner and owner.casefold() != site.casefold():
        raise refusals.infolog(
            work.row_type, "rule", f"Warehouse {warehouse} does not belong to site {site}."
        )
    if product.get("stocked") == "Yes":
        for value, label in ((site, "Site"), (warehouse, "Warehouse")):
            if not value:
                raise refusals.infolog(
                    work.row_type,
                    "mandatory",
                    f"Inventory dimension {label} is mandatory and must consequently be specified.",
                )
    given["site"], given["warehouse"] = site, warehouse


def _settings_of(work: Work, company: str, line: Mapping[str, Any]) -> Row:
    """The default order settings of a line's product."""
    product = work.db.get("product", company, line.get("product", "")) or {}
    return work.db.get("order_settings", company, product.get("item", "")) or {}
