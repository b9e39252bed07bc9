"""Parties: persons and organisations of the global address book, shared by every role."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.logic.names import settle_names
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

CREATABLE = ("Person", "Organization")


def create_party(
    work: Work, kind: str, given: dict[str, Any], number: str = "", *, label: str = "Name"
) -> Row:
    """A new party, under a given number or the next one.

    Raises:
        SystemRefusal: the number is taken, the type cannot be made here, or there is no name.
    """
    if kind not in CREATABLE:
        raise refusals.infolog(
            work.row_type, "rule", f"A party of type '{kind}' cannot be created here."
        )
    columns = settle_names(work, kind, None, given, label=label)
    if not columns.get("alias"):
        columns["alias"] = columns["name"][:20]
    number = number or work.draw("DirPartyNumber")
    if work.db.get("party", number) is not None:
        raise refusals.duplicate(
            work.row_type, "Global address book", "DirPartyTable", f"Party ID: {number}"
        )
    return work.db.insert("party", {**columns, "number": number, "type": kind})


def use_party(work: Work, number: str, kind: str | None) -> Row:
    """An existing party for a new role.

    Raises:
        SystemRefusal: there is none of that number and type. Source: text of the ERP when a
            customer arrives with a party that it does not have.
    """
    party = work.db.get("party", number)
    wanted = kind or "Organization"
    if party is None or (kind is not None and party["type"] != kind):
        raise refusals.infolog(
            work.row_type, "reference", f"Party record not found for party type '{wanted}'"
        )
    return party


def change_party(work: Work, party: Row, given: dict[str, Any]) -> Row:
    """Change a party's own columns; its type never changes.

    Raises:
        SystemRefusal: another type, or names that do not fit.
    """
    changes = dict(given)
    kind = changes.pop("type", party["type"])
    if kind != party["type"]:
        raise refusals.infolog(
            work.row_type,
            "frozen",
            f"Cannot update a party's type from 'Dir{party['type']}' to 'Dir{kind}', a delete of "
            "the existing party followed by an insert with the new type should be performed "
            "instead.",
        )
    if not changes:
        return party
    return work.db.update("party", party, settle_names(work, kind, party, changes))


def roles_of(work: Work, number: str) -> list[str]:
    """In which roles a party is used, for people."""
    found = []
    for table, column, role in (
        ("customer", "party", "customer"),
        ("prospect", "party", "business relation"),
        ("contact", "person", "contact person"),
        ("contact", "associated", "organization of a contact person"),
    ):
        if work.db.find(table, column, number):
            found.append(role)
    return found
