"""S7, its second half: from the order to the invoice, in the ERP.

Source: Microsoft docs, order status in prospect-to-cash: the ERP owns every step of an order, and
the CRM shows its processing status and the state that belongs to it.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.scenarios import documents
from connectors.sandbox.people.scenarios.world import World

NEW, FULFILLED, INVOICED, CANCELED = (0, 1), (3, 100001), (4, 100003), (2, 4)
_BILLED = (0, 4)
_CUSTOMER = "LEAD-001"


def ship(world: World) -> None:
    """The ERP confirms, picks and packs in two parts; the CRM shows each step."""
    number, order = world.memory["order number"], world.memory["order"]
    _stands(world, order, "Active", NEW)
    for action, status in (("confirm-order", "Confirmed"), ("pick-order", "Picked")):
        world.erp.act(action, number)
        _stands(world, order, status, NEW)
    world.erp.act("pack-order", number, quantity=4)
    _stands(world, order, "PartiallyDelivered", NEW)
    _shipped(world, order, [3, 1])
    world.erp.act("pack-order", number)
    _stands(world, order, "Delivered", FULFILLED)
    _shipped(world, order, [3, 4])
    documents.refused(
        world,
        "CRM: cancelling what the ERP processes",
        lambda: world.sales.cancel_order(order),
        "Supply Chain Management",
    )


def invoice(world: World) -> None:
    """The ERP invoices; the invoice arrives with its lines, the order is Invoiced."""
    number, order = world.memory["order number"], world.memory["order"]
    documents.refused(
        world,
        "CRM: creating the invoice",
        lambda: world.sales.create_invoice(order),
        "Supply Chain Management",
    )
    posted = world.erp.act("invoice-order", number)["invoice"]
    _stands(world, order, "Invoiced", INVOICED)
    (arrived,) = _invoices(world, order, [posted])
    state = (arrived["statecode"], arrived["statuscode"])
    world.holds("CRM: the invoice is billed", state, _BILLED)
    customer = arrived["_customerid_value"]
    world.holds("CRM: the invoice is the account's", customer, world.memory["omicron"])
    owner = world.sales.row("salesorders", order)["_ownerid_value"]
    world.holds("CRM: the invoice has its order's owner", arrived["_ownerid_value"], owner)
    documents.quantities(world, "invoices", arrived["invoiceid"], [3, 4])
    total = documents.same_invoice_money(world, arrived["invoiceid"], posted)
    world.holds("both: the invoice has the order's total", total, Decimal("8390.00"))
    documents.same_order_money(world, order, number)


def invoice_in_parts(world: World) -> None:
    """Another order, of the ERP, is invoiced in two parts, the first before all is delivered."""
    made = world.office.order(_CUSTOMER, 3, 2)
    number = made["SalesOrderNumber"]
    order = documents.crm_order(world, number)["salesorderid"]
    documents.quantities(world, "salesorders", order, [3, 2])
    whole = documents.same_order_money(world, order, number)
    act = world.erp.act
    act("pack-order", number, line=1, quantity=2)
    _stands(world, order, "PartiallyDelivered", NEW)
    first = act("invoice-order", number)["invoice"]
    _stands(world, order, "PartiallyInvoiced", NEW)
    _invoices(world, order, [first])
    act("pack-order", number)
    _stands(world, order, "DeliveredPartiallyInvoiced", FULFILLED)
    second = act("invoice-order", number)["invoice"]
    _stands(world, order, "Invoiced", INVOICED)
    arrived = _invoices(world, order, [first, second])
    documents.quantities(world, "invoices", arrived[0]["invoiceid"], [2])
    documents.quantities(world, "invoices", arrived[1]["invoiceid"], [1, 2])
    totals = [
        documents.same_invoice_money(world, row["invoiceid"], name)
        for row, name in zip(arrived, (first, second), strict=True)
    ]
    world.holds("both: the two invoices add up to the order", sum(totals), whole)


def cancel(world: World) -> None:
    """One more order is cancelled in the ERP before anything is delivered."""
    number = world.office.order(_CUSTOMER, 1)["SalesOrderNumber"]
    order = documents.crm_order(world, number)["salesorderid"]
    documents.quantities(world, "salesorders", order, [1])
    world.erp.act("confirm-order", number)
    _stands(world, order, "Confirmed", NEW)
    world.erp.act("cancel-order", number)
    _stands(world, order, "Canceled", CANCELED)
    world.crosses_as_customer(_CUSTOMER, "one order less")
    world.holds("CRM: it has no invoice", world.sales.invoices(order), [])
    won = world.sales.state("salesorders", world.memory["order"])
    world.holds("CRM: the other orders are as they were", won, INVOICED)


def _stands(world: World, order: str, status: str, state: tuple[int, int]) -> None:
    """An order of the CRM gets to a processing status and the state that belongs to it."""
    wanted = (documents.PROCESSING[status], *state)
    world.until(
        f"CRM: the order is {status}, {state[0]}/{state[1]}",
        lambda: _state(world.sales.row("salesorders", order)),
        lambda seen: seen == wanted,
    )


def _state(row: Row) -> tuple[int, int, int]:
    return row["msdyn_processingstatus"], row["statecode"], row["statuscode"]


def _shipped(world: World, order: str, wanted: list[int]) -> None:
    world.until(
        f"CRM: delivered are {wanted}",
        lambda: [
            Decimal(line["quantityshipped"] or 0)
            for line in world.sales.lines("salesorders", order)
        ],
        lambda seen: seen == wanted,
    )


def _invoices(world: World, order: str, numbers: list[str]) -> list[Row]:
    return world.until(
        f"CRM: the order has the invoices {', '.join(numbers)}",
        lambda: world.sales.invoices(order),
        lambda rows: [row["msdyn_invoicenumber"] for row in rows] == numbers,
    )
