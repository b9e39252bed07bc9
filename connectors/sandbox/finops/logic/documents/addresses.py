"""The addresses of a document: typed, of a location, or those of the party by its roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.computed import formatted_address
from connectors.sandbox.finops.document_tables import DELIVERY, INVOICE
from connectors.sandbox.finops.joins import best_link, current_version
from connectors.sandbox.finops.logic.addresses import settle_place
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

_PLACE: Final = (
    "street",
    "number",
    "city",
    "state",
    "zip",
    "county",
    "country",
    "district",
    "postbox",
    "building",
    "latitude",
    "longitude",
)
_TYPED: Final = frozenset({f"{DELIVERY}{column}" for column in (*_PLACE, "iso")})
CARRIED: Final = tuple(
    f"{DELIVERY}{column}"
    for column in (
        *_PLACE,
        "location",
        "name",
        "description",
        "duns",
        "formatted",
        "private",
    )
)
"""The columns of a delivery address that a line takes from its document."""


def settle_delivery(
    work: Work, given: dict[str, Any], current: Mapping[str, Any] | None = None
) -> bool:
    """Make the delivery address that was given whole.

    Args:
        work: the write in progress.
        given: the columns of the document; those of its address are completed in place.
        current: the document as it is, `None` for a new one.

    Returns:
        whether an address was given at all.

    Raises:
        SystemRefusal: an unknown country or location.
    """
    typed = {column: given[column] for column in _TYPED if column in given}
    if current is None:
        typed = {column: value for column, value in typed.items() if value}
        for column in _TYPED - set(typed):
            given.pop(column, None)
    location = given.get(f"{DELIVERY}location", "")
    if typed:
        place = settle_place(work, {column[len(DELIVERY) :]: typed[column] for column in typed})
        given.pop(f"{DELIVERY}iso", None)
        given.update({f"{DELIVERY}{column}": value for column, value in place.items()})
        if all((current or {}).get(f"{DELIVERY}{name}", "") == place[name] for name in place):
            return True  # another spelling of what stands there, such as a code in small letters
        given.setdefault(f"{DELIVERY}specific", "Yes")
        given.setdefault(f"{DELIVERY}location", "")
    elif location:
        given.update(_of_location(work, location))
    if typed or location:
        whole = {**(current or {}), **given}
        given[f"{DELIVERY}formatted"] = formatted_address(
            {column: whole.get(f"{DELIVERY}{column}", "") for column in _PLACE}
        )
    return bool(typed or location or given.get(f"{DELIVERY}formatted"))


def delivery_of_party(work: Work, party: str) -> dict[str, Any]:
    """The party's delivery address, else its primary one, as a document's columns."""
    return _by_role(work, party, "Delivery", DELIVERY)


def invoice_of_party(work: Work, party: str) -> dict[str, Any]:
    """The party's invoice address, else its primary one, as a document's columns."""
    return _by_role(work, party, "Invoice", INVOICE)


def _by_role(work: Work, party: str, role: str, prefix: str) -> dict[str, Any]:
    links = work.db.find("link", "party", party)
    link = best_link(links, role) or best_link(links, "")
    return {} if link is None else _of_link(work, link["location"], prefix, link)


def _of_location(work: Work, location: str) -> dict[str, Any]:
    if work.db.get("location", location) is None:
        raise refusals.unknown_reference(
            work.row_type, location, "Delivery address", "Addresses (LogisticsLocation)"
        )
    return _of_link(work, location, DELIVERY)


def _of_link(work: Work, location: str, prefix: str, link: Row | None = None) -> dict[str, Any]:
    version = current_version(work.db, location)
    if version is None:
        return {}
    found = {f"{prefix}{column}": version[column] for column in _PLACE if version.get(column)}
    found[f"{prefix}formatted"] = formatted_address(version)
    if "Yes" in (version.get("private"), (link or {}).get("private")):
        found[f"{prefix}private"] = "Yes"
    if prefix == DELIVERY:
        row = work.db.get("location", location) or {}
        found[f"{prefix}location"] = location
        found[f"{prefix}description"] = found[f"{prefix}name"] = row.get("description", "")
    return found
