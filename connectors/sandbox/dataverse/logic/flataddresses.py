"""With the address book, the account's flat columns show its party's delivery and invoice address.

Source: dual-write party and global address book (account: address 1 is delivery, address 2 is
invoice; person: address 1 business, 2 invoice, 3 delivery).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row
from connectors.sandbox.kernel.countries import find_country

_ACCOUNT: Final[Mapping[str, int]] = {"delivery": 1, "invoice": 2}
_CONTACT: Final[Mapping[str, int]] = {"business": 1, "invoice": 2, "delivery": 3}
_COLUMNS: Final[Mapping[str, str]] = {
    "msdyn_street": "line1",
    "msdyn_city": "city",
    "msdyn_state": "stateorprovince",
    "msdyn_zipcode": "postalcode",
    "msdyn_county": "county",
}
_LINK = "msdyn_partypostaladdress"
_LOCATION = "_msdyn_postaladdresscollectionid_value"


@RULES.on("after", _LINK)
def show_link(work: Work) -> None:
    """A party's new or changed address shows on its roles."""
    if work.gab and work.changed("msdyn_postaladdresspurposenames", _LOCATION):
        _show(work, work.row["_msdyn_partyid_value"], work.row)


@RULES.on("after", "msdyn_postaladdress")
def show_address(work: Work) -> None:
    """An edited address shows on the roles of every party at that location."""
    if not work.gab or work.row[_LOCATION] is None:
        return
    for link in work.where(_LINK, **{_LOCATION: work.row[_LOCATION]}):
        _show(work, link["_msdyn_partyid_value"], link)


def _show(work: Work, party: str | None, link: Row) -> None:
    address = _current(work, link[_LOCATION])
    if party is None or address is None:
        return
    roles = {
        name.strip().casefold()
        for name in (link["msdyn_postaladdresspurposenames"] or "").replace(",", ";").split(";")
    }
    for table, id_column, slots in (
        ("account", "accountid", _ACCOUNT),
        ("contact", "contactid", _CONTACT),
    ):
        values: dict[str, Any] = {}
        for role, number in slots.items():
            if role in roles:
                values |= _flat(address, number)
        if values:
            for row in work.where(table, _msdyn_partyid_value=party):
                work.change(table, row[id_column], values)


def _flat(address: Row, number: int) -> dict[str, Any]:
    values = {f"address{number}_{flat}": address[name] for name, flat in _COLUMNS.items()}
    country = find_country(address["msdyn_countryregionid"] or "")
    values[f"address{number}_country"] = (
        country.name if country else address["msdyn_countryregionid"]
    )
    return values


def _current(work: Work, location: str | None) -> Row | None:
    if location is None:
        return None
    versions = work.where("msdyn_postaladdress", **{_LOCATION: location})
    return max(versions, key=lambda row: str(row["msdyn_validfrom"]), default=None)
