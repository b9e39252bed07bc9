"""Amounts of lines and documents, in exact decimals, rounded to cents where the ERP rounds.

Source: Microsoft docs, sales line amounts; dual-write, discounts in prospect-to-cash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)

Columns = Mapping[str, Any]


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to cents, halves away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def tidy(amount: Decimal) -> Decimal:
    """The same amount without digits that say nothing."""
    rounded = cents(amount)
    return rounded if rounded == amount else amount


def net_amount(line: Columns) -> Decimal:
    """A line's net amount.

    Quantity times price less discount per unit, less the percentages, plus the sales charges, in
    which the cents stand that a discount left over when it was spread over the units.
    """
    per_unit = (
        line.get("price", ZERO) / (line.get("price_quantity") or Decimal(1))
        - line.get("line_discount", ZERO)
        - line.get("multi_discount", ZERO)
    )
    amount = line.get("quantity", ZERO) * per_unit
    for column in ("line_percent", "multi_percent"):
        amount *= (_HUNDRED - line.get(column, ZERO)) / _HUNDRED
    return cents(cents(amount) + line.get("sales_charges", ZERO))


def spread(discount: Decimal, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """A line's discount per unit, and what is left over in the sales charges.

    10.00 on 3 pieces is 3.33 per piece and -0.01; 3 x 3.33 + 0.01 is 10.00 again.
    """
    per_unit = cents(discount / quantity) if quantity else ZERO
    return per_unit, tidy(quantity * per_unit - discount)


def share(percent: Decimal, amount: Decimal) -> Decimal:
    """A percentage of an amount, in cents."""
    return cents(amount * percent / _HUNDRED)


def line_tax(line: Columns, header: Columns, rate: Decimal) -> Decimal:
    """A line's sales tax: on top of its amount, or contained in it."""
    base = line.get("amount", ZERO) * (_HUNDRED - header.get("total_percent", ZERO)) / _HUNDRED
    if header.get("tax_included") == "Yes":
        return cents(base * rate / (_HUNDRED + rate))
    return cents(base * rate / _HUNDRED)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a document.

    Args:
        lines_total: the net amounts of its lines.
        discount_total: the total discount on them.
        line_discounts: every discount, those of the lines included.
        tax_total: the sales tax.
        charges_total: charges of the document and its lines.
        total: what is to be paid.
    """

    lines_total: Decimal
    discount_total: Decimal
    line_discounts: Decimal
    tax_total: Decimal
    charges_total: Decimal
    total: Decimal


def totals(header: Columns, lines: Iterable[Columns]) -> Totals:
    """The totals of a document from its lines, whose amount and tax are settled."""
    every = list(lines)
    net = sum((line.get("amount", ZERO) for line in every), ZERO)
    discount = share(header.get("total_percent", ZERO), net)
    tax = sum((line.get("tax", ZERO) for line in every), ZERO)
    charges = header.get("misc_charges", ZERO) + sum(
        (line.get("misc_charges", ZERO) for line in every), ZERO
    )
    gross = sum((_undiscounted(line) for line in every), ZERO)
    added = ZERO if header.get("tax_included") == "Yes" else tax
    return Totals(
        lines_total=net,
        discount_total=discount,
        line_discounts=gross - net + discount,
        tax_total=tax,
        charges_total=charges,
        total=net - discount + charges + added,
    )


def _undiscounted(line: Columns) -> Decimal:
    """What a line would be without discounts, the cents of their rounding left out."""
    plain = {name: line[name] for name in ("quantity", "price", "price_quantity") if name in line}
    kept = line.get("sales_charges", ZERO) - line.get("discount_rest", ZERO)
    return Decimal(net_amount(plain) + kept)
