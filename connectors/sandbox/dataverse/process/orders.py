"""Make an order of a quote; cancel, fulfil, lock and invoice it.

Source: Microsoft docs, ConvertQuoteToSalesOrder, CancelSalesOrder, FulfillSalesOrder,
ConvertSalesOrderToInvoice and the pricing locks; dual-write prospect-to-cash (the ERP owns every
order transition and makes every invoice, so people are refused what it does).
"""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.documents import INVOICE, ORDER, QUOTE
from connectors.sandbox.dataverse.logic.orders import (
    ACTIVE,
    CANCELED,
    FULFILLED,
    INVOICED,
    SUBMITTED,
    processed_by_erp,
)
from connectors.sandbox.dataverse.logic.quotes import ACTIVE as ACTIVE_QUOTE
from connectors.sandbox.dataverse.logic.quotes import WON
from connectors.sandbox.dataverse.logic.states import state_name
from connectors.sandbox.dataverse.process.act import ACTIONS, NOTHING, Act, Answer
from connectors.sandbox.dataverse.process.copying import copy_document
from connectors.sandbox.dataverse.process.quotes import demand_state, end_quote
from connectors.sandbox.dataverse.values import stored
from connectors.sandbox.dataverse.wiring import Row, wired

_COMPLETE: Final = 100001


@ACTIONS.on("ConvertQuoteToSalesOrder")
def convert_quote(act: Act) -> Answer:
    """`{"QuoteId": …, "ColumnSet": {…}}`: the quote is won, its order has its lines.

    `QuoteCloseSubject`, `QuoteCloseDescription` and `QuoteCloseDate` go to the closing activity.
    A quote that was won before and has no order yet is made an order as well.
    """
    quote = act.named("QuoteId", "quote")
    demand_state(act, quote, ACTIVE_QUOTE, WON)
    for order in act.where("salesorder", _quoteid_value=quote["quoteid"]):
        if order["statecode"] != CANCELED:
            raise refusals.wrong_state(
                f"Quote {quote['msdyn_quotenumber']} has order "
                f"{order['msdyn_salesordernumber']} already."
            )
    if quote["statecode"] == ACTIVE_QUOTE:
        quote = end_quote(act, quote, WON, 4, _close_words(act))
    order = copy_document(
        act,
        quote,
        QUOTE,
        ORDER,
        {"_quoteid_value": quote["quoteid"], "msdyn_quotationnumber": quote["msdyn_quotenumber"]},
    )
    return Answer((("salesorder", order),))


@ACTIONS.on("CancelSalesOrder")
def cancel_order(act: Act) -> Answer:
    """`{"Status": 4, "OrderClose": {…}}`: hidden from people while the ERP has the order."""
    activity = act.closing("OrderClose", "orderclose", "salesorderid")
    reason = act.status(4)
    order = _free(act, act.row("salesorder", activity["_salesorderid_value"]))
    _end(act, order, CANCELED, reason, activity)
    return NOTHING


@ACTIONS.on("FulfillSalesOrder", table="salesorder")
def fulfill_order(act: Act) -> Answer:
    """`{"Status": 100001 | 100002, "OrderClose": {…}}`: delivered, whole or in part."""
    activity = act.closing("OrderClose", "orderclose", "salesorderid")
    reason = act.status(_COMPLETE, 100002)
    order = _free(act, act.row("salesorder", activity["_salesorderid_value"]))
    _end(act, order, FULFILLED, reason, activity)
    return NOTHING


@ACTIONS.on("ConvertSalesOrderToInvoice")
def invoice_order(act: Act) -> Answer:
    """`{"SalesOrderId": …, "ColumnSet": {…}}`: hidden from people while the ERP invoices."""
    order = act.named("SalesOrderId", "salesorder")
    if act.by_person and processed_by_erp(act.system, order):
        raise refusals.business("Invoices are created in Supply Chain Management.")
    if order["statecode"] in {CANCELED, INVOICED}:
        raise _state(act, order)
    values = {
        "_salesorderid_value": order["salesorderid"],
        "msdyn_invoicedate": act.system.stamp()[:10],
    }
    return Answer((("invoice", copy_document(act, order, ORDER, INVOICE, values)),))


@ACTIONS.on("LockSalesOrderPricing")
def lock_order(act: Act) -> Answer:
    """`{"SalesOrderId": …}`: prices stay as they are."""
    return _lock(act, "SalesOrderId", "salesorder", locked=True)


@ACTIONS.on("UnlockSalesOrderPricing")
def unlock_order(act: Act) -> Answer:
    """`{"SalesOrderId": …}`: prices follow the price list again."""
    return _lock(act, "SalesOrderId", "salesorder", locked=False)


@ACTIONS.on("LockInvoicePricing")
def lock_invoice(act: Act) -> Answer:
    """`{"InvoiceId": …}`: prices stay as they are."""
    return _lock(act, "InvoiceId", "invoice", locked=True)


@ACTIONS.on("UnlockInvoicePricing")
def unlock_invoice(act: Act) -> Answer:
    """`{"InvoiceId": …}`: prices follow the price list again."""
    return _lock(act, "InvoiceId", "invoice", locked=False)


def _lock(act: Act, parameter: str, table: str, *, locked: bool) -> Answer:
    row = act.named(parameter, table)
    act.change(table, row[f"{table}id"], {"ispricelocked": locked})
    return NOTHING


def _free(act: Act, order: Row) -> Row:
    """An order that has not ended, and that people may end."""
    if act.by_person and processed_by_erp(act.system, order):
        raise refusals.business("This order is processed in Supply Chain Management.")
    if order["statecode"] not in {ACTIVE, SUBMITTED}:
        raise _state(act, order)
    return order


def _state(act: Act, order: Row) -> Exception:
    return refusals.wrong_state(
        f"{act.name}: order {order['msdyn_salesordernumber']} is {state_name('salesorder', order)}."
    )


def _end(act: Act, order: Row, state: int, reason: int, activity: dict[str, Any]) -> None:
    act.insert(
        "orderclose",
        {
            "subject": f"Order {order['msdyn_salesordernumber']}",
            "actualend": act.system.stamp(),
            "ordernumber": order["ordernumber"],
            **{name: value for name, value in activity.items() if value is not None},
            "statecode": 1,
        },
    )
    ended: dict[str, Any] = {"statecode": state, "statuscode": reason}
    if state == FULFILLED:
        ended["datefulfilled"] = act.system.stamp()[:10]
    act.change("salesorder", order["salesorderid"], ended)


def _close_words(act: Act) -> dict[str, Any]:
    ended = wired("quoteclose").writable["actualend"]
    date = stored(wired("quoteclose").table, ended, act.body.get("QuoteCloseDate"))
    return {
        "subject": act.body.get("QuoteCloseSubject"),
        "description": act.body.get("QuoteCloseDescription"),
        "actualend": date,
    }
