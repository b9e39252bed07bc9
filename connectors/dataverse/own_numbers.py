"""The CRM's own numbers of quotes, orders and invoices, which its organisation is set to give.

They count where no column of the document has an autonumber format; the column of dual-write takes
them over. A suffix by chance follows the counter.
Source: Microsoft docs, organization table (`quoteprefix`, `currentquotenumber`, …,
`uniquespecifierlength`: "number of characters appended to invoice, quote, and order numbers");
change auto-numbering prefixes (a counter from 1000 on, shown with five digits).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from connectors.odata.reads import Reads
from sync.core.number_format import MOST
from sync.errors import ContractBroken, Recovery, RemoteError
from sync.ports import ToldSequence, ToldSequences

ORGANISATION = "organizations"
_SUFFIX = "uniquespecifierlength"
_DIGITS = 5


class OwnNumber(NamedTuple):
    """Where a document's own number stands, and where the organisation says how it looks.

    Attributes:
        column: The document's own number.
        taken_over: The column of dual-write that takes it over.
        prefix: The organisation's column for what it begins with.
        current: The organisation's column for the number that comes next.
    """

    column: str
    taken_over: str
    prefix: str
    current: str


OWN_NUMBERS: Mapping[str, OwnNumber] = {
    "quote": OwnNumber("quotenumber", "msdyn_quotenumber", "quoteprefix", "currentquotenumber"),
    "salesorder": OwnNumber(
        "ordernumber", "msdyn_salesordernumber", "orderprefix", "currentordernumber"
    ),
    "invoice": OwnNumber(
        "invoicenumber", "msdyn_invoicenumber", "invoiceprefix", "currentinvoicenumber"
    ),
}
"""Table → its own number."""
COLUMNS = (_SUFFIX, *(c for own in OWN_NUMBERS.values() for c in (own.prefix, own.current)))
"""What has to be read of the organisation."""


def lacks_format(logical: str, formats: Mapping[str, str]) -> bool:
    """Whether a document's numbers are those that the organisation is set to give."""
    own = OWN_NUMBERS.get(logical)
    return own is not None and not (formats.get(own.column) or formats.get(own.taken_over))


async def read_own_sequences(reads: Reads, unformatted: Mapping[str, str]) -> ToldSequences:
    """Read the organisation, for the documents that it numbers; see `own_sequences`.

    Raises:
        RemoteError: The system is not reached; that it shows no organisation is told instead.
    """
    try:
        asked = reads.get(ORGANISATION, {"$select": ",".join(COLUMNS)})
        (answer,) = await reads.answers([asked])
        rows = await reads.items(answer)
    except RemoteError as error:
        if error.recovery is Recovery.RETRY:
            raise
        return ToldSequences((), {_name(logical): error.message for logical in unformatted})
    return own_sequences(unformatted, rows[0] if rows else {})


def own_sequences(unformatted: Mapping[str, str], organisation: Mapping[str, Any]) -> ToldSequences:
    """The sequences that the organisation is set to give.

    Args:
        unformatted: The logical names of the documents that it numbers, and their entity sets.
        organisation: Its row.
    """
    found: list[ToldSequence] = []
    untold: dict[str, str] = {}
    for logical, entity_set in unformatted.items():
        try:
            found.append(_sequence(entity_set, logical, organisation))
        except ContractBroken as error:
            untold[_name(logical)] = error.message
    return ToldSequences(tuple(found), untold)


def _sequence(entity_set: str, logical: str, organisation: Mapping[str, Any]) -> ToldSequence:
    """The sequence of a document's own numbers.

    What it began with is not told, so that every lower number may have been given.

    Args:
        entity_set: The document's entity set.
        logical: Its logical name.
        organisation: The row of the organisation.

    Raises:
        ContractBroken: The organisation does not say how they look.
    """
    own = OWN_NUMBERS[logical]
    prefix, current, suffix = (organisation.get(c) for c in (own.prefix, own.current, _SUFFIX))
    if not (prefix and isinstance(current, int) and isinstance(suffix, int)):
        raise ContractBroken(
            f"The organisation of the CRM does not say how it numbers {entity_set}: {own.prefix} "
            f"is {prefix!r}, {own.current} {current!r}, {_SUFFIX} {suffix!r}.",
            cure="Say the sequence in the settings; docs/numbers.md tells how.",
        )
    return ToldSequence(
        id=_name(logical),
        company="",
        numbers=f"{logical}.{own.column}",
        places=((entity_set, own.column), (entity_set, own.taken_over)),
        format=f"{prefix}-{{SEQNUM:{_DIGITS}}}-{{RANDSTRING:{suffix}}}",
        first=min(1, current),
        last=MOST,
        next=current,
        continuous=False,
    )


def _name(logical: str) -> str:
    return f"{logical}-{OWN_NUMBERS[logical].column}"
