"""Contact persons: a person party that stands for another party in a company."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.addresses import write_by_role
from connectors.sandbox.finops.logic.electronic import write_primaries
from connectors.sandbox.finops.logic.parties import change_party, create_party, use_party
from connectors.sandbox.finops.logic.plain import Refers
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values

_REFERS = (
    Refers("job_title", "Job title", "title"),
    Refers("salutation", "Salutation", "salutation"),
    Refers("closing", "Complimentary close", "closing"),
    Refers("decision_role", "Decision", "decision_role"),
    Refers("loyalty", "Loyalty", "loyalty_level", "Loyalty levels"),
    Refers("character", "Character", "character_type"),
)


def insert(work: Work, values: Values) -> Rows:
    """A new contact person of a party."""
    contact = values.of("contact")
    company = work.company_of(values, "contact")
    organisation = contact.get("associated", "")
    if not organisation:
        raise refusals.mandatory(work.row_type, "Associated party")
    work.refer(organisation, "Associated party", "Global address book", "party")
    if not contact.get("id"):
        contact["id"] = work.draw("ContactPersonId", company)
    if work.db.get("contact", company, contact["id"]) is not None:
        raise refusals.duplicate(
            work.row_type, "Contacts", "ContactPerson", f"Contact: {contact['id']}"
        )
    person = _person(work, values)
    siblings = _contacts_of(work, company, organisation)
    if any(sibling["person"] == person["number"] for sibling in siblings):
        raise refusals.duplicate(
            work.row_type,
            "Contacts",
            "ContactPerson",
            f"Party: {person['number']}, Contact for party: {organisation}",
        )
    _check(work, company, contact)
    default = contact.get("default") == "Yes" or not siblings
    row = work.db.insert(
        "contact",
        {
            **contact,
            "person": person["number"],
            "default": "Yes" if default else "No",
            "edited": work.now(),
        },
    )
    if default:
        _become_default(work, row)
    around = work.joined({"contact": row})
    write_primaries(work, person, around, values)
    write_by_role(work, person, around, values)
    return {"contact": row}


def insert_for_customer(work: Work, values: Values) -> Rows:
    """A new contact person of a customer or prospect, named by its number."""
    company = work.company_of(values, "contact")
    relation = values.of("relation")
    if relation.get("association", "Customer") != "Customer":
        raise refusals.infolog(
            work.row_type, "rule", "Only contacts of customers and prospects are kept here."
        )
    number = values.require("relation", "number", "Associated contact number")
    row = work.db.get("customer", company, number) or work.db.get("prospect", company, number)
    if row is None:
        raise refusals.unknown_reference(
            work.row_type, number, "Associated contact number", "Customers"
        )
    values.of("contact")["associated"] = row["party"]
    return {**insert(work, values), "relation": row}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change a contact person and the person behind it."""
    contact, person = rows["contact"], rows["person"]
    changes = values.of("contact")
    _check(work, contact["company"], changes)
    person = change_party(work, person, values.of("person"))
    write_primaries(work, person, rows, values)
    write_by_role(work, person, rows, values)
    after = work.db.update("contact", contact, {**changes, "edited": work.now()})
    if changes.get("default") == "Yes" and contact.get("default") != "Yes":
        _become_default(work, after)


def delete(work: Work, rows: Rows) -> None:
    """Remove a contact person; the person stays in the address book."""
    contact = rows["contact"]
    for customer in work.db.find("customer", "party", contact["associated"]):
        if customer["company"] == contact["company"] and customer.get("contact") == contact["id"]:
            work.db.update("customer", customer, {"contact": ""})
    work.db.delete("contact", contact)


def _person(work: Work, values: Values) -> Row:
    columns = values.of("person")
    number = values.of("contact").get("person", "")
    if not number:
        return create_party(work, "Person", columns)
    return change_party(work, use_party(work, number, "Person"), columns)


def _check(work: Work, company: str, columns: dict[str, Any]) -> None:
    work.refer(columns.get("manager", ""), "Manager", "Contact person", "contact", company)
    for refer in _REFERS:
        refer.check(work, company, columns)


def _contacts_of(work: Work, company: str, party: str) -> list[Row]:
    return [
        row for row in work.db.find("contact", "associated", party) if row["company"] == company
    ]


def _become_default(work: Work, contact: Row) -> None:
    for other in _contacts_of(work, contact["company"], contact["associated"]):
        if other["recid"] != contact["recid"] and other.get("default") == "Yes":
            work.db.update("contact", other, {"default": "No"})
    for customer in work.db.find("customer", "party", contact["associated"]):
        if customer["company"] == contact["company"]:
            work.db.update("customer", customer, {"contact": contact["id"]})


CONTACTS = Handler(insert, update, delete)
CUSTOMER_CONTACTS = Handler(insert_for_customer, update, delete)
