"""Columns that are functions of one base row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.finops.countries import iso_of

Row = Mapping[str, Any]
ROLE_SEPARATOR = ";"


def organisation_name(party: Row) -> str:
    """The name of an organisation; empty for a person."""
    return "" if party.get("type") == "Person" else str(party.get("name", ""))


def country_iso(address: Row) -> str:
    """The two-letter code of the address's country, empty when it has none."""
    return iso_of(str(address.get("country", "")))


def formatted_address(address: Row) -> str:
    """The address in lines: street, city with state and postal code, country."""
    street = " ".join(filter(None, (address.get("street"), address.get("number"))))
    place = " ".join(filter(None, (address.get("state"), address.get("zip"))))
    city = ", ".join(filter(None, (address.get("city"), place)))
    return "\n".join(filter(None, (street, city, address.get("country"))))[:250]


def has_address(place: Row) -> str:
    """Whether a site or warehouse has an address, as Yes or No."""
    return "Yes" if any(place.get(name) for name in ("street", "city", "zip")) else "No"


def role(name: str) -> Callable[[Row], str]:
    """Whether a party's address has a role, as Yes or No."""

    def has(link: Row) -> str:
        return "Yes" if name in str(link.get("roles", "")).split(ROLE_SEPARATOR) else "No"

    return has


def relation_number(relation: Row) -> str:
    """The account of a customer, or the number of a prospect."""
    return str(relation.get("account") or relation.get("id", ""))


def association(_relation: Row) -> str:
    """What kind of relation a contact person belongs to; prospects count as customers here."""
    return "Customer"
