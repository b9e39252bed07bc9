"""The sales order that confirming a quotation makes, and what an order takes from a quotation."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops.logic.documents.kinds import ORDER, QUOTATION
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import TABLES, Row

_NOT_CARRIED = frozenset(
    {"number", "status", "last_line", "created", "lot", "line", "company", "recid", "recversion"}
)
_HEADER = (TABLES["order"].columns.keys() & TABLES["quotation"].columns.keys()) - _NOT_CARRIED
_LINE = (
    TABLES["order_line"].columns.keys() & TABLES["quotation_line"].columns.keys()
) - _NOT_CARRIED


def header_values(quotation: Row) -> dict[str, Any]:
    """What the header of an order takes from its quotation."""
    return {name: quotation[name] for name in sorted(_HEADER) if name in quotation}


def line_values(line: Row) -> dict[str, Any]:
    """What a line of an order takes from the line of the quotation."""
    return {name: line[name] for name in sorted(_LINE) if name in line}


def order_from(work: Work, quotation: Row) -> Row:
    """Make the order of a confirmed quotation, with its lines."""
    company = quotation["company"]
    order = work.db.insert(
        ORDER.table,
        {
            **header_values(quotation),
            "company": company,
            "number": work.draw(ORDER.sequence, company),
            "quotation": quotation["number"],
            "status": "Backorder",
            "terms_base": work.today(),
            "created": work.now(),
        },
    )
    for line in QUOTATION.lines_of(work.db, quotation):
        work.db.insert(
            ORDER.lines,
            {
                **line_values(line),
                "company": company,
                "number": order["number"],
                "line": line["line"],
                "lot": work.draw("InventLotId", company),
                "status": "Backorder",
                "delivery_mode": order.get("delivery_mode", ""),
                "delivery_terms": order.get("delivery_terms", ""),
            },
        )
    return recalculate(work, ORDER, order)
