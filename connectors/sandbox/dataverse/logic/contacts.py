"""Contacts: full name, implicit party, contact for party, numbers, the account's primary contact.

Source: dual-write customer mapping (contacts without the address book) and party and global address
book (contacts with it).
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.parties import PERSON, person_names
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row

_NAMES = ("firstname", "middlename", "lastname")
_PARENT = "_parentcustomerid_value"
_PARTY = "_msdyn_partyid_value"


@RULES.on("before", "contact")
def take_party(work: Work) -> None:
    """With the address book every contact has a person party: the given one, else a new one."""
    if not work.gab:
        return
    row = work.row
    party = work.other("msdyn_party", row[_PARTY])
    if party is not None:
        if work.changed(_PARTY) and party["msdyn_partytype"] == PERSON and party["msdyn_name"]:
            row.update(person_names(party))
    elif work.new:
        made = work.insert(
            "msdyn_party",
            {
                "msdyn_partytype": PERSON,
                "_ownerid_value": row["_ownerid_value"],
                **_party_names(row),
            },
        )
        row[_PARTY] = made["msdyn_partyid"]


@RULES.on("before", "contact")
def full_name(work: Work) -> None:
    """First and last name make the full name."""
    row = work.row
    row["fullname"] = " ".join(part for part in (row["firstname"], row["lastname"]) if part) or None
    parent = row[_PARENT]
    row["_accountid_value"] = parent if work.other("account", parent) is not None else None


@RULES.on("before", "contact")
def convert_person(work: Work) -> None:
    """A person prospect that becomes a customer is a prospect no more; there is no way back.

    The way back is refused to people only; the integration user is not bound. Source: dual-write
    customer mapping (sellable never goes back).
    """
    row, before = work.row, work.before
    if before is None:
        return
    if before["msdyn_isprospect"] and row["msdyn_sellable"] and not before["msdyn_sellable"]:
        row["msdyn_isprospect"] = False
    if work.context.caller.is_integration or not before["msdyn_sellable"]:
        return
    name = f"Contact {row['msdyn_contactpersonid'] or work.row_id}"
    if not before["msdyn_isprospect"] and row["msdyn_isprospect"]:
        raise refusals.business(f"{name} is a customer and cannot become a prospect again.")
    if not row["msdyn_sellable"]:
        raise refusals.business(f"{name} is a customer and stays one.")


@RULES.on("before", "contact")
def belong_to_customer(work: Work) -> None:
    """Without the address book a contact under an account or a person is its contact person."""
    if work.gab or not work.changed(_PARENT) or work.row["msdyn_isprospect"]:
        return
    customer, row = _customer(work), work.row
    if customer is None:
        return
    if row["_msdyn_company_value"] is None:
        row["_msdyn_company_value"] = customer["_msdyn_company_value"]
    if row["msdyn_contactfor"] is None:
        row["msdyn_contactfor"] = "Customer"
    if "msdyn_sellable" not in work.sent:
        row["msdyn_sellable"] = False


@RULES.on("before", "contact")
def number_contact(work: Work) -> None:
    """Contact persons (without address book) and consumers draw a number; prospects never do."""
    row = work.row
    if row["msdyn_contactpersonid"] is not None or row["msdyn_isprospect"]:
        return
    if row["_msdyn_company_value"] is None or not (work.new or work.changed(_PARENT)):
        return
    person = not work.gab and _customer(work) is not None
    if person or row["msdyn_sellable"]:
        row["msdyn_contactpersonid"] = work.draw("CCP")


@RULES.on("after", "contact")
def name_party(work: Work) -> None:
    """A renamed contact renames its party."""
    if work.gab and work.changed(*_NAMES) and work.row[_PARTY] is not None:
        work.change("msdyn_party", work.row[_PARTY], _party_names(work.row))


@RULES.on("after", "contact")
def join_customer(work: Work) -> None:
    """A contact put under an account or a person becomes its contact for party or contact person.

    An account has a primary contact, a person has none without the address book.
    """
    if not work.changed(_PARENT):
        return
    customer = _customer(work)
    if customer is None:
        return
    if not work.gab:
        if customer.get("_primarycontactid_value", work.row_id) is None:
            work.change("account", customer["accountid"], {"_primarycontactid_value": work.row_id})
    elif not _joined(work, customer):
        work.insert(
            "msdyn_contactforparty",
            {
                "_msdyn_contactpartyid_value": work.row[_PARTY],
                "_msdyn_associatedpartyid_value": customer[_PARTY],
                "_msdyn_associatedcompanyid_value": customer["_msdyn_company_value"],
            },
        )


def _customer(work: Work) -> Row | None:
    """The account, or the person who is a prospect or customer, that the contact is under."""
    account = work.other("account", work.row[_PARENT])
    if account is not None:
        return account
    person = work.other("contact", work.row[_PARENT])
    if person is None or not (person["msdyn_isprospect"] or person["msdyn_sellable"]):
        return None
    return person


def _joined(work: Work, account: Row) -> bool:
    return bool(
        work.where(
            "msdyn_contactforparty",
            _msdyn_contactpartyid_value=work.row[_PARTY],
            _msdyn_associatedpartyid_value=account[_PARTY],
        )
    )


def _party_names(contact: dict[str, Any]) -> dict[str, Any]:
    return {f"msdyn_{name}": contact[name] for name in _NAMES}
