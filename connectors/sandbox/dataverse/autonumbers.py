"""The CRM's autonumber columns: which they are, their formats, and how far each has come.

Numbers that the CRM's own logic makes besides (an account of a qualified lead) are none of them.
Source: Microsoft docs, create autonumber columns; Web API actions GetNextAutoNumberValue,
GetAutoNumberSeed, SetAutoNumberSeed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.kernel.errors import SystemRefusal

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

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


def format_of(system: DataverseSystem, table: str, column: str) -> str | None:
    """The autonumber format of a column; `None` for any other column, and for one without it."""
    counter = AUTONUMBERS.get((table, column))
    if counter is None or system.storage.peek_value(_without(table, column)):
        return None
    return f"{counter}-{{SEQNUM:6}}"


def set_format(system: DataverseSystem, table: str, column: str, text: str) -> None:
    """Take the autonumber format from a column with an empty text, or give it back."""
    counter = AUTONUMBERS.get((table, column))
    if counter is None or text not in {"", f"{counter}-{{SEQNUM:6}}"}:
        raise refusals.not_supported(
            "A column of the sandbox has the autonumber format it came with, or none."
        )
    with system.transaction():
        system.storage.set_value(_without(table, column), int(not text))


def next_value(system: DataverseSystem, body: Mapping[str, Any]) -> dict[str, Any]:
    """The value that a column gives next."""
    return {"NextAutoNumberValue": system.storage.peek_value(_counter(system, body)) + 1}


def seed(system: DataverseSystem, body: Mapping[str, Any]) -> dict[str, Any]:
    """The value that a column began with, or was last set to."""
    return {
        "AutoNumberSeedValue": max(SEED, system.storage.peek_value(_seed(_counter(system, body))))
    }


def set_seed(system: DataverseSystem, body: Mapping[str, Any]) -> None:
    """Let a column go on at a value."""
    counter, value = _counter(system, body), body.get("Value")
    if not isinstance(value, int) or value < 1:
        raise refusals.invalid("The parameter 'Value' is a whole number above 0.")
    with system.transaction():
        system.storage.set_value(counter, value - 1)
        system.storage.set_value(_seed(counter), value)


def _counter(system: DataverseSystem, body: Mapping[str, Any]) -> str:
    table, column = str(body.get("EntityName", "")), str(body.get("AttributeName", ""))
    if format_of(system, table, column) is None:
        raise SystemRefusal(
            400,
            "0x80060884",
            f"Attribute {column} of entity {table} is not an Auto Number attribute.",
        )
    return AUTONUMBERS[table, column]


def _seed(counter: str) -> str:
    return f"seed:{counter}"


def _without(table: str, column: str) -> str:
    return f"unnumbered:{table}.{column}"
