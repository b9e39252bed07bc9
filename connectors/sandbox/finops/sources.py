"""Where entity rows come from: one base table, or a combination of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.sandbox.finops.computed import relation_number
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Rows, Source
from connectors.sandbox.finops.tables import TABLES, Row


def single(
    table: str, keys: Mapping[str, str], *, party: tuple[str, ...] = (), location: str = ""
) -> Source:
    """One base table.

    Args:
        table: its name, also the alias.
        keys: key field to key column, in the order of the entity's key.
        party: the indexed columns that name a party.
        location: the indexed or key column that names a location.
    """
    order = tuple(
        next(name for name, column in keys.items() if column == key) for key in TABLES[table].keys
    )

    def scan(db: Database) -> Iterator[Rows]:
        return ({table: row} for row in db.rows(table).values())

    def locate(db: Database, values: Mapping[str, Any]) -> Rows | None:
        row = db.get(table, *(str(values[name]) for name in order))
        return None if row is None else {table: row}

    def of_party(db: Database, number: str) -> list[Rows]:
        found: dict[int, Rows] = {}
        for column in party:
            for row in db.find(table, column, number):
                found[row["recid"]] = {table: row}
        return list(found.values())

    def of_number(db: Database, number: str) -> list[Rows]:
        row = db.get(table, number)
        return [] if row is None else [{table: row}]

    def of_location(db: Database, number: str) -> list[Rows]:
        return [{table: row} for row in db.find(table, location, number)]

    by_number = table == "party"
    return Source(
        {table: table},
        scan,
        locate,
        of_number if by_number else of_party if party else None,
        (of_number if table == "location" else of_location) if location else None,
    )


def party_addresses() -> Source:
    """Each party-address link with each version of its address."""

    def versions(db: Database, link: Row) -> Iterator[Rows]:
        for address in db.find("address", "location", link["location"]):
            yield {"link": link, "address": address}

    def scan(db: Database) -> Iterator[Rows]:
        for link in db.rows("link").values():
            yield from versions(db, link)

    def locate(db: Database, values: Mapping[str, Any]) -> Rows | None:
        link = db.get("link", values["PartyNumber"], values["LocationId"])
        address = db.get("address", values["LocationId"], values["ValidFrom"])
        return None if link is None or address is None else {"link": link, "address": address}

    def of_party(db: Database, number: str) -> Iterator[Rows]:
        for link in db.find("link", "party", number):
            yield from versions(db, link)

    return Source({"link": "link", "address": "address"}, scan, locate, of_party)


def customer_addresses() -> Source:
    """Each customer with each link and address version of its party."""
    inner = party_addresses()

    def of_customer(db: Database, customer: Row) -> Iterator[Rows]:
        for rows in inner.of_party(db, customer["party"]) if inner.of_party else ():
            yield {"customer": customer, **rows}

    def scan(db: Database) -> Iterator[Rows]:
        for customer in db.rows("customer").values():
            yield from of_customer(db, customer)

    def locate(db: Database, values: Mapping[str, Any]) -> Rows | None:
        customer = db.get("customer", values["dataAreaId"], values["CustomerAccountNumber"])
        if customer is None or values["CustomerLegalEntityId"].lower() != customer["company"]:
            return None
        rows = inner.locate(
            db,
            {
                "PartyNumber": customer["party"],
                "LocationId": values["AddressLocationId"],
                "ValidFrom": values["Effective"],
            },
        )
        return None if rows is None else {"customer": customer, **rows}

    def of_party(db: Database, number: str) -> Iterator[Rows]:
        for customer in db.find("customer", "party", number):
            yield from of_customer(db, customer)

    return Source({"customer": "customer", **inner.aliases}, scan, locate, of_party)


def relations_of(db: Database, company: str, party: str) -> list[Row]:
    """What a contact of a party is a contact of: its customers in a company, and its prospects.

    A prospect that became a customer counts once, as the customer.
    """
    customers = [row for row in db.find("customer", "party", party) if row["company"] == company]
    taken = {row["account"].casefold() for row in customers}
    prospects = [
        row
        for row in db.find("prospect", "party", party)
        if row["company"] == company and row["id"].casefold() not in taken
    ]
    return customers + prospects


def customer_contacts() -> Source:
    """Each contact person with each customer or prospect of its party in the same company.

    The relation row serves both: a customer's account, else a prospect's number.
    """

    def with_relations(db: Database, contact: Row) -> Iterator[Rows]:
        for relation in relations_of(db, contact["company"], contact["associated"]):
            yield {"contact": contact, "relation": relation}

    def scan(db: Database) -> Iterator[Rows]:
        for contact in db.rows("contact").values():
            yield from with_relations(db, contact)

    def locate(db: Database, values: Mapping[str, Any]) -> Rows | None:
        if values["AssociatedContactType"] != "Customer":
            return None
        wanted = values["AssociatedContactNumber"].casefold()
        for contact in db.find("contact", "person", values["ContactPersonPartyNumber"]):
            if contact["company"] == values["dataAreaId"]:
                for rows in with_relations(db, contact):
                    if relation_number(rows["relation"]).casefold() == wanted:
                        return rows
        return None

    def of_party(db: Database, number: str) -> Iterator[Rows]:
        seen = set()
        for column in ("person", "associated"):
            for contact in db.find("contact", column, number):
                if contact["recid"] not in seen:
                    seen.add(contact["recid"])
                    yield from with_relations(db, contact)

    aliases = {"contact": "contact", "relation": "customer", "prospect": "prospect"}
    return Source(aliases, scan, locate, of_party)
