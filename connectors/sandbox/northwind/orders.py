"""The orders with their lines, as a person would type them into either system."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files

from connectors.sandbox.kernel.countries import Country, find_country
from connectors.sandbox.northwind.companies import COUNTRIES, STATES
from connectors.sandbox.northwind.products import product_number

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order.

    Args:
        product: the product's number.
        price: for one unit, in USD.
        quantity: how many.
        fraction: what is taken off, 0.15 for 15 %.
    """

    product: str
    price: Decimal
    quantity: int
    fraction: Decimal

    @property
    def discount(self) -> Decimal:
        """What is taken off the whole line, in cents."""
        whole = self.price * self.quantity * self.fraction
        return whole.quantize(_CENT, rounding=ROUND_HALF_UP)

    @property
    def amount(self) -> Decimal:
        """What is to be paid for the line."""
        return self.price * self.quantity - self.discount


@dataclass(frozen=True, slots=True)
class Order:
    """One order.

    Args:
        number: its id in the sample, such as `10248`.
        customer: the company's number.
        ordered: the day of the order, ISO.
        required: by when the customer wants it.
        shipped: the day it was shipped; empty when it never was.
        freight: what the transport costs.
        name: whom it is shipped to.
        street: where it is shipped to; `state` and `zip` may be empty.
        city: the city.
        state: the state's or region's code.
        zip: the postal code.
        country: the country.
        lines: its lines.
    """

    number: str
    customer: str
    ordered: str
    required: str
    shipped: str
    freight: Decimal
    name: str
    street: str
    city: str
    state: str
    zip: str
    country: Country
    lines: tuple[Line, ...]

    @property
    def reference(self) -> str:
        """By which either system's people find it, whatever number it was given."""
        return f"NW-{self.number}"

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Order {self.number} of {self.customer}"

    @property
    def total(self) -> Decimal:
        """What is to be paid for all of it."""
        return sum((line.amount for line in self.lines), self.freight)


@cache
def load_orders() -> tuple[Order, ...]:
    """All 830 orders, in the order of their dates.

    Raises:
        ValueError: an order's country is not one of ISO 3166.
    """
    lines: dict[str, list[Line]] = {}
    for row in _rows("order_details.csv"):
        lines.setdefault(row["order_id"], []).append(
            Line(
                product=product_number(row["product_id"]),
                price=Decimal(row["unit_price"]),
                quantity=int(row["quantity"]),
                fraction=Decimal(row["discount"]),
            )
        )
    found = [_order(row, lines[row["order_id"]]) for row in _rows("orders.csv")]
    return tuple(sorted(found, key=lambda order: (order.ordered, order.number)))


def _order(row: dict[str, str], lines: list[Line]) -> Order:
    country = find_country(COUNTRIES.get(row["ship_country"], row["ship_country"]))
    if country is None:
        raise ValueError(f"order {row['order_id']}: there is no country {row['ship_country']!r}")
    return Order(
        number=row["order_id"],
        customer=row["customer_id"],
        ordered=row["order_date"],
        required=row["required_date"],
        shipped=row["shipped_date"],
        freight=Decimal(row["freight"]),
        name=row["ship_name"],
        street=" ".join(row["ship_address"].split()),
        city=row["ship_city"],
        state=STATES.get(row["ship_region"], row["ship_region"]),
        zip=row["ship_postal_code"],
        country=country,
        lines=tuple(lines),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines())
