"""Keeps the amounts of a document and its lines true after every change."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from connectors.sandbox.finops.logic.documents.kinds import DocumentKind
from connectors.sandbox.finops.logic.documents.money import ZERO, line_tax, net_amount, totals
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row


def recalculate(work: Work, kind: DocumentKind, header: Row) -> Row:
    """Settle the amount and tax of every line, and the totals of the document.

    Args:
        work: the write in progress.
        kind: what the document is.
        header: the document; an older image of it will do.

    Returns:
        the document as it now is.
    """
    current = work.db.get(kind.table, header["company"], header["number"]) or header
    rate = tax_rate(work, current)
    lines = []
    for line in kind.lines_of(work.db, current):
        priced = {**line, "amount": net_amount(line)}
        amounts = {"amount": priced["amount"], "tax": line_tax(priced, current, rate)}
        lines.append(work.db.update(kind.lines, line, amounts))
    counted = [line for line in lines if line.get("status") != "Canceled"]
    last = max((line["line"] for line in lines), default=0)
    changes = {
        **asdict(totals(current, counted)),
        "last_line": max(last, current.get("last_line", 0)),
    }
    return work.db.update(kind.table, current, changes)


def tax_rate(work: Work, header: Row) -> Decimal:
    """The percentage of the document's sales tax group; 0 without a group or rate."""
    group = header.get("tax_group", "")
    row = work.db.get("tax_group", header["company"], group) if group else None
    return ZERO if row is None else Decimal(row.get("rate", ZERO))
