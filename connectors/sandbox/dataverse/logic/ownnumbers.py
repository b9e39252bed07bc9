"""The CRM's own numbers of quotes, orders and invoices: prefix, counter, and a suffix by chance.

They are set for the whole organisation and count up with every document that has no other number.
Source: Microsoft docs, change auto-numbering prefixes (prefix, number, suffix length); the
organization table (`quoteprefix`, `currentquotenumber`, `uniquespecifierlength` and their like).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.sandbox.dataverse.logic.work import Work

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "quotenumber": ("quoteprefix", "currentquotenumber"),
    "ordernumber": ("orderprefix", "currentordernumber"),
    "invoicenumber": ("invoiceprefix", "currentinvoicenumber"),
}
"""A document's own number → the organisation's columns for its prefix and the next number."""
_MARKS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def own_number(work: Work, column: str) -> str:
    """The next of the CRM's own numbers, `QUO-01000-X4T9QZ`."""
    prefix, current = COLUMNS[column]
    (organisation,) = work.system.storage.rows("organization").values()
    value = organisation[current]
    work.change("organization", organisation["organizationid"], {current: value + 1})
    length = organisation["uniquespecifierlength"]
    return f"{organisation[prefix]}-{value:05d}-{_by_chance(work, length)}"


def _by_chance(work: Work, length: int) -> str:
    """Letters and digits out of a new GUID."""
    left, marks = int(work.system.new_id().replace("-", ""), 16), ""
    while len(marks) < length:
        left, place = divmod(left, len(_MARKS))
        marks += _MARKS[place]
    return marks
