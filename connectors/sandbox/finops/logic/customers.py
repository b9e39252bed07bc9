"""Customers, new ones and those that a prospect becomes."""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.addresses import write_by_role
from connectors.sandbox.finops.logic.electronic import write_primaries
from connectors.sandbox.finops.logic.parties import change_party, create_party, use_party
from connectors.sandbox.finops.logic.plain import SALES_SET_UP, Refers
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values

_CARRIED: Final = {
    "currency": "currency",
    "credit_limit": "credit_limit",
    "credit_rating": "credit_rating",
    "credit_mandatory": "credit_check",
    "hold": "hold",
    "tax_group": "tax_group",
    "delivery_mode": "delivery_mode",
    "delivery_terms": "delivery_terms",
    "employee": "responsible",
}
"""Customer column to the prospect column that it is taken from at conversion."""
_REFERS: Final = (
    *SALES_SET_UP,
    Refers("payment_method", "Method of payment", "payment_method", "Methods of payment"),
    Refers("payment_schedule", "Payment schedule", "payment_schedule"),
    Refers("payment_day", "Payment day", "payment_day"),
    Refers("site", "Site", "site"),
    Refers("warehouse", "Warehouse", "warehouse"),
)


def insert(work: Work, values: Values) -> Rows:
    """A new customer.

    When its number and party are those of a prospect, it is that prospect's conversion: what the
    body leaves open is taken from the prospect, the group at last from the parameters.
    Source: dual-write, prospect conversion paths.
    """
    customer = values.of("customer")
    company = work.company_of(values, "customer")
    if not customer.get("account"):
        customer["account"] = work.draw("CustAccount", company)
    if work.db.get("customer", company, customer["account"]) is not None:
        raise refusals.duplicate(
            work.row_type, "Customers", "CustTable", f"Customer account: {customer['account']}"
        )
    columns = values.of("party")
    kind = columns.pop("type", None)
    kind = None if kind == "None" else kind
    if customer.get("party"):
        party = change_party(work, use_party(work, customer["party"], kind), columns)
    else:
        party = create_party(work, kind or "Organization", columns)
    customer["party"] = party["number"]
    prospect = work.db.get("prospect", company, customer["account"])
    if prospect is not None and prospect["party"] == party["number"]:
        _carry_over(work, prospect, customer)
    _settle(work, company, customer)
    row = work.db.insert("customer", customer)
    rows = work.joined({"customer": row})
    write_primaries(work, party, rows, values)
    write_by_role(work, party, rows, values)
    return {"customer": row}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change a customer, its party, and the addresses that it shows."""
    customer = rows["customer"]
    changes = values.of("customer")
    for column, label in (("group", "Customer group"), ("currency", "Currency")):
        if column in changes and not changes[column]:
            raise refusals.mandatory(work.row_type, label)
    _check(work, customer["company"], changes, customer)
    party = change_party(work, rows["party"], values.of("party"))
    write_primaries(work, party, rows, values)
    write_by_role(work, party, rows, values)
    work.db.update("customer", customer, changes)


def delete(work: Work, rows: Rows) -> None:
    """Remove a customer that no other customer is invoiced through; its party stays."""
    customer = rows["customer"]
    for other in work.db.find("customer", "invoice_account", customer["account"]):
        if other["company"] == customer["company"] and other["recid"] != customer["recid"]:
            raise refusals.infolog(
                work.row_type,
                "in-use",
                f"Customer account {customer['account']} is the invoice account of "
                f"{other['account']} and cannot be deleted.",
                verb="Delete",
            )
    for table, label in (("quotation", "sales quotation"), ("order", "sales order")):
        for document in work.db.find(table, "customer", customer["account"]):
            if document["company"] == customer["company"]:
                raise refusals.infolog(
                    work.row_type,
                    "in-use",
                    f"Customer account {customer['account']} cannot be deleted because {label} "
                    f"{document['number']} is for it.",
                    verb="Delete",
                )
    work.db.delete("customer", customer)


def _carry_over(work: Work, prospect: Row, customer: dict[str, Any]) -> None:
    for column, source in _CARRIED.items():
        if prospect.get(source):
            customer.setdefault(column, prospect[source])
    if not customer.get("group"):
        parameters = work.parameters(prospect["company"])
        customer["group"] = prospect.get("group") or parameters.get("prospect_customer_group", "")


def _settle(work: Work, company: str, customer: dict[str, Any]) -> None:
    if not customer.get("currency"):
        customer["currency"] = work.currency(company)
    if not customer.get("group"):
        raise refusals.mandatory(work.row_type, "Customer group")
    _check(work, company, customer, customer)
    if "payment_terms" not in customer:
        group = work.db.get("customer_group", company, customer["group"]) or {}
        if group.get("payment_terms"):
            customer["payment_terms"] = group["payment_terms"]
    if not customer.get("contact"):
        for contact in work.db.find("contact", "associated", customer["party"]):
            if contact["company"] == company and contact.get("default") == "Yes":
                customer["contact"] = contact["id"]


def _check(work: Work, company: str, changes: dict[str, Any], customer: Row) -> None:
    work.refer(
        changes.get("group", ""), "Customer group", "Customer groups", "customer_group", company
    )
    work.refer(changes.get("currency", ""), "Currency", "Currencies", "currency")
    work.refer(
        changes.get("payment_terms", ""),
        "Terms of payment",
        "Terms of payment",
        "payment_term",
        company,
    )
    for refer in _REFERS:
        refer.check(work, company, changes)
    work.refer(changes.get("contact", ""), "Contact", "Contact person", "contact", company)
    invoice = changes.get("invoice_account", "")
    if invoice.casefold() != customer["account"].casefold():
        work.refer(invoice, "Invoice account", "Customers", "customer", company)


HANDLER = Handler(insert, update, delete)
