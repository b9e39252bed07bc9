"""A person who sells in the CRM: quotes, orders, and the actions of their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import PROSPECT, ROOT, CrmPerson

DRAFT, ACTIVE, WON = (0, 1), (1, 2), (2, 4)
LOST, CANCELLED, REVISED = (3, 5), (3, 6), (3, 7)
"""State and reason of a quote."""
_ALL = {"AllColumns": True}
_LINES = {
    "quotes": "quotedetails",
    "salesorders": "salesorderdetails",
    "invoices": "invoicedetails",
}
_NUMBERS = {"quotes": "msdyn_quotenumber", "salesorders": "msdyn_salesordernumber"}


class CrmSales:
    """Sells in the person's company.

    Args:
        crm: the person.
    """

    def __init__(self, crm: CrmPerson) -> None:
        self.crm = crm

    def act(self, action: str, body: Mapping[str, Any]) -> Row:
        """Call an action of the Web API, such as `ReviseQuote`."""
        return self.crm.calls.send("POST", f"{ROOT}{action}", dict(body))

    def quote(self, account: str, name: str, *quantities: int, **columns: Any) -> Row:
        """Make a draft quote for an account, with a line of P0001 per quantity."""
        bind = {"customerid_account@odata.bind": f"/accounts({account})"}
        made = self.crm.create("quotes", {"name": name, **bind, **columns})
        for quantity in quantities:
            self.quote_line(made["quoteid"], quantity)
        return made

    def quote_line(self, quote: str, quantity: int, **columns: Any) -> Row:
        """Add a line of P0001 to a quote."""
        return self._line("quotedetails", "quoteid", f"/quotes({quote})", quantity, columns)

    def opportunity_line(self, opportunity: str, quantity: int, **columns: Any) -> Row:
        """Add a product to an opportunity."""
        bind = f"/opportunities({opportunity})"
        return self._line("opportunityproducts", "opportunityid", bind, quantity, columns)

    def activate(self, quote: str) -> None:
        """Activate a draft."""
        self.crm.change("quotes", quote, {"statecode": ACTIVE[0], "statuscode": ACTIVE[1]})

    def revise(self, quote: str) -> Row:
        """Revise an active quote; the new draft."""
        return self.act("ReviseQuote", {"QuoteId": quote, "ColumnSet": _ALL})

    def close(self, quote: str, status: tuple[int, int]) -> None:
        """Close an active quote as lost or cancelled."""
        bind = {"subject": "Closed", "quoteid@odata.bind": f"/quotes({quote})"}
        self.act("CloseQuote", {"Status": status[1], "QuoteClose": bind})

    def create_order(self, quote: str) -> Row:
        """Create the order of an active quote; the order."""
        return self.act("ConvertQuoteToSalesOrder", {"QuoteId": quote, "ColumnSet": _ALL})

    def cancel_order(self, order: str) -> None:
        """Cancel an order."""
        bind = {"subject": "Cancelled", "salesorderid@odata.bind": f"/salesorders({order})"}
        self.act("CancelSalesOrder", {"Status": 4, "OrderClose": bind})

    def create_invoice(self, order: str) -> Row:
        """Create the invoice of an order."""
        return self.act("ConvertSalesOrderToInvoice", {"SalesOrderId": order, "ColumnSet": _ALL})

    def lead(self, subject: str, **columns: Any) -> Row:
        """Note a lead."""
        return self.crm.create("leads", {"subject": subject, **columns})

    def qualify(self, lead: str) -> dict[str, Row]:
        """Qualify a lead; what came of it, by table: account, contact, opportunity."""
        body = {"CreateAccount": True, "CreateContact": True, "CreateOpportunity": True}
        path = f"leads({lead})/Microsoft.Dynamics.CRM.QualifyLead"
        made = self.act(path, {**body, "Status": 3})["value"]
        tables = {"account": "accounts", "contact": "contacts", "opportunity": "opportunities"}
        found: dict[str, Row] = {}
        for entity in made:
            table = str(entity["@odata.type"]).rpartition(".")[2]
            found[table] = self.row(tables[table], entity[f"{table}id"])
        return found

    def lose_opportunity(self, opportunity: str) -> None:
        """Close an opportunity as lost, out-sold."""
        bind = {"subject": "Lost", "opportunityid@odata.bind": f"/opportunities({opportunity})"}
        self.act("LoseOpportunity", {"Status": 5, "OpportunityClose": bind})

    def quote_from(self, opportunity: str) -> Row:
        """Make a draft quote of an opportunity, with its products and prices."""
        body = {"OpportunityId": opportunity, "ColumnSet": _ALL}
        return self.act("GenerateQuoteFromOpportunity", body)

    def prospects_from_leads(self, *, on: bool) -> None:
        """Set whether an account born of a lead is a prospect of the company at once."""
        body = {"company": self.crm.company_code, "prospects_from_leads": on}
        self.crm.calls.send("POST", "/_sandbox/actions/set-parameters", body)

    def make_prospect(self, account: str, number: str) -> None:
        """Make an account a prospect of the person's company, under a number."""
        body = {
            "accountnumber": number,
            "customertypecode": PROSPECT,
            "msdyn_company@odata.bind": f"/cdm_companies({self.crm.company})",
        }
        self.crm.change("accounts", account, body)

    def row(self, table: str, row_id: str) -> Row:
        """A row by its id."""
        return self.crm.calls.get(f"{ROOT}{table}({row_id})")

    def state(self, table: str, row_id: str) -> tuple[int, int]:
        """State and reason of a row."""
        row = self.row(table, row_id)
        return row["statecode"], row["statuscode"]

    def numbered(self, table: str, number: str) -> Row | None:
        """The quote or order of a number, in the person's company."""
        condition = f"{_NUMBERS[table]} eq '{number}'"
        return self.crm.one(table, f"{condition} and _msdyn_company_value eq {self.crm.company}")

    def invoices(self, order: str) -> list[Row]:
        """The invoices of an order, in the order of their numbers."""
        found = self.crm.rows("invoices", f"_salesorderid_value eq {order}")
        return sorted(found, key=lambda row: str(row["msdyn_invoicenumber"]))

    def lines(self, table: str, document: str) -> list[Row]:
        """The lines of a quote, an order or an invoice, in their order."""
        parent = f"{table.removesuffix('s')}id"
        found = self.crm.rows(_LINES[table], f"_{parent}_value eq {document}")
        return sorted(found, key=lambda row: int(row["sequencenumber"]))

    def product(self, number: str) -> Row:
        """A product of the person's company.

        Raises:
            LookupError: there is none.
        """
        scope = f"_msdyn_companyid_value eq {self.crm.company}"
        found = self.crm.one("products", f"msdyn_productnumber eq '{number}' and {scope}")
        if found is None:
            raise LookupError(f"the CRM has no product {number}")
        return found

    def _line(
        self, table: str, lookup: str, document: str, quantity: int, columns: Mapping[str, Any]
    ) -> Row:
        product = self.product("P0001")
        body = {
            f"{lookup}@odata.bind": document,
            "productid@odata.bind": f"/products({product['productid']})",
            "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
            "quantity": quantity,
            **columns,
        }
        return self.crm.create(table, body)
