"""Writes of order headers.

Source: Microsoft docs, sales orders; dual-write, order creation from quotations.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.logic.documents.accounts import account_of
from connectors.sandbox.finops.logic.documents.headers import (
    change,
    remove,
    settle_new,
)
from connectors.sandbox.finops.logic.documents.kinds import ORDER, QUOTATION
from connectors.sandbox.finops.logic.documents.money import ZERO
from connectors.sandbox.finops.logic.documents.orders_from import header_values
from connectors.sandbox.finops.logic.documents.shipping import cancel
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values


def insert(work: Work, values: Values) -> Rows:
    """A new order, of a quotation or without one."""
    given = values.of("order")
    company = work.company_of(values, "order")
    if given.pop("processing", "Active") != "Active":
        raise refusals.infolog(
            work.row_type, "status", "A new sales order has the processing status Active."
        )
    account = account_of(work, company, given.get("customer", ""), "")
    quotation = _quotation(work, company, account.number, given.get("quotation", ""))
    copies = work.parameters(company).get("copy_quotation_data") == "Yes"
    template: dict[str, Any] = {}
    if quotation is not None:
        # The order is called what its quotation is called, whatever else it takes from it.
        template = header_values(quotation) if copies else {"name": quotation.get("name", "")}
    settle_new(work, ORDER, account, given, template)
    if given.get("terms_base", EMPTY_DATE) == EMPTY_DATE:
        given["terms_base"] = work.today()
    row = work.db.insert(ORDER.table, {**given, "status": "Backorder"})
    if quotation is not None:
        work.db.update(QUOTATION.table, quotation, {"order": row["number"]})
    return {"order": row}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change an order; of its processing status only cancellation can be written."""
    order, changes = rows["order"], values.of("order")
    processing = changes.pop("processing", None)
    if changes:
        check_editable(work, order)
        order = change(work, ORDER, order, changes)
        order = recalculate(work, ORDER, order)
    if processing == "Canceled":
        cancel(work, order)
    elif processing is not None:
        raise refusals.infolog(
            work.row_type,
            "status",
            f"The processing status of sales order {order['number']} follows from what is posted "
            f"of it and cannot be set to {processing}.",
        )


def delete(work: Work, rows: Rows) -> None:
    """Remove an order of which nothing was delivered; its quotation forgets it."""
    order = rows["order"]
    for line in ORDER.lines_of(work.db, order):
        if line.get("delivered", ZERO):
            raise refusals.infolog(
                work.row_type,
                "in-use",
                f"Sales order {order['number']} cannot be deleted: line {line['line']} has been "
                "delivered.",
                verb="Delete",
            )
    quotation = work.db.get(QUOTATION.table, order["company"], order.get("quotation", ""))
    if quotation is not None and quotation.get("order") == order["number"]:
        work.db.update(QUOTATION.table, quotation, {"order": ""})
    remove(work, ORDER, order)


def check_editable(work: Work, order: Row) -> None:
    """Refuse a person's edit of an order that is invoiced or canceled."""
    status = order.get("status", "Backorder")
    if status in ("Invoiced", "Canceled") and not work.by_integration:
        raise refusals.infolog(
            work.row_type,
            "frozen",
            f"Sales order {order['number']} has the status {status} and cannot be edited.",
        )


def _quotation(work: Work, company: str, customer: str, number: str) -> Row | None:
    if not number:
        return None
    quotation = QUOTATION.header_of(work, company, number)
    problem: Any = None
    status = quotation.get("status", "Created")
    if status != "Confirmed":
        problem = f"its status is {status}, and only of a confirmed quotation an order is made"
    elif quotation.get("order"):
        problem = f"sales order {quotation['order']} was made of it already"
    elif quotation["customer"].casefold() != customer.casefold():
        problem = f"it is for customer account {quotation['customer']}, not for {customer}"
    if problem is not None:
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"No sales order can be made of sales quotation {number}: {problem}.",
        )
    return quotation


HANDLER = Handler(insert, update, delete)
