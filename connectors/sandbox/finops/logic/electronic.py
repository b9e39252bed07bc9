"""Electronic addresses of a party: phone, e-mail and the rest, one primary per type."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.joins import ELECTRONIC
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values

_LOCATOR = "Contact number/address"


def write_primaries(work: Work, party: Row, rows: Rows, values: Values) -> None:
    """Write a party's primary electronic addresses through an entity that shows them.

    An emptied one is removed, a new one is made.
    """
    for alias, kind in ELECTRONIC.items():
        given = values.by_alias.get(alias)
        if not given:
            continue
        current = rows.get(alias)
        if current is not None:
            if given.get("locator", current["locator"]):
                work.db.update("electronic", current, given)
            else:
                work.db.delete("electronic", current)
        elif given.get("locator"):
            add(work, party["number"], {**given, "type": kind, "primary": "Yes"})
        elif any(given.values()):
            raise refusals.mandatory(work.row_type, _LOCATOR)


def add(work: Work, party: str, columns: dict[str, Any]) -> Row:
    """A new electronic address; the first of its type becomes the primary one.

    A mobile phone is never primary. Source: dual-write, party and global address book: the
    business phone is the primary one, the mobile phone a secondary one.
    """
    number = columns.get("id") or work.draw("LogisticsElectronicAddressId")
    if work.db.get("electronic", party, number) is not None:
        raise refusals.duplicate(
            work.row_type,
            "Communication details",
            "LogisticsElectronicAddress",
            f"Electronic address: {number}",
        )
    if columns.get("type", "None") == "None":
        raise refusals.mandatory(work.row_type, "Type")
    if not columns.get("locator"):
        raise refusals.mandatory(work.row_type, _LOCATOR)
    others = primaries(work, party, columns["type"])
    mobile = columns.get("mobile") == "Yes"
    primary = columns.get("primary", "No") == "Yes" or (not others and not mobile)
    row = work.db.insert(
        "electronic",
        {**columns, "party": party, "id": number, "primary": "Yes" if primary else "No"},
    )
    if primary:
        yield_primary(work, others)
    return row


def primaries(work: Work, party: str, kind: str) -> list[Row]:
    """The primary electronic addresses of a type that a party has."""
    return [
        row
        for row in work.db.find("electronic", "party", party)
        if row["type"] == kind and row.get("primary") == "Yes"
    ]


def yield_primary(work: Work, others: list[Row]) -> None:
    """Take the primary mark off, because another one has it now."""
    for row in others:
        work.db.update("electronic", row, {"primary": "No"})
