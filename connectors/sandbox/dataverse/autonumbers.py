"""The CRM's autonumber columns: which they are, their formats, and how far each has come.

Numbers that the CRM's own logic makes besides (an account of a qualified lead) are none of them.
Source: Microsoft docs, create autonumber columns; Web API actions GetNextAutoNumberValue,
GetAutoNumberSeed, SetAutoNumberSeed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.kernel.errors import SystemRefusal

AUTONUMBERS: Final[Mapping[tuple[str, str], str]] = {
    ("msdyn_party", "msdyn_partynumber"): "CPA",
    ("contact", "msdyn_contactpersonid"): "CCP",
    ("msdyn_contactforparty", "msdyn_contactforpartynumber"): "CCP",
    ("msdyn_postaladdresscollection", "msdyn_location"): "CLO",
    ("msdyn_partyelectronicaddress", "msdyn_electronicaddressnumber"): "CEA",
    ("quote", "msdyn_quotenumber"): "QUO",
    ("salesorder", "msdyn_salesordernumber"): "ORD",
    ("invoice", "msdyn_invoicenumber"): "INV",
}
"""Table and column → the counter, whose name the numbers begin with."""
SEED: Final = 1


def format_of(table: str, column: str) -> str | None:
    """The autonumber format of a column; `None` for any other column."""
    counter = AUTONUMBERS.get((table, column))
    return None if counter is None else f"{counter}-{{SEQNUM:6}}"


def next_value(system: DataverseSystem, body: Mapping[str, Any]) -> dict[str, Any]:
    """The value that a column gives next."""
    return {"NextAutoNumberValue": system.storage.peek_value(_counter(body)) + 1}


def seed(system: DataverseSystem, body: Mapping[str, Any]) -> dict[str, Any]:
    """The value that a column began with, or was last set to."""
    return {"AutoNumberSeedValue": max(SEED, system.storage.peek_value(_seed(_counter(body))))}


def set_seed(system: DataverseSystem, body: Mapping[str, Any]) -> None:
    """Let a column go on at a value."""
    counter, value = _counter(body), body.get("Value")
    if not isinstance(value, int) or value < 1:
        raise refusals.invalid("The parameter 'Value' is a whole number above 0.")
    with system.transaction():
        system.storage.set_value(counter, value - 1)
        system.storage.set_value(_seed(counter), value)


def _counter(body: Mapping[str, Any]) -> str:
    table, column = str(body.get("EntityName", "")), str(body.get("AttributeName", ""))
    counter = AUTONUMBERS.get((table, column))
    if counter is None:
        raise SystemRefusal(
            400,
            "0x80060884",
            f"Attribute {column} of entity {table} is not an Auto Number attribute.",
        )
    return counter


def _seed(counter: str) -> str:
    return f"seed:{counter}"
