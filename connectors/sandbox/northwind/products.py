"""The products, as a person would release them in the ERP."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

# What one of the sample's units holds last, such as `24 - 12 oz bottles`: the unit that is sold.
_UNITS = {
    "bag": "Bag",
    "bottle": "Bottle",
    "box": "Box",
    "can": "Can",
    "glass": "Glass",
    "jar": "Jar",
    "pkg": "Package",
    "tin": "Tin",
}
_UNIT = re.compile(rf"\b({'|'.join(_UNITS)})(?:e?s)?\b")
_OTHER = "ea"


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    Args:
        number: its number in both systems, such as `NW01`.
        name: what it is called.
        text: how it is packed.
        unit: the symbol of the unit it is sold in.
        price: its list price in USD.
    """

    number: str
    name: str
    text: str
    unit: str
    price: Decimal


def product_number(product_id: str) -> str:
    """The number of a product of the sample."""
    return f"NW{int(product_id):02d}"


@cache
def load_products() -> tuple[Product, ...]:
    """All 77 products, in the order of their numbers."""
    text = files(__package__).joinpath("products.csv").read_text("utf-8")
    return tuple(_product(row) for row in csv.DictReader(text.splitlines()))


def units() -> dict[str, str]:
    """Symbol to description of every unit in which a product is sold."""
    sold = {product.unit for product in load_products()}
    return {symbol: text for symbol, text in _UNITS.items() if symbol in sold}


def _product(row: dict[str, str]) -> Product:
    packed = " ".join(row["quantity_per_unit"].split())
    found = _UNIT.findall(packed)
    return Product(
        number=product_number(row["product_id"]),
        name=row["product_name"],
        text=packed,
        unit=found[-1] if found else _OTHER,
        price=Decimal(row["unit_price"]),
    )
