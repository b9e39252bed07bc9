"""Products: shared ones are released to companies, and a released one can be sold.

Source: Microsoft docs, Released products V2: the shared product must exist; a product without
variants is its own distinct product. The sales unit is mandatory.
"""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.basetable import Row
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.plain import Refers, plain
from connectors.sandbox.finops.logic.reference import unit
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.values import Values

_SHOWN: Final = {
    "type": "type",
    "price": "price",
    "cost": "cost",
    "unit": "unit",
    "iscatchweightproduct": "catch_weight",
}
"""Column of the released product to that of its distinct products."""
_SHARED = plain("shared_product", "Product", (("item", "product"),))
_ITEMS = plain(
    "item",
    "Released product",
    (),
    (
        Refers("product", "Product number", "shared_product", "Products", shared=True),
        unit("unit"),
        unit("inventory_unit"),
        unit("purchase_unit"),
        unit("bom_unit"),
        unit("catch_unit"),
        unit("compared_unit"),
        Refers("alternative", "Alternative item", "item", "Released products"),
    ),
)


def rename(work: Work, rows: Rows, values: Values) -> None:
    """Change a shared product; what is sold of it is called by its name."""
    _SHARED.update(work, rows, values)
    changes = {c: v for c, v in values.of("shared_product").items() if c in {"name", "description"}}
    if changes:
        number = rows["shared_product"]["number"]
        for item in list(work.db.rows("item").values()):
            if item["product"] == number:
                for product in _distinct(work, item):
                    work.db.update("product", product, changes)


def release(work: Work, values: Values) -> Rows:
    """Release a product to a company; without variants it is its own distinct product."""
    item = values.of("item")
    if not item.get("unit"):
        raise refusals.mandatory(work.row_type, "Unit")
    rows = _ITEMS.insert(work, values)
    made = rows["item"]
    shared = work.db.get("shared_product", made["product"]) or {}
    work.db.insert(
        "product",
        {
            "company": made["company"],
            "number": made["product"],
            "item": made["id"],
            "name": shared.get("name", ""),
            "description": shared.get("description", ""),
            "currency": work.currency(made["company"]),
            "stocked": "No" if made.get("type") == "Service" else "Yes",
            **_shown(work, made),
        },
    )
    return rows


def change(work: Work, rows: Rows, values: Values) -> None:
    """Change a released product, and what its distinct products show of it."""
    changes = values.of("item")
    if "unit" in changes and not changes["unit"]:
        raise refusals.mandatory(work.row_type, "Unit")
    _ITEMS.update(work, rows, values)
    shown = _shown(work, changes)
    if shown:
        for product in _distinct(work, rows["item"]):
            work.db.update("product", product, shown)


def withdraw(work: Work, rows: Rows) -> None:
    """Take a product back from a company."""
    for product in _distinct(work, rows["item"]):
        work.db.delete("product", product)
    _ITEMS.delete(work, rows)


def _shown(work: Work, columns: Row) -> dict[str, Any]:
    shown = {theirs: columns[ours] for ours, theirs in _SHOWN.items() if ours in columns}
    if "unit" in shown:
        shown["unit_decimals"] = (work.db.get("unit", shown["unit"]) or {}).get("decimals", 0)
    return shown


def _distinct(work: Work, item: Row) -> list[Row]:
    return [
        product
        for product in work.db.rows("product").values()
        if product["company"] == item["company"] and product.get("item") == item["id"]
    ]


SHARED = Handler(_SHARED.insert, rename, _SHARED.delete)
RELEASED = Handler(release, change, withdraw)
