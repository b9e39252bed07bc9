"""Parties: their number, their display name, and the names of every role that shares them.

Source: dual-write party and global address book.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

PERSON = 192350001
_PERSON_NAMES = ("msdyn_firstname", "msdyn_middlename", "msdyn_lastname")


@RULES.on("before", "msdyn_party")
def number_party(work: Work) -> None:
    """A party without a number draws one."""
    if work.new and work.row["msdyn_partynumber"] is None:
        work.row["msdyn_partynumber"] = work.draw("CPA")


@RULES.on("before", "msdyn_party")
def name_party(work: Work) -> None:
    """The display name follows the names of the party's kind."""
    row = work.row
    if row["msdyn_partytype"] == PERSON:
        row["msdyn_name"] = " ".join(row[name] for name in _PERSON_NAMES if row[name]) or None
        return
    if work.changed("msdyn_name") and not work.changed("msdyn_organizationname"):
        row["msdyn_organizationname"] = row["msdyn_name"]
    row["msdyn_name"] = row["msdyn_organizationname"]


@RULES.on("after", "msdyn_party")
def name_roles(work: Work) -> None:
    """A renamed party renames its accounts and contacts."""
    if not work.gab or work.new or not work.changed("msdyn_name", *_PERSON_NAMES):
        return
    for account in work.where("account", _msdyn_partyid_value=work.row_id):
        work.change("account", account["accountid"], {"name": work.row["msdyn_name"]})
    for contact in work.where("contact", _msdyn_partyid_value=work.row_id):
        work.change("contact", contact["contactid"], person_names(work.row))


def person_names(party: dict[str, Any]) -> dict[str, Any]:
    """A person party's names as a contact's columns."""
    return {
        "firstname": party["msdyn_firstname"],
        "middlename": party["msdyn_middlename"],
        "lastname": party["msdyn_lastname"],
    }
