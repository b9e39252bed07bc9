"""Electronic addresses: a party's primary ones mirror to its account's and contact's columns.

Source: dual-write party and global address book (business phone: primary and not mobile; mobile
phone: not primary and mobile).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.model import Column

_TABLE = "msdyn_partyelectronicaddress"
_ID = "msdyn_partyelectronicaddressid"


class Slot(NamedTuple):
    """Which e-address of a party a column shows."""

    kind: int
    mobile: bool


_PHONE, _EMAIL, _URL, _FAX = 192350001, 192350002, 192350003, 192350005
_ACCOUNT: Final[Mapping[str, Slot]] = {
    "telephone1": Slot(_PHONE, False),
    "emailaddress1": Slot(_EMAIL, False),
    "websiteurl": Slot(_URL, False),
    "fax": Slot(_FAX, False),
}
_CONTACT: Final[Mapping[str, Slot]] = {**_ACCOUNT, "mobilephone": Slot(_PHONE, True)}
_ROLES: Final = (("account", "accountid", _ACCOUNT), ("contact", "contactid", _CONTACT))


@RULES.on("before", _TABLE)
def number_address(work: Work) -> None:
    """An e-address without a number draws one; the first of its kind is the primary one."""
    row = work.row
    if not work.new:
        return
    if row["msdyn_electronicaddressnumber"] is None:
        row["msdyn_electronicaddressnumber"] = work.draw("CEA")
    party = row["_msdyn_partyid_value"]
    if "msdyn_isprimary" in work.sent or party is None or row["msdyn_ismobile"]:
        return
    row["msdyn_isprimary"] = not any(
        other["msdyn_isprimary"] for other in _same_kind(work, party, row["msdyn_type"])
    )


@RULES.on("after", _TABLE)
def one_primary(work: Work) -> None:
    """A new primary e-address takes the place of the old one of its kind."""
    row = work.row
    if not row["msdyn_isprimary"] or not work.changed("msdyn_isprimary", "msdyn_type"):
        return
    for other in _same_kind(work, row["_msdyn_partyid_value"], row["msdyn_type"]):
        if other[_ID] != work.row_id and other["msdyn_isprimary"]:
            work.change(_TABLE, other[_ID], {"msdyn_isprimary": False})


@RULES.on("after", _TABLE)
@RULES.on("removed", _TABLE)
def show_on_roles(work: Work) -> None:
    """Every role of the party shows its current e-addresses of the written kinds."""
    party = work.row["_msdyn_partyid_value"]
    if not work.gab or party is None:
        return
    kinds = {work.row["msdyn_type"], (work.before or work.row)["msdyn_type"]}
    for table, id_column, slots in _ROLES:
        for role in work.where(table, _msdyn_partyid_value=party):
            columns = wired(table).writable
            values: dict[str, str | None] = {}
            for column, slot in slots.items():
                shown = _shown(work, party, slot)
                if slot.kind in kinds and _fits(columns[column], shown):
                    values[column] = shown
            work.change(table, role[id_column], values)


@RULES.on("before", "account", "contact")
def show_party(work: Work) -> None:
    """A role that takes an existing party shows that party's e-addresses where it has none."""
    party = work.row["_msdyn_partyid_value"]
    if not work.gab or party is None or not work.changed("_msdyn_partyid_value"):
        return
    for column, slot in _slots(work).items():
        found = _find(work, party, slot)
        shown = None if found is None else found["msdyn_locator"]
        if shown is not None and _fits(work.table.by_name[column], shown):
            work.row[column] = shown


@RULES.on("after", "account", "contact")
def write_party(work: Work) -> None:
    """What is typed on a role becomes the party's e-address; a cleared column removes it."""
    party = work.row["_msdyn_partyid_value"]
    if not work.gab or party is None:
        return
    for column, slot in _slots(work).items():
        if not work.changed(column):
            continue
        value, found = work.row[column], _find(work, party, slot)
        if value is None:
            if found is not None:
                work.drop(wired(_TABLE).table, found)
        elif found is None:
            work.insert(_TABLE, _new(work, party, slot, value))
        else:
            work.change(_TABLE, found[_ID], {"msdyn_locator": value})


def _fits(column: Column, text: str | None) -> bool:
    """A locator too long for a role's column stays on the party only."""
    return text is None or column.max_length is None or len(text) <= column.max_length


def _new(work: Work, party: str, slot: Slot, value: str) -> dict[str, Any]:
    return {
        "_msdyn_partyid_value": party,
        "msdyn_type": slot.kind,
        "msdyn_locator": value,
        "msdyn_isprimary": not slot.mobile,
        "msdyn_ismobile": slot.mobile,
        "_ownerid_value": work.row["_ownerid_value"],
    }


def _slots(work: Work) -> Mapping[str, Slot]:
    return _ACCOUNT if work.table.name == "account" else _CONTACT


def _same_kind(work: Work, party: str | None, kind: int | None) -> list[Row]:
    if party is None or kind is None:
        return []
    return work.where(_TABLE, _msdyn_partyid_value=party, msdyn_type=kind)


def _find(work: Work, party: str, slot: Slot) -> Row | None:
    for row in _same_kind(work, party, slot.kind):
        if slot.mobile and row["msdyn_ismobile"] and not row["msdyn_isprimary"]:
            return row
        if not slot.mobile and row["msdyn_isprimary"] and not row["msdyn_ismobile"]:
            return row
    return None


def _shown(work: Work, party: str, slot: Slot) -> str | None:
    found = _find(work, party, slot)
    if found is None:
        return None
    locator: str | None = found["msdyn_locator"]
    return locator
