"""Postal addresses of a party: location, dated version, and the link that carries the roles."""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.countries import country_of, is_country
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.joins import ROLES
from connectors.sandbox.finops.kinds import EMPTY_DATE, FOREVER
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values

_FLAGS: Final = {
    "is_delivery": "Delivery",
    "is_invoice": "Invoice",
    "is_business": "Business",
    "is_home": "Home",
}


def settle_place(work: Work, columns: dict[str, Any]) -> dict[str, Any]:
    """Address columns with a known country; the two-letter code is another way to say it.

    Raises:
        SystemRefusal: an unknown country, or two that differ.
    """
    changes = dict(columns)
    if changes.get("valid_to") == EMPTY_DATE:
        changes["valid_to"] = FOREVER
    iso = changes.pop("iso", None)
    if iso is not None:
        country = country_of(iso) if iso else ""
        if country is None:
            raise refusals.unknown_reference(
                work.row_type, iso, "Country/region ISO code", "Country/region"
            )
        if changes.setdefault("country", country) != country and iso:
            raise refusals.infolog(
                work.row_type,
                "value",
                f"Country/region '{changes['country']}' does not have the ISO code '{iso}'.",
            )
    if changes.get("country") and not is_country(changes["country"]):
        raise refusals.unknown_reference(
            work.row_type, changes["country"], "Country/region", "Country/region"
        )
    return changes


def settle_roles(work: Work, columns: dict[str, Any], current: str = "") -> dict[str, Any]:
    """Link columns in which the role list and the role flags agree.

    Raises:
        SystemRefusal: a role that does not exist.
    """
    changes = dict(columns)
    flags = {role: changes.pop(flag) for flag, role in _FLAGS.items() if flag in changes}
    if not flags and "roles" not in changes:
        return changes
    text = str(changes.get("roles", current)).replace(",", ";")
    roles = list(dict.fromkeys(filter(None, (part.strip() for part in text.split(";")))))
    for place, role in enumerate(roles):
        known = work.db.get("location_role", role)
        if known is None or known["postal"] != "Yes":
            raise refusals.unknown_reference(work.row_type, role, "Purpose", "Location roles")
        roles[place] = known["purpose"]
    for role, flag in flags.items():
        if flag == "Yes" and role not in roles:
            roles.append(role)
        elif flag == "No" and role in roles:
            roles.remove(role)
    changes["roles"] = ";".join(roles)
    return changes


def add_address(
    work: Work,
    party: str,
    place: dict[str, Any],
    link: dict[str, Any],
    location: dict[str, Any],
) -> tuple[Row, Row]:
    """A new address of a party: location, version and link at once; the first one is primary.

    An existing location is shared: it gets a further link, and the version when it has none of
    that date.

    Returns:
        the link and the address version.
    """
    number = location.get("id") or work.draw("LogisticsLocationId")
    if work.db.get("location", number) is None:
        work.db.insert("location", {**location, "id": number})
    version = _version(work, number, place)
    known = work.db.get("link", party, number)
    if known is None:
        known = add_link(work, party, number, link)
    elif version is None:
        raise refusals.duplicate(
            work.row_type, "Party location", "DirPartyLocation", f"Location ID: {number}"
        )
    if version is None:
        version = work.db.find("address", "location", number)[-1]
    return known, version


def add_version(work: Work, location: str, place: dict[str, Any]) -> Row:
    """A new version of an address; it ends the version that was open.

    Raises:
        SystemRefusal: that date is taken.
    """
    row = _version(work, location, {"valid_from": work.now(), **place})
    if row is None:
        raise refusals.duplicate(
            work.row_type,
            "Addresses",
            "LogisticsPostalAddress",
            f"Location ID: {location}",
        )
    return row


def add_link(work: Work, party: str, location: str, columns: dict[str, Any]) -> Row:
    """A new link between a party and a location; a party's first link is its primary one."""
    if work.db.get("link", party, location) is not None:
        raise refusals.duplicate(
            work.row_type, "Party location", "DirPartyLocation", f"Location ID: {location}"
        )
    given = settle_roles(work, columns)
    others = [link for link in work.db.find("link", "party", party) if link.get("primary") == "Yes"]
    primary = given.get("primary") == "Yes" or not others
    owner = "No" if work.db.find("link", "location", location) else "Yes"
    row = work.db.insert(
        "link",
        {
            "roles": "",
            "owner": owner,
            **given,
            "party": party,
            "location": location,
            "primary": "Yes" if primary else "No",
        },
    )
    if primary:
        for other in others:
            work.db.update("link", other, {"primary": "No"})
    return row


def change_link(work: Work, link: Row, columns: dict[str, Any]) -> Row:
    """Change a link; one that becomes primary takes the mark from the others."""
    changes = settle_roles(work, columns, link.get("roles", ""))
    after = work.db.update("link", link, changes)
    if changes.get("primary") == "Yes" and link.get("primary") != "Yes":
        for other in work.db.find("link", "party", link["party"]):
            if other["recid"] != link["recid"] and other.get("primary") == "Yes":
                work.db.update("link", other, {"primary": "No"})
    return after


def write_by_role(work: Work, party: Row, rows: Rows, values: Values) -> None:
    """Write a party's addresses through an entity that shows them by role.

    An address that is not there yet is made with that role (the primary one for business).
    """
    for name, role in ROLES.items():
        place = values.by_alias.get(f"{name}_address", {})
        link = dict(values.by_alias.get(f"{name}_link", {}))
        location = values.by_alias.get(f"{name}_location", {})
        if not (place or link or location):
            continue
        place = settle_place(work, place)
        current = rows.get(f"{name}_link")
        if current is not None:
            if f"{name}_address" in rows:
                work.db.update("address", rows[f"{name}_address"], place)
            elif any(place.values()):
                add_version(work, current["location"], place)
            if f"{name}_location" in rows:
                work.db.update("location", rows[f"{name}_location"], location)
            change_link(work, current, link)
        elif any(place.values()):
            if not link.get("roles"):
                link["roles"] = role or "Business"
            add_address(work, party["number"], place, link, location)


def _version(work: Work, location: str, columns: dict[str, Any]) -> Row | None:
    place = settle_place(work, columns)
    start = place.get("valid_from") or work.now()
    versions = work.db.find("address", "location", location)
    if any(version["valid_from"] == start for version in versions) or (
        versions and "valid_from" not in place
    ):
        return None
    for version in versions:
        if version["valid_from"] < start <= version.get("valid_to", FOREVER):
            work.db.update("address", version, {"valid_to": start})
    return work.db.insert(
        "address", {"valid_to": FOREVER, **place, "location": location, "valid_from": start}
    )
