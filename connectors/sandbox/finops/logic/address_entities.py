"""Writes through the address entities: locations, dated versions, links, and all three at once."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic import addresses
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values


def insert_location(work: Work, values: Values) -> Rows:
    """A new location, under its given number or the next one."""
    columns = values.of("location")
    if not columns.get("id"):
        columns["id"] = work.draw("LogisticsLocationId")
    if work.db.get("location", columns["id"]) is not None:
        raise refusals.duplicate(
            work.row_type, "Locations", "LogisticsLocation", f"Location ID: {columns['id']}"
        )
    return {"location": work.db.insert("location", columns)}


def update_location(work: Work, rows: Rows, values: Values) -> None:
    """Change a location."""
    work.db.update("location", rows["location"], values.of("location"))


def delete_location(work: Work, rows: Rows) -> None:
    """Remove a location that no party uses, with its versions."""
    number = rows["location"]["id"]
    if work.db.find("link", "location", number):
        raise refusals.infolog(
            work.row_type,
            "in-use",
            f"Location {number} cannot be deleted because a party uses it.",
            verb="Delete",
        )
    _drop_location(work, number)


def insert_version(work: Work, values: Values) -> Rows:
    """A new version of an address whose location exists."""
    columns = values.of("address")
    location = columns.pop("location")
    work.refer(location, "Location ID", "Locations", "location")
    version = addresses.add_version(work, location, columns)
    _describe(work, location, values.of("location"))
    return {"address": version}


def update_version(work: Work, rows: Rows, values: Values) -> None:
    """Correct a version of an address in place."""
    work.db.update("address", rows["address"], addresses.settle_place(work, values.of("address")))
    _describe(work, rows["address"]["location"], values.of("location"))


def delete_version(work: Work, rows: Rows) -> None:
    """Remove a version of an address."""
    work.db.delete("address", rows["address"])


def insert_link(work: Work, values: Values) -> Rows:
    """Let a party use an existing location."""
    columns = values.of("link")
    party, location = columns.pop("party"), columns.pop("location")
    work.refer(party, "Party ID", "Global address book", "party")
    work.refer(location, "Location ID", "Locations", "location")
    return {"link": addresses.add_link(work, party, location, columns)}


def update_link(work: Work, rows: Rows, values: Values) -> None:
    """Change the roles of a party's address, or make it the primary one."""
    addresses.change_link(work, rows["link"], values.of("link"))


def delete_link(work: Work, rows: Rows) -> None:
    """End a party's use of an address; the location stays."""
    _unlink(work, rows["link"])


def insert_party_address(work: Work, values: Values) -> Rows:
    """A new address of a party: location, version and link at once."""
    link, place, location = (values.of(alias) for alias in ("link", "address", "location"))
    party = link.pop("party")
    work.refer(party, "Party ID", "Global address book", "party")
    number = link.pop("location", "")
    if number:
        location = {**location, "id": number}
    row, version = addresses.add_address(work, party, place, link, location)
    return {"link": row, "address": version}


def update_party_address(work: Work, rows: Rows, values: Values) -> None:
    """Change a party's address: the version in place, the roles, the description."""
    update_version(work, rows, values)
    update_link(work, rows, values)


def delete_party_address(work: Work, rows: Rows) -> None:
    """End a party's use of an address; a location that nobody else uses goes too."""
    location = rows["link"]["location"]
    _unlink(work, rows["link"])
    if not work.db.find("link", "location", location):
        _drop_location(work, location)


def _describe(work: Work, location: str, columns: dict[str, Any]) -> None:
    row = work.db.get("location", location)
    if row is not None and columns:
        work.db.update("location", row, columns)


def _drop_location(work: Work, number: str) -> None:
    for version in work.db.find("address", "location", number):
        work.db.delete("address", version)
    row = work.db.get("location", number)
    if row is not None:
        work.db.delete("location", row)


def _unlink(work: Work, link: Row) -> None:
    work.db.delete("link", link)
    remaining = work.db.find("link", "party", link["party"])
    if link.get("primary") == "Yes" and remaining:
        heir = min(remaining, key=lambda row: int(row["recid"]))
        work.db.update("link", heir, {"primary": "Yes"})


LOCATIONS = Handler(insert_location, update_location, delete_location)
VERSIONS = Handler(insert_version, update_version, delete_version)
LINKS = Handler(insert_link, update_link, delete_link)
PARTY_ADDRESSES = Handler(insert_party_address, update_party_address, delete_party_address)
