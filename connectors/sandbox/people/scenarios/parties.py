"""A customer's party and what hangs on it: that a step wrote nothing there."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.scenarios.world import World

_TABLES = {
    "msdyn_partypostaladdresses": "msdyn_partypostaladdressid",
    "msdyn_postaladdresses": "msdyn_postaladdressid",
    "msdyn_postaladdresscollections": "msdyn_postaladdresscollectionid",
    "msdyn_contactforparties": "msdyn_contactforpartyid",
    "msdyn_parties": "msdyn_partyid",
}


def joined_to(world: World, party: str) -> list[Row]:
    """The contacts for party of a party, which is given by its row's id in the CRM."""
    return world.crm.rows("msdyn_contactforparties", f"_msdyn_associatedpartyid_value eq {party}")


def party_versions(world: World, party: str, contact: str) -> dict[str, Any]:
    """When parties, addresses and links were last written in the CRM, and their versions.

    Args:
        world: where.
        party: the party of the prospect or customer.
        contact: the contact row of its contact person.
    """
    crm = world.crm
    person = crm.rows("contacts", f"contactid eq {contact}")
    found = {f"contact {row['contactid']}": _version(row) for row in person}
    for each in [party, *(row["_msdyn_partyid_value"] for row in person)]:
        links = crm.rows("msdyn_partypostaladdresses", f"_msdyn_partyid_value eq {each}")
        places = {link["_msdyn_postaladdresscollectionid_value"] for link in links}
        conditions = {
            "msdyn_parties": [f"msdyn_partyid eq {each}"],
            "msdyn_contactforparties": [f"_msdyn_associatedpartyid_value eq {each}"],
            "msdyn_partypostaladdresses": [f"_msdyn_partyid_value eq {each}"],
            "msdyn_postaladdresses": [
                f"_msdyn_postaladdresscollectionid_value eq {place}" for place in places
            ],
            "msdyn_postaladdresscollections": [
                f"msdyn_postaladdresscollectionid eq {place}" for place in places
            ],
        }
        for table, wanted in conditions.items():
            for row in (row for condition in wanted for row in crm.rows(table, condition)):
                found[f"{table} {row[_TABLES[table]]}"] = _version(row)
    return found


def _version(row: Row) -> tuple[Any, Any]:
    return row["modifiedon"], row["@odata.etag"]
