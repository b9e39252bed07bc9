"""Journals: what was posted of a document, with the amount at that moment."""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

_SEQUENCES: Final = {"picking_list": "SalesPickingListId", "packing_slip": "SalesPackingSlipId"}


def post(work: Work, table: str, header: Row, **columns: Any) -> Row:
    """Write one journal of a document.

    Journals have the document's number with a count, or a number of a sequence of their own.
    """
    company, number = header["company"], header["number"]
    if table in _SEQUENCES:
        journal = work.draw(_SEQUENCES[table], company)
    else:
        known = [row for row in work.db.find(table, "number", number) if row["company"] == company]
        journal = f"{number}-{len(known) + 1}"
    return work.db.insert(
        table,
        {
            "company": company,
            "journal": journal,
            "number": number,
            "date": work.today(),
            "customer": header.get("customer", ""),
            "prospect": header.get("prospect", ""),
            "currency": header.get("currency", ""),
            "amount": header.get("total", 0),
            **columns,
        },
    )
