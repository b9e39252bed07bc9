"""A person who sells in the ERP: quotations, orders, what is posted of them, invoices."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.erp import ErpPerson

QUOTATIONS, QUOTATION_LINES = "CDSSalesQuotationHeaders", "CDSSalesQuotationLines"
ORDERS, ORDER_LINES = "CDSSalesOrderHeaders", "CDSSalesOrderLines"
INVOICES, INVOICE_LINES = "SalesInvoiceHeadersV2", "SalesInvoiceV2Lines"
SENT_JOURNAL, CONFIRMED_JOURNAL = (
    "SalesQuotationJournalHeaders",
    "SalesQuotationConfirmationHeaders",
)


class ErpSales:
    """Sells in the person's company.

    Args:
        erp: the person.
    """

    def __init__(self, erp: ErpPerson) -> None:
        self.erp = erp

    def quotation(self, number: str | None, *quantities: int, **columns: Any) -> Row:
        """Make a quotation with a line of P0001 per quantity; without a number it draws one.

        Its account is `ProspectId` or `RequestingCustomerAccountNumber`.
        """
        body: dict[str, Any] = {"dataAreaId": self.erp.company, **columns}
        if number is not None:
            body["SalesQuotationNumber"] = number
        made = self.erp.create(QUOTATIONS, body)
        for quantity in quantities:
            self.quotation_line(made["SalesQuotationNumber"], quantity)
        return made

    def quotation_line(self, number: str, quantity: int, **columns: Any) -> Row:
        """Add a line of P0001 to a quotation."""
        body = {
            "dataAreaId": self.erp.company,
            "SalesQuotationNumber": number,
            "ProductNumber": "P0001",
            "RequestedSalesQuantity": quantity,
            **columns,
        }
        return self.erp.create(QUOTATION_LINES, body)

    def order(self, customer: str, *quantities: int, **columns: Any) -> Row:
        """Make an order for a customer, with a line of P0001 per quantity."""
        body = {"dataAreaId": self.erp.company, "OrderingCustomerAccountNumber": customer}
        made = self.erp.create(ORDERS, {**body, **columns})
        for quantity in quantities:
            line = {
                "dataAreaId": self.erp.company,
                "SalesOrderNumber": made["SalesOrderNumber"],
                "ProductNumber": "P0001",
                "OrderedSalesQuantity": quantity,
            }
            self.erp.create(ORDER_LINES, line)
        return made

    def change_quotation(self, number: str, **columns: Any) -> None:
        """Edit the header of a quotation."""
        key = {"dataAreaId": self.erp.company, "SalesQuotationNumber": number}
        self.erp.change(QUOTATIONS, key, columns)

    def delete_quotation(self, number: str) -> None:
        """Delete a quotation."""
        key = {"dataAreaId": self.erp.company, "SalesQuotationNumber": number}
        self.erp.delete(QUOTATIONS, key)

    def seen_quotation(self, number: str) -> Row:
        """The quotation of a number; empty when there is none."""
        return self.erp.one(QUOTATIONS, self._of("SalesQuotationNumber", number)) or {}

    def seen_order(self, number: str) -> Row:
        """The order of a number; empty when there is none."""
        return self.erp.one(ORDERS, self._of("SalesOrderNumber", number)) or {}

    def quotation_lines(self, number: str) -> list[Row]:
        """The lines of a quotation, in their order."""
        return _in_order(self.erp.rows(QUOTATION_LINES, self._of("SalesQuotationNumber", number)))

    def order_lines(self, number: str) -> list[Row]:
        """The lines of an order, in their order."""
        return _in_order(self.erp.rows(ORDER_LINES, self._of("SalesOrderNumber", number)))

    def invoices(self, order: str) -> list[Row]:
        """The invoices of an order, in the order of their numbers."""
        found = self.erp.rows(INVOICES, self._of("SalesOrderNumber", order))
        return sorted(found, key=lambda row: str(row["InvoiceNumber"]))

    def invoice_lines(self, invoice: str) -> list[Row]:
        """The lines of an invoice, in their order."""
        return _in_order(self.erp.rows(INVOICE_LINES, self._of("InvoiceNumber", invoice)))

    def posted(self, journal: str, number: str) -> int:
        """How often a quotation was posted in a journal."""
        return len(self.erp.rows(journal, self._of("SalesQuotationNumber", number)))

    def _of(self, field: str, number: str) -> str:
        return f"dataAreaId eq '{self.erp.company}' and {field} eq '{number}'"


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: int(row["LineCreationSequenceNumber"]))
