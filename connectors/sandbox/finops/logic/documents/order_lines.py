"""Writes of order lines, as far as what was delivered and invoiced of them allows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.logic.documents.kinds import ORDER, QUOTATION
from connectors.sandbox.finops.logic.documents.lines import change_line, new_line
from connectors.sandbox.finops.logic.documents.money import ZERO
from connectors.sandbox.finops.logic.documents.orders import check_editable
from connectors.sandbox.finops.logic.documents.orders_from import line_values
from connectors.sandbox.finops.logic.documents.processing import settle
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import TABLES, Row
from connectors.sandbox.finops.values import Values

_PRICING: Final = frozenset(
    {
        "price",
        "price_quantity",
        "line_discount",
        "line_percent",
        "multi_discount",
        "multi_percent",
        "total_discount",
        "sales_charges",
    }
)


def insert(work: Work, values: Values) -> Rows:
    """A new line of an open order."""
    given = values.of("order_line")
    company = work.company_of(values, "order_line")
    header = ORDER.header_of(work, company, given["number"])
    _check_open(work, header)
    if work.parameters(company).get("copy_quotation_data") == "Yes":
        _copy_quotation(work, header, given)
    for name in ("confirmed_shipping", "confirmed_receipt"):
        if given.get(name, EMPTY_DATE) == EMPTY_DATE and header.get(name):
            given[name] = header[name]
    for name in ("delivery_mode", "delivery_terms"):
        given[name] = given.get(name) or header.get(name, "")
    line = new_line(work, ORDER, header, {**given, "status": "Backorder"})
    _settle(work, header)
    return {"order_line": line}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change a line; what was delivered cannot be undone by it."""
    line, changes = rows["order_line"], values.of("order_line")
    header = ORDER.header_of(work, line["company"], line["number"])
    check_editable(work, header)
    delivered = line.get("delivered", ZERO)
    if changes.get("quantity", delivered) < delivered:
        raise _posted(work, line, f"the quantity cannot be less than {delivered}")
    if line.get("status") == "Canceled" and "quantity" in changes:
        raise _posted(work, line, "it is canceled")
    if line.get("invoiced", ZERO) and _PRICING & set(changes) and not work.by_integration:
        raise _posted(work, line, "what is invoiced keeps its price")
    change_line(work, ORDER, header, line, changes)
    _settle(work, header)


def delete(work: Work, rows: Rows) -> None:
    """Remove a line of which nothing was delivered."""
    line = rows["order_line"]
    header = ORDER.header_of(work, line["company"], line["number"])
    check_editable(work, header)
    if line.get("delivered", ZERO):
        raise _posted(work, line, "it has been delivered", verb="Delete")
    work.db.delete(ORDER.lines, line)
    _settle(work, header)


def _settle(work: Work, header: Row) -> None:
    recalculate(work, ORDER, header)
    settle(work, header)


def _check_open(work: Work, order: Row) -> None:
    check_editable(work, order)
    if order.get("status") == "Canceled":
        raise refusals.infolog(
            work.row_type,
            "frozen",
            f"Sales order {order['number']} is canceled and takes no further lines.",
        )


def _copy_quotation(work: Work, order: Row, given: dict[str, Any]) -> None:
    """Fill what is left out with the values of the quotation's line of the same number.

    Source: dual-write, copy quotation data to sales orders.
    """
    number = order.get("quotation", "")
    source = number and work.db.get(
        QUOTATION.lines, order["company"], number, str(given.get("line", 0))
    )
    if not source or given.get("product", source.get("product")) != source.get("product"):
        return
    columns = TABLES[ORDER.lines].columns
    discounted = given.get("total_discount") or given.get("line_discount")
    same = given.get("quantity", source["quantity"]) == source["quantity"]
    for name, value in line_values(source).items():
        if name in ("line_discount", "discount_rest", "sales_charges") and discounted:
            continue
        if name in ("discount_rest", "sales_charges") and not same:
            continue
        if given.get(name, columns[name].blank) == columns[name].blank:
            given[name] = value


def _posted(work: Work, line: Row, why: str, verb: str = "Write") -> Exception:
    delivered = Decimal(line.get("delivered", ZERO))
    return refusals.infolog(
        work.row_type,
        "posted",
        f"Line {line['line']} of sales order {line['number']}, of which {delivered} is delivered: "
        f"{why}.",
        verb=verb,
    )


HANDLER = Handler(insert, update, delete)
