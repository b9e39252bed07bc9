"""The account and the contact that a lead is about, if the CRM has them already.

Source: Microsoft docs, qualifying leads (matching accounts and contacts are offered; suppressing
the detection of duplicates makes new ones).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from connectors.sandbox.dataverse.process.act import Act
from connectors.sandbox.dataverse.wiring import Row

_ACTIVE: Final = 0


def find_account(act: Act, lead: Row) -> Row | None:
    """The account of the company's name; of several the one with the lead's e-mail, else the first.

    An account of another company of ours than the lead's does not match.
    """
    if act.body.get("SuppressDuplicateDetection"):
        return None
    company = lead["_msdyn_company_value"]
    rows = [
        row
        for row in _active(act.where("account", name=lead["companyname"]))
        if company is None or row["_msdyn_company_value"] in {None, company}
    ]
    return _first(rows, lead)


def find_contact(act: Act, lead: Row, account: Row | None) -> Row | None:
    """The contact of the person's name, unless e-mail or account say that it is another person."""
    if act.body.get("SuppressDuplicateDetection"):
        return None
    names = {"firstname": lead["firstname"], "lastname": lead["lastname"]}
    found = act.where("contact", lastname=lead["lastname"])
    rows = [
        row
        for row in _active(found)
        if all(_same(row[name], value) for name, value in names.items())
        and _could_be(row, lead, account)
    ]
    return _first(rows, lead)


def _could_be(contact: Row, lead: Row, account: Row | None) -> bool:
    mail, given = contact["emailaddress1"], lead["emailaddress1"]
    if mail and given:
        return _same(mail, given)
    parent = contact["_parentcustomerid_value"]
    return parent is None or (account is not None and parent == account["accountid"])


def _active(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["statecode"] == _ACTIVE]


def _first(rows: list[Row], lead: Row) -> Row | None:
    mail = lead["emailaddress1"]
    exact = [row for row in rows if mail and _same(row["emailaddress1"], mail)]
    return next(iter([*exact, *rows]), None)


def _same(one: Any, other: Any) -> bool:
    return str(one or "").casefold() == str(other or "").casefold()
