"""People who sell: quotes, orders and invoices, on whichever side they sit."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops.actions import actions_of
from tests.simulation.people import People
from tests.simulation.systems import CRM_PERSON, ERP_PERSON

_COMPANY = "usmf"
_SELECT = {"ColumnSet": {"AllColumns": True}}
_NEXT = {
    "Active": ("confirm-order", "pick-order", "pack-order"),
    "Confirmed": ("pick-order", "pack-order"),
    "Picked": ("pack-order",),
    "PartiallyDelivered": ("pack-order", "invoice-order"),
    "PartiallyInvoiced": ("pack-order",),
    "Delivered": ("invoice-order",),
    "DeliveredPartiallyInvoiced": ("invoice-order",),
}
"""What is done next with an order in the ERP, by its processing status."""
_QUANTITIES = (1, 2, 3, 5, 7, 12)
_CATEGORIES = ("Services", "Special parts")
_WRITTEN_IN = 0.25
"""How many of the lines have no product."""


class Sellers(People):
    """Everybody in a world that sells; they also edit and convert their customers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        product = self._crm.list("products", filter="productnumber eq 'P0001'")[0]
        self._line = {
            "productid@odata.bind": f"/products({product['productid']})",
            "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
        }
        self._categories = {
            row["msdyn_name"]: row["msdyn_productcategoryid"]
            for row in self._crm.list("msdyn_productcategories")
            if row["_msdyn_parentproductcategory_value"]
        }
        self._choices = [
            (2, self._new_account),
            (2, self._new_prospect),
            (1, self._edit_account),
            (1, self._edit_relation),
            (1, self._convert_in_crm),
            (1, self._convert_in_erp),
            (6, self._new_quote),
            (4, self._add_line),
            (3, self._edit_line),
            (2, self._delete_line),
            (3, self._edit_quote),
            (6, self._activate),
            (2, self._close),
            (2, self._revise),
            (6, self._create_order),
            (1, self._win),
            (3, self._new_order),
            (1, self._delete_quote),
            (6, self._new_quotation),
            (4, self._add_quotation_line),
            (3, self._edit_quotation_line),
            (2, self._delete_quotation_line),
            (3, self._edit_quotation),
            (6, self._send),
            (5, self._confirm),
            (2, self._lose),
            (2, self._own),
            (10, self._fulfil),
            (1, self._cancel_order),
        ]

    def begin(self) -> None:
        """A few customers on each side, and a quote, before the service ever runs."""
        super().begin()
        for what in (self._new_quote, self._new_quotation):
            self.do(what)

    # the CRM

    def _crm_rows(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        rows = self._crm.list(table)
        rows = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
        return sorted(rows, key=lambda row: (str(row["createdon"]), str(row["versionnumber"])))

    def _new_quote(self) -> None:
        account = self._account()
        number = f"Q{self._number()}"
        quote = self._crm.create(
            "quotes",
            {
                "name": self._word(),
                "msdyn_quotenumber": number,
                "customerid_account@odata.bind": f"/accounts({account['accountid']})",
                "msdyn_Company@odata.bind": self._company["msdyn_company@odata.bind"],
            },
            CRM_PERSON,
        )
        for _ in range(self._random.choice((0, 1, 1, 2))):
            self._crm.create("quotedetails", self._new_line(quote["quoteid"]), CRM_PERSON)

    def _new_line(self, quote_id: str) -> dict[str, Any]:
        quantity, spoken = self._random.choice(_QUANTITIES), self._random.random() < 0.4
        body = {"quoteid@odata.bind": f"/quotes({quote_id})", "quantity": quantity}
        if self._random.random() < _WRITTEN_IN:
            category = self._categories[self._random.choice(_CATEGORIES)]
            body |= {
                "productdescription": self._word(),
                "priceperunit": 5,
                "msdyn_salesproductcategory@odata.bind": f"/msdyn_productcategories({category})",
            }
            return body
        if spoken:
            body["description"] = self._word()
        return {**body, **self._line}

    def _add_line(self) -> None:
        quote = self._pick(self._crm_rows("quotes", statecode=0))
        self._crm.create("quotedetails", self._new_line(quote["quoteid"]), CRM_PERSON)

    def _edit_line(self) -> None:
        line = self._pick(self._crm_rows("quotedetails"))
        words = "productdescription" if line["isproductoverridden"] else "description"
        body = self._random.choice(
            (
                {"quantity": self._random.choice(_QUANTITIES)},
                {words: self._word()},
                {"msdyn_linedescription2": self._word()},
                {"requestdeliveryby": f"2026-03-{self._random.randrange(1, 29):02d}"},
            )
        )
        self._crm.update("quotedetails", line["quotedetailid"], body, CRM_PERSON)

    def _delete_line(self) -> None:
        line = self._pick(self._crm_rows("quotedetails"))
        self._crm.delete("quotedetails", line["quotedetailid"], CRM_PERSON)

    def _edit_quote(self) -> None:
        quote = self._pick(self._crm_rows("quotes"))
        body = self._random.choice(
            (
                {"name": self._word()},
                {"msdyn_customersreference": self._word()},
                {"emailaddress": f"{self._word().replace(' ', '.')}@example.com"},
                {"shipto_line1": f"{self._word()} Street"},
            )
        )
        self._crm.update("quotes", quote["quoteid"], body, CRM_PERSON)

    def _delete_quote(self) -> None:
        quote = self._pick(self._crm_rows("quotes"))
        self._crm.delete("quotes", quote["quoteid"], CRM_PERSON)

    def _activate(self) -> None:
        quote = self._pick(self._crm_rows("quotes", statecode=0))
        self._crm.update("quotes", quote["quoteid"], {"statecode": 1, "statuscode": 2}, CRM_PERSON)

    def _close(self) -> None:
        quote = self._pick(self._crm_rows("quotes", statecode=1))
        bind = {"quoteid@odata.bind": f"/quotes({quote['quoteid']})"}
        body = {"Status": self._random.choice((5, 6)), "QuoteClose": bind}
        self._crm.act("CloseQuote", body, CRM_PERSON)

    def _win(self) -> None:
        quote = self._pick(self._crm_rows("quotes", statecode=1))
        bind = {"quoteid@odata.bind": f"/quotes({quote['quoteid']})"}
        self._crm.act("WinQuote", {"Status": 4, "QuoteClose": bind}, CRM_PERSON)

    def _revise(self) -> None:
        quote = self._pick(self._crm_rows("quotes", statecode=1))
        self._crm.act("ReviseQuote", {"QuoteId": quote["quoteid"], **_SELECT}, CRM_PERSON)

    def _create_order(self) -> None:
        quote = self._pick(self._crm_rows("quotes", statecode=1))
        body = {"QuoteId": quote["quoteid"], **_SELECT}
        self._crm.act("ConvertQuoteToSalesOrder", body, CRM_PERSON)

    def _new_order(self) -> None:
        account = self._account(3)
        order = self._crm.create(
            "salesorders",
            {
                "name": self._word(),
                "msdyn_salesordernumber": f"O{self._number()}",
                "customerid_account@odata.bind": f"/accounts({account['accountid']})",
                **self._company,
            },
            CRM_PERSON,
        )
        body = {
            "salesorderid@odata.bind": f"/salesorders({order['salesorderid']})",
            "quantity": self._random.choice(_QUANTITIES),
            **self._line,
        }
        self._crm.create("salesorderdetails", body, CRM_PERSON)

    # the ERP

    def _erp_rows(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        rows = self._erp.list(table)
        return [row for row in rows if all(row[name] == value for name, value in wanted.items())]

    def _act(self, action: str, number: str, **options: Any) -> None:
        actions_of(self._erp, ERP_PERSON)[action]({"company": "USMF", "number": number, **options})

    def _new_quotation(self) -> None:
        table, row = self._relation()
        customer = (
            {"RequestingCustomerAccountNumber": row["CustomerAccount"]}
            if table == "CustomersV3"
            else {"ProspectId": row["ProspectId"]}
        )
        body = {"dataAreaId": _COMPANY, **customer}
        if self._random.random() < 0.5:
            body["CustomersReference"] = self._word()
        made = self._erp.create("CDSSalesQuotationHeaders", body, ERP_PERSON)
        for _ in range(self._random.choice((0, 1, 1, 2))):
            self._quotation_line(made["SalesQuotationNumber"])

    def _quotation_line(self, number: str) -> None:
        body = {
            "dataAreaId": _COMPANY,
            "SalesQuotationNumber": number,
            "ProductNumber": "P0001",
            "RequestedSalesQuantity": self._random.choice(_QUANTITIES),
        }
        if self._random.random() < _WRITTEN_IN:
            category = self._random.choice(_CATEGORIES)
            body |= {"ProductNumber": "", "SalesProductCategoryName": category}
            body["ProductName"] = self._word()
        self._erp.create("CDSSalesQuotationLines", body, ERP_PERSON)

    def _quotation(self, *states: str) -> str:
        rows = self._erp.list("CDSSalesQuotationHeaders")
        rows = [row for row in rows if not states or row["SalesQuotationStatus"] in states]
        number: str = self._pick(rows)["SalesQuotationNumber"]
        return number

    def _add_quotation_line(self) -> None:
        self._quotation_line(self._quotation("Created"))

    def _a_line(self) -> dict[str, Any]:
        line = self._pick(self._erp.list("CDSSalesQuotationLines"))
        keys = self._erp.entity("CDSSalesQuotationLines").keys
        return {name: line[name] for name in keys}

    def _edit_quotation_line(self) -> None:
        body = self._random.choice(
            (
                {"RequestedSalesQuantity": self._random.choice(_QUANTITIES)},
                {"ProductName": self._word()},
                {"SalesPrice": self._random.randrange(100, 900)},
                {"LineDescription": self._word()},
            )
        )
        self._erp.update("CDSSalesQuotationLines", self._a_line(), body, ERP_PERSON)

    def _delete_quotation_line(self) -> None:
        self._erp.delete("CDSSalesQuotationLines", self._a_line(), ERP_PERSON)

    def _edit_quotation(self) -> None:
        key = {"dataAreaId": _COMPANY, "SalesQuotationNumber": self._quotation()}
        body = self._random.choice(
            (
                {"SalesQuotationName": self._word()},
                {"CustomersReference": self._word()},
                {"CustomerRequisitionNumber": self._word()},
                {"DeliveryAddressStreet": f"{self._word()} Street"},
            )
        )
        self._erp.update("CDSSalesQuotationHeaders", key, body, ERP_PERSON)

    def _send(self) -> None:
        self._act("send-quotation", self._quotation("Created"))

    def _confirm(self) -> None:
        number = self._quotation("Sent")
        if self._random.random() < 0.5:
            key = {"dataAreaId": _COMPANY, "SalesQuotationNumber": number}
            row = self._erp.get("CDSSalesQuotationHeaders", key)
            if row is not None and row["ProspectId"]:
                self._act("convert-prospect", row["ProspectId"])
        self._act("confirm-quotation", number)

    def _lose(self) -> None:
        action = self._random.choice(("lose-quotation", "cancel-quotation"))
        self._act(action, self._quotation("Created", "Sent"))

    def _own(self) -> None:
        ownership = self._random.choice(("SCM", "Dynamics365Sales", "BasedOnOrigin"))
        number = self._quotation("Created", "Sent")
        self._act("change-quotation-ownership", number, ownership=ownership)

    def _an_order(self) -> str:
        number: str = self._pick(self._erp.list("CDSSalesOrderHeaders"))["SalesOrderNumber"]
        return number

    def _fulfil(self) -> None:
        """The next thing that is done with an order, or a part of it."""
        orders = self._erp.list("CDSSalesOrderHeaders")
        order = self._pick([o for o in orders if o["SalesOrderProcessingStatus"] in _NEXT])
        number, state = order["SalesOrderNumber"], order["SalesOrderProcessingStatus"]
        action = self._random.choice(_NEXT[state])
        options = {"quantity": 1} if action == "pack-order" and self._random.random() < 0.4 else {}
        self._act(action, number, **options)

    def _cancel_order(self) -> None:
        self._act("cancel-order", self._an_order())
