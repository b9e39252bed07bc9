"""Whom a document is for, a customer or a prospect, and what follows from that.

Source: dual-write, prospects on quotations: a quotation is for a customer or a prospect, never
for both; a prospect that became a customer counts as that customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.logic.documents.addresses import (
    delivery_of_party,
    invoice_of_party,
)
from connectors.sandbox.finops.logic.relations import CUSTOMER
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a document is for.

    Args:
        relation: the customer's row, or the prospect's.
        party: the party behind it.
        is_prospect: whether it is a prospect.
    """

    relation: Row
    party: Row
    is_prospect: bool

    @property
    def number(self) -> str:
        """The account's number."""
        return str(self.relation["id" if self.is_prospect else "account"])


def account_of(work: Work, company: str, customer: str, prospect: str) -> Account:
    """The account that two numbers name, of which exactly one is given.

    Raises:
        SystemRefusal: none or both are given, or there is no such account.
    """
    if customer and prospect:
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"A sales quotation is for a customer or for a prospect: customer account {customer} "
            f"and prospect {prospect} cannot both be specified.",
        )
    if prospect:
        found = work.db.get("prospect", company, prospect)
        if found is None:
            raise refusals.unknown_reference(work.row_type, prospect, "Prospect", "Prospects")
        if found.get("relation") != CUSTOMER:
            return Account(found, _party(work, found), is_prospect=True)
        customer = found["id"]
    if not customer:
        raise refusals.mandatory(work.row_type, "Customer account")
    row = work.db.get("customer", company, customer)
    if row is None:
        raise refusals.unknown_reference(work.row_type, customer, "Customer account", "Customers")
    return Account(row, _party(work, row), is_prospect=False)


def settle_account(given: dict[str, Any], account: Account) -> None:
    """Write an account into a document's columns."""
    given["customer"] = "" if account.is_prospect else account.number
    if "prospect" in given or account.is_prospect:
        given["prospect"] = account.number if account.is_prospect else ""


def invoice_account(account: Account) -> str:
    """The account that is invoiced; a prospect has none."""
    if account.is_prospect:
        return ""
    return str(account.relation.get("invoice_account") or account.number)


def defaults(work: Work, account: Account) -> dict[str, Any]:
    """What a new document takes from its account, the company and its parameters."""
    relation, company = account.relation, account.relation["company"]
    entity = work.db.get("legal_entity", company) or {}
    place = relation if relation.get("site") else work.parameters(company)
    found = {
        "invoice_account": invoice_account(account),
        "name": account.party.get("name", "")[:60],
        "currency": relation.get("currency") or work.currency(company),
        "language": account.party.get("language") or entity.get("language", ""),
        "payment_terms": _terms(work, relation),
        "tax_group": relation.get("tax_group", ""),
        "delivery_mode": relation.get("delivery_mode", ""),
        "delivery_terms": relation.get("delivery_terms", ""),
        "contact": relation.get("contact", ""),
        "site": place.get("site", ""),
        "warehouse": place.get("warehouse", ""),
        "email": _electronic(work, account.party, "Email"),
        "url": _electronic(work, account.party, "URL"),
        **delivery_of_party(work, account.party["number"]),
        **invoice_address(work, account),
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def invoice_address(work: Work, account: Account) -> dict[str, Any]:
    """The invoice address: that of the account that is invoiced."""
    company, number = account.relation["company"], invoice_account(account)
    payer = work.db.get("customer", company, number) if number else None
    party = account.party["number"] if payer is None else payer["party"]
    return invoice_of_party(work, party)


def check_references(work: Work, company: str, given: dict[str, Any]) -> None:
    """Refuse columns of a document that name rows which do not exist."""
    work.refer(given.get("currency", ""), "Currency", "Currencies", "currency")
    for column, label, related, table in (
        ("payment_terms", "Terms of payment", "Terms of payment", "payment_term"),
        ("invoice_account", "Invoice account", "Customers", "customer"),
        ("contact", "Contact", "Contact person", "contact"),
        ("site", "Site", "Sites (InventSite)", "site"),
        ("warehouse", "Warehouse", "Warehouses (InventLocation)", "warehouse"),
        ("delivery_mode", "Mode of delivery", "Modes of delivery", "delivery_mode"),
        ("delivery_terms", "Delivery terms", "Terms of delivery", "delivery_term"),
        ("price_group", "Price group", "Price/discount groups", "price_group"),
        ("origin_code", "Sales origin", "Sales origin", "order_origin"),
        ("tax_group", "Sales tax group", "Sales tax groups", "tax_group"),
    ):
        work.refer(given.get(column, ""), label, related, table, company)
    unit = given.get("operating_unit", "")
    if unit and not work.db.find("operating_unit", "party", unit):
        raise refusals.unknown_reference(
            work.row_type, unit, "Operating unit", "Operating units (OMOperatingUnit)"
        )


def _terms(work: Work, relation: Row) -> str:
    if "payment_terms" in relation:
        return str(relation["payment_terms"])
    group = work.db.get("customer_group", relation["company"], relation.get("group", "")) or {}
    return str(group.get("payment_terms", ""))


def _electronic(work: Work, party: Row, kind: str) -> str:
    for row in work.db.find("electronic", "party", party["number"]):
        if row.get("type") == kind and row.get("primary") == "Yes":
            return str(row.get("locator", ""))
    return ""


def _party(work: Work, relation: Row) -> Row:
    return work.db.get("party", relation["party"]) or {"number": relation["party"]}
