"""Number sequences: numbers drawn on save when the key is left out.

A drawn number stays drawn when the transaction fails, as with a non-continuous sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Rows, Source
from connectors.sandbox.finops.tables import Row

PER_COMPANY: Final = {
    "BusRelAccount": "PR-######",
    "CustAccount": "CU-######",
    "ContactPersonId": "ECP-######",
    "SalesQuotationId": "SQ-######",
    "SalesId": "SO-######",
    "SalesPickingListId": "SPL-######",
    "SalesPackingSlipId": "SPS-######",
    "SalesInvoiceId": "SI-######",
    "SalesInvoiceVoucher": "SIV-######",
    "InventLotId": "LOT-######",
}
GLOBAL: Final = {
    "DirPartyNumber": "EPA-######",
    "LogisticsLocationId": "ELO-######",
    "LogisticsElectronicAddressId": "EEA-######",
}


def draw(db: Database, datatype: str, company: str = "") -> str:
    """The next number of a sequence, in its format."""
    scope, value = ("DataArea", company) if datatype in PER_COMPANY else ("Global", "")
    reference = db.get("sequence", scope, value, datatype)
    if reference is None:
        raise LookupError(f"no number sequence for {datatype} in company '{company}'")
    if db.storage.peek_value(counter(reference)) >= largest(reference):
        raise refusals.infolog(
            "NumberSequenceTable",
            "rule",
            f"Number sequence {reference['code']} has been exceeded.",
        )
    return formatted(reference["format"], db.storage.next_value(counter(reference)))


def add_sequence(db: Database, scope: str, value: str, datatype: str, pattern: str) -> None:
    """A new sequence and its reference; its code is what its format begins with."""
    db.insert(
        "sequence",
        {
            "scope": scope,
            "scope_value": value,
            "datatype": datatype,
            "code": pattern.split("-", maxsplit=1)[0],
            "format": pattern,
        },
    )


def largest(sequence: Row) -> int:
    """The last value of a sequence: what it says, else what its format holds."""
    return int(sequence.get("largest") or 10 ** sequence["format"].count("#") - 1)


def formatted(pattern: str, number: int) -> str:
    """A number in a format such as `PR-######`."""
    places = pattern.count("#")
    return pattern.replace("#" * places, f"{number:0{places}d}") if places else pattern


def counter(reference: Row) -> str:
    """The storage's counter behind a sequence reference."""
    return f"finops:{reference['scope_value']}:{reference['datatype']}"


def references() -> Source:
    """The references with the number that comes next; drawing one changes the row's version."""

    def locate(db: Database, values: Mapping[str, Any]) -> Rows | None:
        row = db.get("sequence", values["ScopeType"], values["ScopeValue"], values["DataTypeName"])
        return None if row is None else _with_next(db, row)

    return Source({"sequence": "sequence"}, _scan, locate)


def codes() -> Source:
    """The sequences themselves, by code and scope."""

    def locate(db: Database, values: Mapping[str, Any]) -> Rows | None:
        wanted = (
            values["ScopeType"],
            values["ScopeValue"].casefold(),
            values["NumberSequenceCode"],
        )
        rows = db.rows("sequence").values()
        found = (r for r in rows if (r["scope"], r["scope_value"].casefold(), r["code"]) == wanted)
        row = next(found, None)
        return None if row is None else _with_next(db, row)

    return Source({"sequence": "sequence"}, _scan, locate)


def _scan(db: Database) -> Iterator[Rows]:
    return (_with_next(db, row) for row in db.rows("sequence").values())


def _with_next(db: Database, row: Row) -> Rows:
    drawn = db.storage.peek_value(counter(row))
    shown = {
        "next": drawn + 1,
        "smallest": row.get("smallest") or 1,
        "largest": largest(row),
        "recversion": row["recversion"] + drawn,
    }
    return {"sequence": {**row, **shown}}
