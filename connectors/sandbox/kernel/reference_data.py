"""The rows that a new data folder holds on both sides, so that both start with equal values."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple


class Company(NamedTuple):
    """A legal entity."""

    code: str
    name: str
    currency: str
    country: str


class Currency(NamedTuple):
    """A currency."""

    code: str
    name: str
    symbol: str
    precision: int


class PaymentTerm(NamedTuple):
    """Terms of payment; `days` net."""

    name: str
    description: str
    days: int


class CustomerGroup(NamedTuple):
    """A customer group with its default terms of payment, if any."""

    code: str
    description: str
    payment_term: str | None


class AddressRole(NamedTuple):
    """A location role and what it may be used for."""

    name: str
    postal: bool
    electronic: bool


class Unit(NamedTuple):
    """A unit of measure."""

    symbol: str
    name: str
    decimals: int
    unit_class: str


class Product(NamedTuple):
    """A released product."""

    number: str
    name: str
    unit: str
    price: Decimal


COMPANIES: Final = (Company("USMF", "Contoso Entertainment System USA", "USD", "USA"),)
CURRENCIES: Final = (
    Currency("USD", "US Dollar", "$", 2),
    Currency("EUR", "Euro", "€", 2),
)
PAYMENT_TERMS: Final = (
    PaymentTerm("Net10", "Net 10 days", 10),
    PaymentTerm("Net30", "Net 30 days", 30),
)
CUSTOMER_GROUPS: Final = (
    CustomerGroup("10", "Wholesales customers", "Net30"),
    CustomerGroup("20", "Major customers", None),
)
ADDRESS_ROLES: Final = (
    AddressRole("Business", postal=True, electronic=True),
    AddressRole("Delivery", postal=True, electronic=False),
    AddressRole("Home", postal=True, electronic=True),
    AddressRole("Invoice", postal=True, electronic=True),
    AddressRole("Other", postal=True, electronic=True),
    AddressRole("Payment", postal=True, electronic=False),
    AddressRole("RemitTo", postal=True, electronic=False),
    AddressRole("Service", postal=True, electronic=False),
    AddressRole("Statement", postal=True, electronic=False),
)
UNITS: Final = (
    Unit("ea", "Each", 0, "Quantity"),
    Unit("box", "Box", 0, "Quantity"),
    Unit("pcs", "Pieces", 0, "Quantity"),
)
PRODUCTS: Final = (Product("P0001", "Projector Television", "ea", Decimal("1200.00")),)

DEFAULT_COMPANY: Final = COMPANIES[0].code
PROSPECT_CUSTOMER_GROUP: Final = "10"
