"""What people do with sales documents in both systems, on the engine's bench."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops.actions import actions_of
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON, ERP_PERSON

COMPANY = "usmf"
_LINES = {
    "quotes": ("quoteid", "quotedetails"),
    "salesorders": ("salesorderid", "salesorderdetails"),
}
"""The table of a document → a line's lookup to it, and the table of its lines."""
_SELECT = {"ColumnSet": {"AllColumns": True}}


class Desk:
    """People at their desks.

    Attributes:
        bench: The service between the two systems.
    """

    def __init__(self, bench: Bench) -> None:
        self.bench, self.crm, self.erp = bench, bench.crm, bench.erp

    # the CRM

    def quote(
        self,
        account_id: str,
        *quantities: float,
        number: str | None = None,
        party: str = "accounts",
    ) -> str:
        """A CRM user makes a quote with a line of P0001 per quantity; returns its id."""
        body: dict[str, Any] = {
            "name": "A quote",
            f"customerid_{party.removesuffix('s')}@odata.bind": f"/{party}({account_id})",
            "msdyn_Company@odata.bind": f"/cdm_companies({self.bench.companies()['USMF']})",
        }
        if number is not None:
            body["msdyn_quotenumber"] = number
        quote_id: str = self.crm.create("quotes", body, CRM_PERSON)["quoteid"]
        for quantity in quantities:
            self.add_line(quote_id, quantity)
        return quote_id

    def add_line(
        self, quote_id: str, quantity: float, *, product_number: str = "P0001", **more: Any
    ) -> str:
        """A CRM user adds a line of a product; returns its id."""
        product = self.product(product_number)
        body = {
            "quoteid@odata.bind": f"/quotes({quote_id})",
            "productid@odata.bind": f"/products({product['productid']})",
            "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
            "quantity": quantity,
            **more,
        }
        line_id: str = self.crm.create("quotedetails", body, CRM_PERSON)["quotedetailid"]
        return line_id

    def write_in(self, document: str, words: str, quantity: float, **more: Any) -> str:
        """A CRM user writes a line without a product into a quote or an order; returns its id.

        Args:
            document: The document's address: `quotes(…)` or `salesorders(…)`.
            words: What is sold.
            quantity: How much of it.
            more: Other columns.
        """
        of, lines = _LINES[document.partition("(")[0]]
        body = {f"{of}@odata.bind": f"/{document}", "productdescription": words, **more}
        made = self.crm.create(lines, {**body, "quantity": quantity}, CRM_PERSON)
        line_id: str = made[f"{lines.removesuffix('s')}id"]
        return line_id

    def category(self, name: str, hierarchy: str = "Sales") -> dict[str, str]:
        """What puts a CRM line into a product category."""
        (above,) = self.find("msdyn_productcategoryhierarchies", msdyn_name=hierarchy)
        of = above["msdyn_productcategoryhierarchyid"]
        (row,) = [
            row
            for row in self.find("msdyn_productcategories", msdyn_name=name)
            if row["_msdyn_hierarchy_value"] == of
        ]
        address = f"/msdyn_productcategories({row['msdyn_productcategoryid']})"
        return {"msdyn_salesproductcategory@odata.bind": address}

    def order(self, account_id: str, *quantities: float, **more: Any) -> str:
        """A CRM user makes an order without a quote; returns its id."""
        body = {
            "name": "An order",
            "customerid_account@odata.bind": f"/accounts({account_id})",
            "msdyn_company@odata.bind": f"/cdm_companies({self.bench.companies()['USMF']})",
            **more,
        }
        order_id: str = self.crm.create("salesorders", body, CRM_PERSON)["salesorderid"]
        for quantity in quantities:
            self.add_order_line(order_id, quantity)
        return order_id

    def add_order_line(self, order_id: str, quantity: float, **more: Any) -> str:
        """A CRM user adds a line of P0001 to an order; returns its id."""
        product = self.product("P0001")
        body = {
            "salesorderid@odata.bind": f"/salesorders({order_id})",
            "productid@odata.bind": f"/products({product['productid']})",
            "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
            "quantity": quantity,
            **more,
        }
        made = self.crm.create("salesorderdetails", body, CRM_PERSON)
        line_id: str = made["salesorderdetailid"]
        return line_id

    def product(self, number: str) -> dict[str, Any]:
        (row,) = self.crm.list("products", filter=f"productnumber eq '{number}'")
        return row

    def edit(self, table: str, row_id: str, **values: Any) -> None:
        self.crm.update(table, row_id, values, CRM_PERSON)

    def activate(self, quote_id: str) -> None:
        self.edit("quotes", quote_id, statecode=1, statuscode=2)

    def close(self, quote_id: str, status: int) -> None:
        bind = {"quoteid@odata.bind": f"/quotes({quote_id})"}
        self.crm.act("CloseQuote", {"Status": status, "QuoteClose": bind}, CRM_PERSON)

    def revise(self, quote_id: str) -> str:
        """A CRM user revises a quote; returns the new draft's id."""
        answer = self.crm.act("ReviseQuote", {"QuoteId": quote_id, **_SELECT}, CRM_PERSON)
        revised: str = answer.rows[0][1]["quoteid"]
        return revised

    def create_order(self, quote_id: str) -> str:
        """A CRM user makes an order of a quote; returns the order's id."""
        body = {"QuoteId": quote_id, **_SELECT}
        answer = self.crm.act("ConvertQuoteToSalesOrder", body, CRM_PERSON)
        order: str = answer.rows[0][1]["salesorderid"]
        return order

    def make_invoice(self, order_id: str) -> None:
        """A CRM user makes an invoice of an order."""
        body = {"SalesOrderId": order_id, **_SELECT}
        self.crm.act("ConvertSalesOrderToInvoice", body, CRM_PERSON)

    def win(self, quote_id: str) -> None:
        """A CRM user wins a quote without making its order."""
        bind = {"quoteid@odata.bind": f"/quotes({quote_id})"}
        self.crm.act("WinQuote", {"Status": 4, "QuoteClose": bind}, CRM_PERSON)

    def delete(self, table: str, row_id: str) -> None:
        self.crm.delete(table, row_id, CRM_PERSON)

    def account_id(self, number: str = "CRMP-001") -> str:
        account = self.bench.account(number)
        assert account is not None
        found: str = account["accountid"]
        return found

    def number(self, quote_id: str) -> str:
        """A quote's number, that of its quotation too."""
        found: str = self.row("quotes", quote_id)["msdyn_quotenumber"]
        return found

    def quote_of(self, number: str) -> str:
        """The id of the one quote of a number."""
        (row,) = self.find("quotes", msdyn_quotenumber=number)
        found: str = row["quoteid"]
        return found

    def row(self, table: str, row_id: str) -> dict[str, Any]:
        return self.crm.get(table, row_id)

    def state(self, table: str, row_id: str) -> tuple[int, int]:
        row = self.row(table, row_id)
        return row["statecode"], row["statuscode"]

    def find(self, table: str, **wanted: str) -> list[dict[str, Any]]:
        text = " and ".join(f"{column} eq '{value}'" for column, value in wanted.items())
        return self.crm.list(table, filter=text)

    def lines_of(self, table: str, parent: str, row_id: str) -> list[dict[str, Any]]:
        return self.crm.list(table, filter=f"_{parent}_value eq {row_id}", orderby="sequencenumber")

    # the ERP

    def quotation(self, number: str | None, *quantities: float, **header: Any) -> str:
        """An ERP user makes a quotation with a line of P0001 per quantity; returns its number."""
        body = {"dataAreaId": COMPANY, **header}
        if number is not None:
            body["SalesQuotationNumber"] = number
        made = self.erp.create("CDSSalesQuotationHeaders", body, ERP_PERSON)
        found: str = made["SalesQuotationNumber"]
        for quantity in quantities:
            self.add_quotation_line(found, quantity)
        return found

    def add_quotation_line(self, number: str, quantity: float, **more: Any) -> None:
        body = {
            "dataAreaId": COMPANY,
            "SalesQuotationNumber": number,
            "ProductNumber": "P0001",
            "RequestedSalesQuantity": quantity,
            **more,
        }
        self.erp.create("CDSSalesQuotationLines", body, ERP_PERSON)

    def edit_quotation_line(self, number: str, line: int, **values: Any) -> None:
        self.erp.update("CDSSalesQuotationLines", _line(number, line), values, ERP_PERSON)

    def delete_quotation_line(self, number: str, line: int) -> None:
        self.erp.delete("CDSSalesQuotationLines", _line(number, line), ERP_PERSON)

    def edit_quotation(self, number: str, **values: Any) -> None:
        self.erp.update("CDSSalesQuotationHeaders", _quotation(number), values, ERP_PERSON)

    def delete_quotation(self, number: str) -> None:
        self.erp.delete("CDSSalesQuotationHeaders", _quotation(number), ERP_PERSON)

    def act(self, action: str, number: str, **options: Any) -> None:
        """An ERP user does something in a form."""
        actions_of(self.erp, ERP_PERSON)[action]({"company": "USMF", "number": number, **options})

    def erp_quotation(self, number: str) -> dict[str, Any] | None:
        return self.erp.get("CDSSalesQuotationHeaders", _quotation(number))

    def erp_order(self, number: str) -> dict[str, Any] | None:
        key = {"dataAreaId": COMPANY, "SalesOrderNumber": number}
        return self.erp.get("CDSSalesOrderHeaders", key)

    def release_product(self, number: str) -> None:
        """An ERP user releases another product, sold in pieces."""
        item = {"dataAreaId": COMPANY, "ItemNumber": number}
        shared = {"ProductNumber": number, "ProductName": f"Product {number}"}
        self.erp.create("AllProducts", shared, ERP_PERSON)
        sold = {"ProductNumber": number, "SalesUnitSymbol": "ea", "SalesPrice": 100}
        self.erp.create("ReleasedProductsV2", {**item, **sold}, ERP_PERSON)
        place = {"SalesSiteId": "1", "SalesWarehouseId": "11"}
        self.erp.create("ProductDefaultOrderSettings", {**item, **place}, ERP_PERSON)

    def erp_order_of(self, customer: str, *quantities: float) -> str:
        """An ERP user makes an order with a line of P0001 per quantity; returns its number."""
        body = {"dataAreaId": COMPANY, "OrderingCustomerAccountNumber": customer}
        made = self.erp.create("CDSSalesOrderHeaders", body, ERP_PERSON)
        number: str = made["SalesOrderNumber"]
        for quantity in quantities:
            line = {
                "dataAreaId": COMPANY,
                "SalesOrderNumber": number,
                "ProductNumber": "P0001",
                "OrderedSalesQuantity": quantity,
            }
            self.erp.create("CDSSalesOrderLines", line, ERP_PERSON)
        return number

    def erp_rows(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.erp.find(table, wanted)
        return found


def _quotation(number: str) -> dict[str, Any]:
    return {"dataAreaId": COMPANY, "SalesQuotationNumber": number}


def _line(number: str, line: int) -> dict[str, Any]:
    return {**_quotation(number), "LineCreationSequenceNumber": line}
