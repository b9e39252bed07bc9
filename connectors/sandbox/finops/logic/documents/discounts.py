"""A line's discount as a whole and per unit, which follow each other.

Source: dual-write, discounts in prospect-to-cash: the CRM's discount of a whole line becomes a
discount per unit and a remainder in the sales charges, and comes back to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from connectors.sandbox.finops.document_tables import total_discount
from connectors.sandbox.finops.logic.documents.money import ZERO, spread, tidy

_HALF_A_CENT: Final = Decimal("0.005")


def settle_discount(
    given: dict[str, Any], current: Mapping[str, Any] | None, *, keeps_total: bool
) -> None:
    """Complete the columns of a line's discount in place.

    What is given for the whole line wins over what is given per unit. When only the quantity
    changes, either the discount of the whole line stays (for whoever knows discounts by line), or
    that per unit does.

    Args:
        given: the columns to write, quantity included when it changes.
        current: the line as it is, `None` for a new one.
        keeps_total: whether a new quantity leaves the discount of the whole line.
    """
    before: Mapping[str, Any] = current or {}
    whole = given.pop("total_discount", None)
    quantity = given.get("quantity", before.get("quantity", ZERO))
    if whole is None and (rest := _typed_rest(given, before, quantity)) is not None:
        given["discount_rest"] = rest
        return
    if current is None and not whole:
        return
    if whole is None and "line_discount" not in given and "quantity" in given and keeps_total:
        whole = total_discount(before)
    if whole is not None:
        given["line_discount"], rest = spread(whole, quantity)
    elif "line_discount" in given or "quantity" in given:
        rest = ZERO
    else:
        return
    given["discount_rest"] = rest
    if current is None and given.get("sales_charges"):
        return
    if current is None or "sales_charges" not in given:
        charges = before.get("sales_charges", ZERO) - before.get("discount_rest", ZERO)
        given["sales_charges"] = tidy(charges + rest)


def _typed_rest(
    given: Mapping[str, Any], before: Mapping[str, Any], quantity: Decimal
) -> Decimal | None:
    """Sales charges that are entered as what rounding a discount per unit left over, if they are.

    3.33 off each of three pieces with sales charges of -0.01 is 10.00 off the line. What rounding
    leaves is half a cent per piece at most; more is charges like any other.
    """
    charges: Decimal = given.get("sales_charges", ZERO)
    if not charges or not given.get("line_discount", before.get("line_discount", ZERO)):
        return None
    return charges if abs(charges) <= quantity * _HALF_A_CENT else None
