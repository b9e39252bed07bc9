"""Writes through the address book's own entities: parties and electronic addresses."""

from __future__ import annotations

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic import electronic
from connectors.sandbox.finops.logic.parties import change_party, create_party, roles_of
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.values import Values


def insert_party(work: Work, values: Values) -> Rows:
    """A new party, under its given number or the next one."""
    columns = values.of("party")
    number = columns.pop("number", "")
    kind = columns.pop("type")
    return {"party": create_party(work, kind, columns, number)}


def update_party(work: Work, rows: Rows, values: Values) -> None:
    """Change a party; every role shows it."""
    change_party(work, rows["party"], values.of("party"))


def delete_party(work: Work, rows: Rows) -> None:
    """Remove a party that plays no role, with its links and electronic addresses."""
    number = rows["party"]["number"]
    roles = roles_of(work, number)
    if roles:
        raise refusals.infolog(
            work.row_type,
            "in-use",
            f"Party {number} cannot be deleted because it is used as {', '.join(roles)}.",
            verb="Delete",
        )
    for table in ("link", "electronic"):
        for row in work.db.find(table, "party", number):
            work.db.delete(table, row)
    work.db.delete("party", rows["party"])


def insert_electronic(work: Work, values: Values) -> Rows:
    """A new electronic address of a party."""
    columns = values.of("electronic")
    party = columns.pop("party")
    work.refer(party, "Party ID", "Global address book", "party")
    return {"electronic": electronic.add(work, party, columns)}


def update_electronic(work: Work, rows: Rows, values: Values) -> None:
    """Change an electronic address; one that becomes primary takes the mark from the other."""
    row, changes = rows["electronic"], values.of("electronic")
    if "locator" in changes and not changes["locator"]:
        raise refusals.mandatory(work.row_type, "Contact number/address")
    if changes.get("type") == "None":
        raise refusals.mandatory(work.row_type, "Type")
    after = work.db.update("electronic", row, changes)
    if after.get("primary") == "Yes" and after["recversion"] != row["recversion"]:
        others = electronic.primaries(work, after["party"], after["type"])
        electronic.yield_primary(work, [o for o in others if o["recid"] != after["recid"]])


def delete_electronic(work: Work, rows: Rows) -> None:
    """Remove an electronic address."""
    work.db.delete("electronic", rows["electronic"])


PARTIES = Handler(insert_party, update_party, delete_party)
ELECTRONIC = Handler(insert_electronic, update_electronic, delete_electronic)
