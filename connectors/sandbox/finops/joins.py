"""How the base rows around a party are found: names, electronic and postal addresses."""

from __future__ import annotations

from typing import Final

from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Join, Rows
from connectors.sandbox.finops.kinds import FOREVER
from connectors.sandbox.finops.tables import Row

ELECTRONIC: Final = {
    "email": "Email",
    "phone": "Phone",
    "fax": "Fax",
    "url": "URL",
    "facebook": "Facebook",
    "twitter": "Twitter",
    "linkedin": "LinkedIn",
}
"""Alias of a primary electronic address to its type."""
ELECTRONIC_ALIASES: Final = dict.fromkeys(ELECTRONIC, "electronic")
_ALIAS_OF_TYPE: Final = {kind: alias for alias, kind in ELECTRONIC.items()}
ROLES: Final = {"primary": "", "delivery": "Delivery", "invoice": "Invoice"}


def address_aliases(*roles: str) -> dict[str, str]:
    """The aliases of the addresses that a party has by role."""
    return {
        f"{role}_{part}": table
        for role in roles
        for part, table in (("link", "link"), ("location", "location"), ("address", "address"))
    }


def party(root: str, column: str = "party", alias: str = "party") -> Join:
    """The party that a column of the root row names."""

    def join(db: Database, rows: Rows) -> None:
        found = db.get("party", rows[root][column])
        if found is not None:
            rows[alias] = found

    return join


def electronic(owner: str) -> Join:
    """The primary electronic addresses of a party; a mobile phone is never the primary phone."""

    def join(db: Database, rows: Rows) -> None:
        holder = rows.get(owner)
        if holder is None:
            return
        for row in db.find("electronic", "party", holder["number"]):
            alias = _ALIAS_OF_TYPE.get(row.get("type", ""))
            if alias is not None and row.get("primary") == "Yes" and alias not in rows:
                rows[alias] = row

    return join


def addresses(owner: str, *roles: str) -> Join:
    """The party's addresses: the primary one, and one per role, the primary one first."""

    def join(db: Database, rows: Rows) -> None:
        holder = rows.get(owner)
        if holder is None:
            return
        links = db.find("link", "party", holder["number"])
        for role in roles:
            link = best_link(links, ROLES[role])
            if link is not None:
                rows[f"{role}_link"] = link
                location = db.get("location", link["location"])
                if location is not None:
                    rows[f"{role}_location"] = location
                version = current_version(db, link["location"])
                if version is not None:
                    rows[f"{role}_address"] = version

    return join


def location(db: Database, rows: Rows) -> None:
    """The location of the row's address version."""
    found = db.get("location", rows["address"]["location"])
    if found is not None:
        rows["location"] = found


def best_link(links: list[Row], role: str) -> Row | None:
    """The link that stands for a role: the primary one if it has it, else the oldest that has."""
    fitting = [
        link
        for link in links
        if (role in link.get("roles", "").split(";") if role else link.get("primary") == "Yes")
    ]
    return min(fitting, key=_primary_then_oldest) if fitting else None


def current_version(db: Database, location: str) -> Row | None:
    """The version of an address that is valid last; the open-ended one wins."""
    versions = db.find("address", "location", location)
    if len(versions) > 1:
        return max(versions, key=_validity)
    return versions[0] if versions else None


def _primary_then_oldest(link: Row) -> tuple[bool, int]:
    return (link.get("primary") != "Yes", link["recid"])


def _validity(version: Row) -> tuple[str, str]:
    return (version.get("valid_to", FOREVER), version["valid_from"])
