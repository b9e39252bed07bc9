"""What scenarios say of quotes and orders: their state on both sides, their lines, refusals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connectors.sandbox.people.calls import Refusal, Row
from connectors.sandbox.people.scenarios.world import World

QUOTATION_STATUS = {
    "Created": 192350000,
    "Sent": 192350001,
    "Confirmed": 192350002,
    "Lost": 192350003,
    "Cancelled": 192350004,
    "Revised": 192350009,
}
FROM_ERP, FROM_SALES = 776160000, 776160001
"""Origins of a quote in the CRM."""
NOT_OWNED = "This quote is not owned by Dynamics 365 Sales"
PROCESSING = {
    "Active": 192350000,
    "Confirmed": 192350001,
    "Picked": 192350002,
    "PartiallyDelivered": 192350003,
    "Delivered": 192350004,
    "Invoiced": 192350005,
    "PartiallyInvoiced": 192350006,
    "Canceled": 192350007,
    "DeliveredPartiallyInvoiced": 192350008,
}


def refused(world: World, what: str, deed: Callable[[], object], says: str = "") -> None:
    """A system refuses what a person tries, and says why.

    Args:
        world: where.
        what: what is tried, such as `CRM: closing it`.
        deed: tries it.
        says: what the refusal must tell.
    """
    try:
        deed()
    except Refusal as refusal:
        world.holds(f"{what} is refused", refusal.status, 400)
        if says:
            world.holds(f"{what} is refused and says why", says in refusal.message)
    else:
        world.holds(f"{what} is refused", seen=False)


def crm_quote(world: World, number: str) -> Row:
    """The CRM's quote of a number, as soon as there is one."""
    look = world.sales.numbered
    return world.until(f"CRM: quote {number}", lambda: look("quotes", number)) or {}


def crm_order(world: World, number: str) -> Row:
    """The CRM's order of a number, as soon as there is one."""
    look = world.sales.numbered
    return world.until(f"CRM: order {number}", lambda: look("salesorders", number)) or {}


def quote_becomes(world: World, quote: str, state: tuple[int, int], status: str) -> Row:
    """A quote of the CRM gets to a state and to the ERP's status; its row."""

    def so(row: Row) -> bool:
        return (row["statecode"], row["statuscode"]) == state and row[
            "msdyn_salesquotationstatus"
        ] == QUOTATION_STATUS[status]

    return world.until(
        f"CRM: the quote is {state[0]}/{state[1]}, its ERP status {status}",
        lambda: world.sales.row("quotes", quote),
        so,
    )


def quotation_becomes(world: World, number: str, status: str) -> Row:
    """A quotation of the ERP gets to a status; its row."""
    return world.until(
        f"ERP: quotation {number} is {status}",
        lambda: world.office.seen_quotation(number),
        lambda row: row.get("SalesQuotationStatus") == status,
    )


def quantities(world: World, table: str, document: str, wanted: list[int]) -> None:
    """A document of the CRM gets lines of P0001 with these quantities, and no more."""
    product = world.sales.product("P0001")["productid"]
    world.until(
        f"CRM: the lines of {table} have the quantities {wanted}",
        lambda: [
            (line["_productid_value"], Decimal(line["quantity"]))
            for line in world.sales.lines(table, document)
        ],
        lambda seen: seen == [(product, Decimal(quantity)) for quantity in wanted],
    )


def erp_quantities(world: World, number: str, wanted: list[int]) -> None:
    """A quotation of the ERP gets lines with these quantities, and no more."""
    world.until(
        f"ERP: the lines of quotation {number} have the quantities {wanted}",
        lambda: [row["RequestedSalesQuantity"] for row in world.office.quotation_lines(number)],
        lambda seen: seen == wanted,
    )


def same_money(world: World, quote: str, number: str) -> Decimal:
    """Every amount of a quote gets the same on both sides, to the cent; the total."""
    office = world.office
    return _same(
        world,
        f"quote {number}",
        lambda: _crm_money(world, "quotes", quote),
        lambda: _erp_money(
            office.seen_quotation(number).get("QuotationTotalAmount"),
            office.quotation_lines(number),
        ),
    )


def same_order_money(world: World, order: str, number: str) -> Decimal:
    """Every amount of an order gets the same on both sides, to the cent; the total."""
    office = world.office
    return _same(
        world,
        f"order {number}",
        lambda: _crm_money(world, "salesorders", order),
        lambda: _erp_money(
            office.seen_order(number).get("OrderTotalAmount"), office.order_lines(number)
        ),
    )


def same_invoice_money(world: World, invoice: str, number: str) -> Decimal:
    """Every amount of an invoice gets the same on both sides, to the cent; the total."""
    posted = next(
        row
        for row in world.erp.rows("SalesInvoiceHeadersV2", f"InvoiceNumber eq '{number}'")
        if row["dataAreaId"].lower() == world.erp.company
    )
    return _same(
        world,
        f"invoice {number}",
        lambda: _crm_money(world, "invoices", invoice, "msdyn_totalamount"),
        lambda: _erp_money(posted["TotalInvoiceAmount"], world.office.invoice_lines(number)),
    )


Money = tuple[Decimal, list[tuple[Decimal, ...]]]


def _same(
    world: World, document: str, crm: Callable[[], Money], erp: Callable[[], Money]
) -> Decimal:
    seen = world.until(
        f"both: total, quantities, prices and amounts of {document} are the same",
        lambda: (crm(), erp()),
        lambda both: both[0] == both[1],
    )
    return seen[0][0]


def _crm_money(world: World, table: str, document: str, total: str = "totalamount") -> Money:
    lines = world.sales.lines(table, document)
    columns = ("quantity", "priceperunit", "manualdiscountamount", "extendedamount")
    return (
        _cents(world.sales.row(table, document)[total]),
        [tuple(_cents(line[column]) for column in columns) for line in lines],
    )


def _erp_money(total: Any, lines: list[Row]) -> Money:
    return (_cents(total), [_erp_line(line) for line in lines])


def _erp_line(line: Row) -> tuple[Decimal, ...]:
    """Quantity, price, discount and amount of a line, whichever document it is of."""
    quantities = ("RequestedSalesQuantity", "OrderedSalesQuantity", "InvoicedQuantity")
    discounts = ("LineTotalDiscountAmount", "TotalDiscountAmount")
    return (
        _cents(next(line[name] for name in quantities if name in line)),
        _cents(line["SalesPrice"]),
        _cents(next(line[name] for name in discounts if name in line)),
        _cents(line["LineAmount"]),
    )


def _cents(amount: Any) -> Decimal:
    return Decimal(amount or 0).quantize(Decimal("0.01"))
