"""Contact person and delivery address of a document: what the two variants do differently.

With party and global address book the CRM's document looks the contact up for its party, and its
address names a location of the address book; without, it looks a contact up, and the address is
text.
"""

from __future__ import annotations

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.scenarios.world import World

PLACE = ("5 Quay Rd", "Everett")


def contact_id(world: World, number: str) -> str | None:
    """The CRM's row for a contact person's number, as a document looks it up."""
    if world.gab:
        table, key, column = (
            "msdyn_contactforparties",
            "msdyn_contactforpartyid",
            "msdyn_contactforpartynumber",
        )
    else:
        table, key, column = "contacts", "contactid", "msdyn_contactpersonid"
    row = world.crm.one(table, f"{column} eq '{number}'")
    return None if row is None else str(row[key])


def contact_column(world: World) -> str:
    """The column in which a document of the CRM has its contact person."""
    return "_msdyn_associatedcontact_value" if world.gab else "_msdyn_contactperson_value"


def other_column(world: World) -> str:
    """The column for the contact person that the other variant uses."""
    return "_msdyn_contactperson_value" if world.gab else "_msdyn_associatedcontact_value"


def has_contact(world: World, table: str, document: str, number: str) -> None:
    """A document of the CRM gets the contact person of a number, and in one column only."""
    row = world.until(
        f"CRM: {table} has the contact person {number}",
        lambda: world.sales.row(table, document),
        lambda seen: seen[contact_column(world)] is not None,
    )
    wanted = contact_id(world, number)
    world.holds("CRM: it is that contact person", row[contact_column(world)], wanted)
    world.holds("CRM: the other variant's column is empty", row[other_column(world)], None)


def has_address(world: World, table: str, document: str, location: str) -> None:
    """A document of the CRM gets the delivery address that an ERP location has."""
    row = world.until(
        f"CRM: {table} has the delivery address",
        lambda: world.sales.row(table, document),
        lambda seen: (seen["shipto_line1"], seen["shipto_city"]) == PLACE,
    )
    named = row["msdyn_deliveryaddresslocationid"]
    world.holds("CRM: with the number of its location", named, location)
    if world.gab:
        world.until(
            "CRM: the location resolves to the address",
            lambda: resolved(world, row),
            lambda seen: seen == [PLACE],
        )
    else:
        found = resolved(world, row)
        world.holds("CRM: there is no such location, the address is text", found, [])


def resolved(world: World, document: Row) -> list[tuple[str, str]]:
    """Streets and cities of the location that a document's delivery address names."""
    number = document["msdyn_deliveryaddresslocationid"]
    found: list[tuple[str, str]] = []
    for location in world.crm.rows(
        "msdyn_postaladdresscollections", f"msdyn_location eq '{number}'"
    ):
        key = location["msdyn_postaladdresscollectionid"]
        for place in world.crm.rows(
            "msdyn_postaladdresses", f"_msdyn_postaladdresscollectionid_value eq {key}"
        ):
            found.append((place["msdyn_street"], place["msdyn_city"]))
    return found
