"""Prospects: business relations, until they are converted to customers.

Source: Microsoft docs, prospects in prospect-to-cash: a converted prospect is retired, its
relation type changes from Prospect to Customer, and its number is the customer's number.
"""

from __future__ import annotations

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.addresses import write_by_role
from connectors.sandbox.finops.logic.documents.conversion import repoint
from connectors.sandbox.finops.logic.electronic import write_primaries
from connectors.sandbox.finops.logic.parties import change_party, create_party, use_party
from connectors.sandbox.finops.logic.plain import SALES_SET_UP
from connectors.sandbox.finops.logic.relations import CUSTOMER
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values


def insert(work: Work, values: Values) -> Rows:
    """A new prospect: number, party, relation type and currency are settled here."""
    prospect = values.of("prospect")
    company = work.company_of(values, "prospect")
    if not prospect.get("id"):
        prospect["id"] = work.draw("BusRelAccount", company)
    if work.db.get("prospect", company, prospect["id"]) is not None:
        raise refusals.duplicate(
            work.row_type, "Prospects", "smmBusRelTable", f"Business relation: {prospect['id']}"
        )
    party = _party(work, values)
    prospect["party"] = party["number"]
    if not prospect.get("relation"):
        prospect["relation"] = work.parameters(company).get("prospect_relation_type", "Prospect")
    if not prospect.get("currency"):
        prospect["currency"] = work.currency(company)
    _check(work, company, prospect)
    if prospect["relation"] == CUSTOMER:
        _require_customer(work, prospect)
    row = work.db.insert("prospect", prospect)
    rows = work.joined({"prospect": row})
    write_primaries(work, party, rows, values)
    write_by_role(work, party, rows, values)
    return {"prospect": row}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change a prospect; completing its conversion is a change of its relation type."""
    prospect, party = rows["prospect"], rows["party"]
    if prospect.get("relation") == CUSTOMER:
        raise refusals.infolog(
            work.row_type,
            "frozen",
            f"Business relation {prospect['id']} has been converted to a customer and cannot be "
            "edited.",
        )
    changes = values.of("prospect")
    _check(work, prospect["company"], changes)
    if "relation" in changes and not changes["relation"]:
        raise refusals.mandatory(work.row_type, "Relation type")
    party = change_party(work, party, values.of("party"))
    write_primaries(work, party, rows, values)
    write_by_role(work, party, rows, values)
    if changes.get("relation") == CUSTOMER:
        _require_customer(work, {**prospect, **changes})
    after = work.db.update("prospect", prospect, changes)
    if changes.get("relation") == CUSTOMER:
        repoint(work, after)


def delete(work: Work, rows: Rows) -> None:
    """Remove a prospect that has not become a customer; its party stays."""
    prospect = rows["prospect"]
    customer = work.db.get("customer", prospect["company"], prospect["id"])
    if prospect.get("relation") == CUSTOMER or (
        customer is not None and customer["party"] == prospect["party"]
    ):
        raise refusals.infolog(
            work.row_type,
            "in-use",
            f"Business relation {prospect['id']} cannot be deleted because it has been converted "
            "to a customer.",
            verb="Delete",
        )
    for quotation in work.db.find("quotation", "prospect", prospect["id"]):
        if quotation["company"] == prospect["company"]:
            raise refusals.infolog(
                work.row_type,
                "in-use",
                f"Business relation {prospect['id']} cannot be deleted because sales quotation "
                f"{quotation['number']} is for it.",
                verb="Delete",
            )
    work.db.delete("prospect", prospect)


def _party(work: Work, values: Values) -> Row:
    columns = values.of("party")
    kind = columns.pop("type", None)
    if kind == "None":
        kind = None
    number = values.of("prospect").get("party", "")
    if number:
        return change_party(work, use_party(work, number, kind), columns)
    return create_party(work, kind or "Organization", columns)


def _check(work: Work, company: str, columns: dict[str, str]) -> None:
    work.refer(
        columns.get("group", ""), "Customer group", "Customer groups", "customer_group", company
    )
    work.refer(columns.get("currency", ""), "Currency", "Currencies", "currency")
    for refer in SALES_SET_UP:
        refer.check(work, company, columns)


def _require_customer(work: Work, prospect: Row) -> None:
    customer = work.db.get("customer", prospect["company"], prospect["id"])
    if customer is None:
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"Business relation {prospect['id']} cannot become a customer: there is no customer "
            "account of that number.",
        )
    if customer["party"] != prospect["party"]:
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"Business relation {prospect['id']} cannot become a customer: customer account "
            f"{customer['account']} belongs to another party.",
        )


HANDLER = Handler(insert, update, delete)
