"""Invoices: of what is delivered and not invoiced, in as many parts as it takes.

Every part is the share up to now less what was invoiced before, so that the parts add up to the
order to the cent. Source: Microsoft docs, sales invoices; charges of the header are invoiced with
the first one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.document_tables import total_discount
from connectors.sandbox.finops.logic.documents.kinds import ORDER
from connectors.sandbox.finops.logic.documents.money import ZERO, cents, share
from connectors.sandbox.finops.logic.documents.processing import settle
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

_FROM_ORDER: Final = (
    "contact",
    "currency",
    "reference",
    "payment_terms",
    "delivery_mode",
    "delivery_terms",
    "origin_code",
)
_FROM_LINE: Final = (
    "product",
    "name",
    "description",
    "category",
    "hierarchy",
    "unit",
    "currency",
    "confirmed_shipping",
    "site",
    "warehouse",
)


def invoice(work: Work, order: Row) -> Row:
    """Post the invoice of what is delivered and not invoiced yet.

    Raises:
        SystemRefusal: there is nothing of that kind.
    """
    lines = ORDER.lines_of(work.db, order)
    due = [line for line in lines if line.get("delivered", ZERO) > line.get("invoiced", ZERO)]
    if not due or order.get("status") == "Canceled":
        raise refusals.infolog(
            work.row_type,
            "status",
            f"Sales order {order['number']}: there is nothing delivered that is to be invoiced.",
        )
    company, first = order["company"], not any(line.get("invoiced", ZERO) for line in lines)
    key = {
        "company": company,
        "invoice": work.draw("SalesInvoiceId", company),
        "date": work.today(),
        "voucher": work.draw("SalesInvoiceVoucher", company),
    }
    parts = [_invoice_line(work, key, order, line) for line in due]
    net = sum((part["amount"] for part in parts), ZERO)
    tax = sum((part["tax"] for part in parts), ZERO)
    charges = sum((part["charges"] for part in parts), ZERO)
    charges += order.get("misc_charges", ZERO) if first else ZERO
    discount = _total_discount(order, lines, net)
    added = ZERO if order.get("tax_included") == "Yes" else tax
    posted = work.db.insert(
        "invoice",
        {
            **key,
            **{name: order[name] for name in _FROM_ORDER if name in order},
            **{name: value for name, value in order.items() if name.startswith("inv_")},
            "order": order["number"],
            "customer": order.get("invoice_account") or order["customer"],
            "order_account": order["customer"],
            "total": net - discount + charges + added,
            "tax_total": tax,
            "discount_total": discount,
            "charges_total": charges,
        },
    )
    settle(work, order, "Invoice")
    return posted


def _invoice_line(work: Work, key: dict[str, Any], order: Row, line: Row) -> Row:
    before = {name: line.get(f"invoiced_{name}", ZERO) for name in _amounts(line, ZERO)}
    until = _amounts(line, line["delivered"])
    quantity = line["delivered"] - line.get("invoiced", ZERO)
    work.db.update(
        ORDER.lines,
        line,
        {
            "invoiced": line["delivered"],
            **{f"invoiced_{name}": value for name, value in until.items()},
        },
    )
    return work.db.insert(
        "invoice_line",
        {
            **key,
            **{name: line[name] for name in _FROM_LINE if name in line},
            "line": line["line"],
            "order": order["number"],
            "quantity": quantity,
            "price": line.get("price", ZERO) / (line.get("price_quantity") or Decimal(1)),
            **{name: until[name] - before[name] for name in until},
        },
    )


def _amounts(line: Row, quantity: Decimal) -> dict[str, Decimal]:
    """What of a line's amounts belongs to a quantity."""
    ordered = line.get("quantity", ZERO)
    whole = {
        "amount": line.get("amount", ZERO),
        "tax": line.get("tax", ZERO),
        "discount": total_discount(line),
        "charges": line.get("misc_charges", ZERO),
    }
    if not ordered:
        return dict.fromkeys(whole, ZERO)
    return {
        name: value if quantity == ordered else cents(value * quantity / ordered)
        for name, value in whole.items()
    }


def _total_discount(order: Row, lines: list[Row], net: Decimal) -> Decimal:
    """The part of the total discount that belongs to what is invoiced now."""
    percent = order.get("total_percent", ZERO)
    before = sum((line.get("invoiced_amount", ZERO) for line in lines), ZERO)
    return share(percent, before + net) - share(percent, before)
