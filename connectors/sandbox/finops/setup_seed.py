"""The set-up that a new system holds: units, products, sites, payment and contact lists."""

from __future__ import annotations

from typing import Final

from connectors.sandbox.finops.database import Database
from connectors.sandbox.kernel import reference_data as data
from connectors.sandbox.kernel import setup_data as setup

_LISTS: Final = {
    "payment_schedule": ("name", "description"),
    "payment_method": ("name", "description"),
    "tax_group": ("code", "description"),
    "price_group": ("code", "name"),
    "total_discount_group": ("code", "name"),
    "line_discount_group": ("code", "name"),
    "multiline_discount_group": ("code", "name"),
    "site": ("id", "name"),
    "delivery_mode": ("code", "description"),
    "delivery_term": ("code", "description"),
    "order_origin": ("code", "description"),
    "salutation": ("phrase", ""),
    "closing": ("phrase", ""),
    "title": ("alias", "title"),
    "decision_role": ("name", "description"),
    "job_function": ("name", "description"),
    "loyalty_level": ("phrase", "description"),
    "character_type": ("name", "description"),
}
"""Base table to the columns of code and text."""


def seed_shared_setup(db: Database) -> None:
    """Insert what belongs to no company."""
    bases: set[str] = set()
    for unit in data.UNITS:
        db.insert(
            "unit",
            {
                "symbol": unit.symbol,
                "description": unit.name,
                "class": unit.unit_class,
                "decimals": unit.decimals,
                "base": "No" if unit.unit_class in bases else "Yes",
            },
        )
        bases.add(unit.unit_class)
    for one in setup.CONVERSIONS:
        row = {"from": one.of, "to": one.to, "factor": one.factor}
        db.insert("unit_conversion", {**row, "numerator": 1, "denominator": 1})
    for table, rows in setup.SHARED.items():
        for named in rows:
            db.insert(table, {"id": named.code})
    for product in data.PRODUCTS:
        row = {"number": product.number, "name": product.name, "description": product.name}
        db.insert("shared_product", row)
    for selling in setup.OPERATING_UNITS:
        row = {"number": selling.number, "party": selling.party, "name": selling.name}
        db.insert("operating_unit", {**row, "type": selling.kind, "language": "en-us"})
    for named in setup.HIERARCHIES:
        db.insert("category_hierarchy", {"name": named.code, "description": named.text})
    db.insert("category_role", {"role": "Sales", "hierarchy": setup.SALES_HIERARCHY})
    for category in setup.CATEGORIES:
        of = category.hierarchy
        row = {"hierarchy": of, "name": category.name, "description": category.text}
        above = {"parent": category.parent, "parent_hierarchy": of} if category.parent else {}
        db.insert("category", {**row, **above})
    for name, enabled in setup.FEATURES.items():
        db.insert("feature", {"name": name, "enabled": "Yes" if enabled else "No"})


def seed_company_setup(db: Database, company: data.Company) -> None:
    """Insert what belongs to one company."""
    area = company.code.lower()
    for table, rows in setup.PER_COMPANY.items():
        code, text = _LISTS[table]
        for named in rows:
            row = {"company": area, code: named.code}
            db.insert(table, {**row, text: named.text} if text else row)
    for day in setup.PAYMENT_DAYS:
        db.insert("payment_day", {"company": area, "name": day.name, "description": day.text})
        line = {"company": area, "name": day.name, "line": 1, "weekday": day.weekday}
        frequency = "Month" if day.day else "Week"
        db.insert("payment_day_line", {**line, "frequency": frequency, "day": day.day})
    for part in setup.INSTALMENTS:
        line = {"company": area, "name": part.schedule, "line": part.line}
        db.insert("payment_schedule_line", {**line, "periods": part.months, "value": part.percent})
    for house in setup.WAREHOUSES:
        row = {"company": area, "id": house.code, "name": house.name}
        db.insert("warehouse", {**row, "site": house.site})
    for product in data.PRODUCTS:
        _product(db, company, product)


def _product(db: Database, company: data.Company, product: data.Product) -> None:
    area = company.code.lower()
    sold = {"price": product.price, "unit": product.unit}
    item = {"company": area, "id": product.number, "product": product.number}
    db.insert("item", {**item, **sold})
    db.insert(
        "product",
        {
            "company": area,
            "number": product.number,
            "item": product.number,
            "name": product.name,
            "description": product.name,
            "currency": company.currency,
            "stocked": "Yes",
            **sold,
        },
    )
    db.insert(
        "order_settings",
        {
            "company": area,
            "item": product.number,
            "sales_site": setup.DEFAULT_SITE,
            "sales_warehouse": setup.DEFAULT_WAREHOUSE,
            "inventory_site": setup.DEFAULT_SITE,
            "inventory_warehouse": setup.DEFAULT_WAREHOUSE,
        },
    )
