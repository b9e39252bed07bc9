"""The people who sell: a desk in the CRM, a desk in the ERP, and the back office that ships.

Each of them knows one system and nothing of the other; what they need from there they wait for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.northwind import Line, Order
from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import ROOT, CrmPerson
from connectors.sandbox.people.erp import ErpPerson

_ACTIVE = {"statecode": 1, "statuscode": 2}
_NEW_PROSPECT = "Prospect"


@dataclass
class CrmDesk:
    """Quotes in the CRM, activates, and creates the orders.

    Args:
        crm: who does it.
        accounts: number to id of every account.
        products: number to id of every product.
    """

    crm: CrmPerson
    accounts: Mapping[str, str]
    products: Mapping[str, str]

    def quote(self, order: Order) -> Row:
        """Type a quote with all its lines; it is a draft."""
        body = {
            "name": order.title,
            "customerid_account@odata.bind": f"/accounts({self.accounts[order.customer]})",
            "msdyn_customersreference": order.reference,
            "requestdeliveryby": order.required,
            "msdyn_requestedreceiptdate": order.required,
            **_shipped_to(order),
            "quote_details": [self.line(line) for line in order.lines],
        }
        return self.crm.create("quotes", body)

    def line(self, line: Line) -> Row:
        """What is typed for one line; unit and name come from the product."""
        return {
            "productid@odata.bind": f"/products({self.products[line.product]})",
            "quantity": line.quantity,
            "priceperunit": line.price,
            "manualdiscountamount": line.discount,
        }

    def activate(self, quote: str) -> None:
        """Activate a draft."""
        self.crm.change("quotes", quote, _ACTIVE)

    def create_order(self, quote: str) -> Row:
        """Make an order of an active quote; a prospect becomes a customer by it."""
        return self.crm.calls.send(
            "POST",
            f"{ROOT}ConvertQuoteToSalesOrder",
            {"QuoteId": quote, "ColumnSet": {"AllColumns": True}},
        )

    def sell(self, order: Order) -> None:
        """All of it at once, as if the ERP were of no concern."""
        quote = self.quote(order)["quoteid"]
        self.activate(quote)
        self.create_order(quote)


@dataclass
class ErpDesk:
    """Quotes in the ERP, sends, converts who is a prospect still, and confirms.

    Args:
        erp: who does it.
    """

    erp: ErpPerson

    def quote(self, order: Order) -> str:
        """Type a quotation with its lines and freight; its number."""
        relation = self.erp.prospect(order.customer) or {}
        prospect = relation.get("ProspectRelationTypeId") == _NEW_PROSPECT
        whom = "ProspectId" if prospect else "RequestingCustomerAccountNumber"
        header = {
            "dataAreaId": self.erp.company,
            whom: order.customer,
            "SalesQuotationName": order.title,
            "CustomersReference": order.reference,
            "RequestedShippingDate": _day(order.required),
            "ReceiptDateRequested": _day(order.required),
            **_delivered_to(order),
        }
        number = str(self.erp.create("CDSSalesQuotationHeaders", header)["SalesQuotationNumber"])
        for line in order.lines:
            self.add_line(number, line)
        self.erp.act("charge-quotation", number, amount=order.freight)
        return number

    def add_line(self, number: str, line: Line) -> Row:
        """Add a line to a quotation; unit, name, site and warehouse come from the product."""
        return self.erp.create(
            "CDSSalesQuotationLines",
            {
                "dataAreaId": self.erp.company,
                "SalesQuotationNumber": number,
                "ProductNumber": line.product,
                "RequestedSalesQuantity": line.quantity,
                "SalesPrice": line.price,
                "TotalDiscountAmount": line.discount,
            },
        )

    def send(self, number: str, order: Order) -> None:
        """Send a quotation to the customer."""
        self.erp.act("send-quotation", number, date=order.ordered)

    def confirm(self, number: str, order: Order) -> str:
        """Confirm a sent quotation, once its account is a customer; the order's number."""
        relation = self.erp.prospect(order.customer) or {}
        if relation.get("ProspectRelationTypeId") == _NEW_PROSPECT:
            self.erp.act("convert-prospect", order.customer)
        return str(self.erp.act("confirm-quotation", number, date=order.ordered)["order"])

    def sell(self, order: Order) -> str:
        """All of it at once; the order's number."""
        number = self.quote(order)
        self.send(number, order)
        return self.confirm(number, order)


@dataclass
class BackOffice:
    """Ships and invoices orders in the ERP, wherever they came from.

    Args:
        erp: who does it.
        orders: reference to order, of all that will ever come.
        charged: references of those whose freight stands on the quotation already.
        done: references of those that were taken care of.
    """

    erp: ErpPerson
    orders: Mapping[str, Order]
    charged: frozenset[str]
    done: set[str] = field(default_factory=set)

    def arrived(self) -> list[tuple[str, Order]]:
        """Numbers of orders that nobody took care of yet, with what they are."""
        quotations = {
            row["SalesQuotationNumber"]: row["CustomersReference"]
            for row in self._some(
                "CDSSalesQuotationHeaders", "SalesQuotationNumber,CustomersReference"
            )
        }
        found = []
        for row in self._some("CDSSalesOrderHeaders", "SalesOrderNumber,QuotationNumber"):
            reference = quotations.get(row["QuotationNumber"], "")
            if reference in self.orders and reference not in self.done:
                found.append((str(row["SalesOrderNumber"]), self.orders[reference]))
        return found

    def handle(self, number: str, order: Order) -> None:
        """Confirm an order, and ship and invoice it on the day when it was shipped."""
        if order.reference not in self.charged:
            self.erp.act("charge-order", number, amount=order.freight)
        self.erp.act("confirm-order", number, date=order.ordered)
        if order.shipped:
            self.erp.act("pick-order", number, date=order.shipped)
            self.erp.act("pack-order", number, date=order.shipped)
            self.erp.act("invoice-order", number, date=order.shipped)
        self.done.add(order.reference)

    def _some(self, table: str, columns: str) -> list[Row]:
        query = {"cross-company": "true", "$select": columns}
        page = self.erp.calls.get(f"/data/{table}", query)
        found: list[Row] = page["value"]
        while "@odata.nextLink" in page:
            page = self.erp.calls.get(page["@odata.nextLink"])
            found += page["value"]
        return found


def _shipped_to(order: Order) -> dict[str, Any]:
    return {
        "msdyn_deliveryaddressname": order.name,
        "shipto_line1": order.street,
        "shipto_city": order.city,
        "shipto_stateorprovince": order.state or None,
        "shipto_postalcode": order.zip or None,
        "shipto_country": order.country.name,
    }


def _delivered_to(order: Order) -> dict[str, Any]:
    return {
        "DeliveryAddressName": order.name,
        "DeliveryAddressStreet": order.street,
        "DeliveryAddressCity": order.city,
        "DeliveryAddressStateId": order.state,
        "DeliveryAddressZipCode": order.zip,
        "DeliveryAddressCountryRegionId": order.country.alpha3,
    }


def _day(iso: str) -> str:
    return f"{iso}T12:00:00Z"
