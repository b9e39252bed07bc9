"""What every sales document gets: customer, company, currency, price list, numbers.

Source: dual-write prospect-to-cash (numbers on save, company data), the price list of a document's
currency; a document has a customer.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.autonumbers import format_of
from connectors.sandbox.dataverse.logic.ownnumbers import own_number
from connectors.sandbox.dataverse.logic.pricelists import price_list_of
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row

_CURRENCY = "_transactioncurrencyid_value"


class Document(NamedTuple):
    """A header table, its line table, and the lookup of a line to its header."""

    table: str
    lines: str
    lookup: str
    number: str | None = None
    own_number: str | None = None
    prefix: str = ""

    @property
    def parent(self) -> str:
        """The property of a line that holds its header's id."""
        return f"_{self.lookup}_value"


QUOTE: Final = Document(
    "quote", "quotedetail", "quoteid", "msdyn_quotenumber", "quotenumber", "QUO"
)
ORDER: Final = Document(
    "salesorder", "salesorderdetail", "salesorderid", "msdyn_salesordernumber", "ordernumber", "ORD"
)
INVOICE: Final = Document(
    "invoice", "invoicedetail", "invoiceid", "msdyn_invoicenumber", "invoicenumber", "INV"
)
OPPORTUNITY: Final = Document("opportunity", "opportunityproduct", "opportunityid")
DOCUMENTS: Final = {one.table: one for one in (QUOTE, ORDER, INVOICE, OPPORTUNITY)}
LINES: Final = {one.lines: one for one in DOCUMENTS.values()}


def customer_of(work: Work, row: Row) -> tuple[str, Row] | None:
    """The table and row of a document's customer: an account or a contact."""
    for table in ("account", "contact"):
        found = work.other(table, row["_customerid_value"])
        if found is not None:
            return table, found
    return None


@RULES.on("before", "quote", "salesorder", "invoice")
def demand_customer(work: Work) -> None:
    """A document has a customer, and keeps one."""
    if work.row["_customerid_value"] is None:
        raise refusals.business(
            f"A {work.table.name} needs a potential customer. Choose an account or a contact."
        )


@RULES.on("before", "opportunity", "quote", "salesorder", "invoice")
def take_defaults(work: Work) -> None:
    """Company of the customer; currency of the company; price list of the currency."""
    row = work.row
    found = customer_of(work, row)
    customer = None if found is None else found[1]
    if work.new and row["_msdyn_company_value"] is None and customer is not None:
        row["_msdyn_company_value"] = customer["_msdyn_company_value"]
    if row[_CURRENCY] is None:
        company = work.other("cdm_company", row["_msdyn_company_value"])
        given = company if company is not None else customer
        row[_CURRENCY] = None if given is None else given[_CURRENCY]
    if row["_pricelevelid_value"] is not None or row[_CURRENCY] is None:
        return
    preferred = None if customer is None else customer["_defaultpricelevelid_value"]
    row["_pricelevelid_value"] = price_list_of(
        work.system, row[_CURRENCY], work.context.deeper(), preferred
    )


@RULES.on("before", "quote", "salesorder", "invoice")
def number_document(work: Work) -> None:
    """A document without a number draws one; the CRM's own number is the same.

    Where the column of dual-write has no autonumber format, it takes over the CRM's own number.
    """
    document, row = DOCUMENTS[work.table.name], work.row
    if not work.new or document.number is None or document.own_number is None:
        return
    if row[document.number] is None:
        row[document.number] = _free_number(work, document, document.number, document.own_number)
    if row[document.own_number] is None:
        row[document.own_number] = row[document.number]


def _free_number(work: Work, document: Document, column: str, own: str) -> str:
    drawn = format_of(work.system, document.table, column) is not None
    if not drawn and work.row[own] is not None:
        return str(work.row[own])
    while True:
        number = work.draw(document.prefix) if drawn else own_number(work, own)
        if not work.where(document.table, **{column: number}):
            return number
