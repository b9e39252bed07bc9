"""The set-up that a new data folder holds on both sides: a few rows of each kind.

What documents and relations refer to. Both systems are born with equal rows, so that nothing has
to cross before the first quotation can be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple


class Named(NamedTuple):
    """A code and what it means."""

    code: str
    text: str


class PaymentDay(NamedTuple):
    """A day on which is paid: every week on `weekday`, or every month on the `day`."""

    name: str
    text: str
    weekday: str
    day: int


class Instalment(NamedTuple):
    """A part of a payment schedule, in percent, so many months after the due date."""

    schedule: str
    line: int
    months: int
    percent: Decimal


class Warehouse(NamedTuple):
    """A warehouse of a site."""

    code: str
    name: str
    site: str


class OperatingUnit(NamedTuple):
    """A part of the organisation that sells, known by the number of its party."""

    number: str
    party: str
    name: str
    kind: str


class Category(NamedTuple):
    """A product category of a hierarchy, below its parent."""

    hierarchy: str
    name: str
    text: str
    parent: str


class Conversion(NamedTuple):
    """How many of one unit are one of the other."""

    of: str
    to: str
    factor: Decimal


PER_COMPANY: Final[Mapping[str, tuple[Named, ...]]] = {
    "payment_schedule": (Named("HALVES", "Half at once, half after a month"),),
    "payment_method": (Named("CHECK", "Check"), Named("ELECTRONIC", "Electronic payment")),
    "tax_group": (Named("CA", "California"), Named("EXEMPT", "Exempt from sales tax")),
    "price_group": (Named("RETAIL", "Retail prices"), Named("WHOLESALE", "Wholesale prices")),
    "total_discount_group": (Named("TOTAL", "Total discount"),),
    "line_discount_group": (Named("LINE", "Line discount"),),
    "multiline_discount_group": (Named("MULTI", "Multiline discount"),),
    "site": (Named("1", "Main site"), Named("2", "West site")),
    "delivery_mode": (Named("AIR", "Air freight"), Named("GROUND", "Truck")),
    "delivery_term": (Named("CIF", "Cost, insurance and freight"), Named("FOB", "Free on board")),
    "order_origin": (Named("PHONE", "By telephone"), Named("WEB", "Web shop")),
    "salutation": (Named("Dear Mr.", ""), Named("Dear Ms.", "")),
    "closing": (Named("Best regards", ""), Named("Sincerely", "")),
    "title": (Named("CEO", "Chief executive officer"), Named("CFO", "Chief financial officer")),
    "decision_role": (Named("Approver", "Approves"), Named("Decider", "Decides")),
    "job_function": (Named("Purchasing", "Buys"), Named("Sales", "Sells")),
    "loyalty_level": (Named("High", "Comes back"), Named("Low", "Compares")),
    "character_type": (Named("Analyst", "Wants numbers"), Named("Driver", "Wants results")),
}
"""Kind to its rows, in every company."""

SHARED: Final[Mapping[str, tuple[Named, ...]]] = {
    "color": (Named("Black", ""),),
    "configuration": (Named("Standard", ""),),
    "size": (Named("L", ""),),
    "style": (Named("Plain", ""),),
}
"""Kind to its rows, which belong to no company."""

PAYMENT_DAYS: Final = (
    PaymentDay("FRIDAY", "Every Friday", "Friday", 0),
    PaymentDay("MID", "The 15th of a month", "None", 15),
)
INSTALMENTS: Final = (
    Instalment("HALVES", 1, 0, Decimal(50)),
    Instalment("HALVES", 2, 1, Decimal(50)),
)
WAREHOUSES: Final = (
    Warehouse("11", "Main warehouse", "1"),
    Warehouse("12", "Reserve warehouse", "1"),
    Warehouse("21", "West warehouse", "2"),
)
OPERATING_UNITS: Final = (
    OperatingUnit("001", "OU-000001", "Sales department", "OMDepartment"),
    OperatingUnit("002", "OU-000002", "Web shop", "RetailChannel"),
)
SALES_HIERARCHY: Final = "Sales"
"""The hierarchy that the lines of sales documents take their categories from."""
HIERARCHIES: Final = (
    Named(SALES_HIERARCHY, "What is sold"),
    Named("Procurement", "What is bought"),
)
CATEGORIES: Final = (
    Category(SALES_HIERARCHY, "All sales", "Everything that is sold", ""),
    Category(SALES_HIERARCHY, "Services", "Work done at the customer's", "All sales"),
    Category(SALES_HIERARCHY, "Special parts", "Made to order", "All sales"),
    Category("Procurement", "Services", "Work done by others", ""),
)
"""Product categories, parents first. Two hierarchies may use the same name."""
CONVERSIONS: Final = (Conversion("box", "ea", Decimal(12)),)
FEATURES: Final[Mapping[str, bool]] = {
    "Prospects in prospect-to-cash": True,
    "Quote lifecycle": True,
    "Supply Chain Management price engine": False,
}
"""A feature of the ERP that the CRM's logic asks for, and whether it is on."""

DEFAULT_SITE: Final = "1"
DEFAULT_WAREHOUSE: Final = "11"
