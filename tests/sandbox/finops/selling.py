"""Short ways to say what people and the integration do with quotations and orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectors.sandbox.finops.actions import actions_of
from connectors.sandbox.kernel.tokens import Caller
from tests.sandbox.finops.worlds import PERSON, SERVICE, World

QUOTATIONS, QUOTATION_LINES = "CDSSalesQuotationHeaders", "CDSSalesQuotationLines"
ORDERS, ORDER_LINES = "CDSSalesOrderHeaders", "CDSSalesOrderLines"
INVOICES, INVOICE_LINES = "SalesInvoiceHeadersV2", "SalesInvoiceV2Lines"
CALLERS = {"person": PERSON, "integration": SERVICE}


class Desk:
    """Somebody who sells in USMF: a person, or the integration for people of the CRM."""

    def __init__(self, world: World, caller: Caller = PERSON) -> None:
        self.world, self.caller = world, caller

    def quotation(self, account: str, **body: Any) -> str:
        """A new quotation for a prospect or a customer, whichever has the number; its number."""
        known = self.world.system.db.get("customer", "usmf", account)
        place = "ProspectId" if known is None else "RequestingCustomerAccountNumber"
        row = self._create(QUOTATIONS, {place: account, **body})
        return str(row["SalesQuotationNumber"])

    def order(self, account: str, **body: Any) -> str:
        row = self._create(ORDERS, {"OrderingCustomerAccountNumber": account, **body})
        return str(row["SalesOrderNumber"])

    def quote_line(self, number: str, quantity: int | Decimal = 3, **body: Any) -> dict[str, Any]:
        values = {"ProductNumber": "P0001", "RequestedSalesQuantity": quantity, **body}
        return self._create(QUOTATION_LINES, {"SalesQuotationNumber": number, **values})

    def order_line(self, number: str, quantity: int | Decimal = 3, **body: Any) -> dict[str, Any]:
        values = {"ProductNumber": "P0001", "OrderedSalesQuantity": quantity, **body}
        return self._create(ORDER_LINES, {"SalesOrderNumber": number, **values})

    def set(self, set_name: str, number: str, line: int = 0, **body: Any) -> None:
        self.world.system.update(set_name, self._key(set_name, number, line), body, self.caller)

    def remove(self, set_name: str, number: str, line: int = 0) -> None:
        self.world.system.delete(set_name, self._key(set_name, number, line), self.caller)

    def see(self, set_name: str, number: str, line: int = 0) -> dict[str, Any]:
        found = self.world.system.get(set_name, self._key(set_name, number, line))
        assert found is not None
        return found

    def act(self, action: str, number: str, **body: Any) -> dict[str, Any]:
        """A back-office action, which only people do."""
        return actions_of(self.world.system, PERSON)[action](
            {"company": "USMF", "number": number, **body}
        )

    def rows(self, set_name: str, **wanted: Any) -> list[dict[str, Any]]:
        return self.world.system.find(set_name, wanted)

    def _create(self, set_name: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.world.system.create(set_name, {"dataAreaId": "usmf", **body}, self.caller)

    def _key(self, set_name: str, number: str, line: int) -> dict[str, Any]:
        fixed = {"dataAreaId": "usmf", "LineCreationSequenceNumber": line}
        keys = self.world.system.entity(set_name).keys
        return {name: fixed.get(name, number) for name in keys}


def quoted(world: World, owner: str = "SCM", status: str = "Created", account: str = "") -> str:
    """A quotation with one line of three pieces, of an owner and in a status; its number."""
    number = account or world.customer()["CustomerAccount"]
    maker = Desk(world, SERVICE if owner == "Dynamics365Sales" else PERSON)
    quotation = maker.quotation(number)
    maker.quote_line(quotation)
    service = Desk(world, SERVICE)
    if status in ("Sent", "Confirmed", "Revised"):
        service.set(QUOTATIONS, quotation, SalesQuotationStatus="Sent")
    if status not in ("Created", "Sent"):
        service.set(QUOTATIONS, quotation, SalesQuotationStatus=status)
    return quotation


def ordered(world: World, *quantities: int, **body: Any) -> str:
    """An order of a person with lines of those quantities at 10.00; its number."""
    desk = Desk(world)
    number = desk.order(world.customer()["CustomerAccount"], **body)
    for quantity in quantities or (3,):
        desk.order_line(number, quantity, SalesPrice=Decimal(10))
    return number


def sold(world: World) -> tuple[str, str]:
    """A quotation that changed hands, was won, ordered, delivered and invoiced; both numbers."""
    desk = Desk(world)
    quotation = quoted(world)
    desk.act("change-quotation-ownership", quotation, ownership="SCM")
    desk.act("send-quotation", quotation)
    order = desk.act("confirm-quotation", quotation)["order"]
    for step in ("confirm-order", "pick-order", "pack-order", "invoice-order"):
        desk.act(step, order)
    return quotation, order
