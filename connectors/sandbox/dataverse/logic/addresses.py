"""Locations and postal addresses: numbers, validity, the first address of a party.

Source: dual-write party and global address book (location, address version, party-location link).
"""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

NEVER = "2154-12-31T23:59:59Z"


@RULES.on("before", "msdyn_postaladdresscollection")
def number_location(work: Work) -> None:
    """A location without a number draws one."""
    if work.new and work.row["msdyn_location"] is None:
        work.row["msdyn_location"] = work.draw("CLO")


@RULES.on("before", "msdyn_postaladdress")
def set_validity(work: Work) -> None:
    """A new address is valid from now on, unless it says otherwise."""
    if not work.new:
        return
    if work.row["msdyn_validfrom"] is None:
        work.row["msdyn_validfrom"] = work.system.stamp()
    if work.row["msdyn_validto"] is None:
        work.row["msdyn_validto"] = NEVER


@RULES.on("before", "msdyn_partypostaladdress")
def set_primary(work: Work) -> None:
    """The first address of a party is its primary one, unless the caller says otherwise."""
    if not work.new or "msdyn_isprimary" in work.sent:
        return
    party = work.row["_msdyn_partyid_value"]
    if party is not None and not work.where("msdyn_partypostaladdress", _msdyn_partyid_value=party):
        work.row["msdyn_isprimary"] = True


@RULES.on("after", "msdyn_partypostaladdress")
def one_primary(work: Work) -> None:
    """A new primary address takes the place of the old one."""
    if not work.row["msdyn_isprimary"] or not work.changed("msdyn_isprimary"):
        return
    party = work.row["_msdyn_partyid_value"]
    for other in work.where("msdyn_partypostaladdress", _msdyn_partyid_value=party):
        if other["msdyn_partypostaladdressid"] != work.row_id and other["msdyn_isprimary"]:
            work.change(
                "msdyn_partypostaladdress",
                other["msdyn_partypostaladdressid"],
                {"msdyn_isprimary": False},
            )
