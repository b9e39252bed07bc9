"""Writes of quotation lines."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.documents.kinds import QUOTATION
from connectors.sandbox.finops.logic.documents.lines import change_line, new_line
from connectors.sandbox.finops.logic.documents.ownership import check_editable
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values


def insert(work: Work, values: Values) -> Rows:
    """A new line of a quotation."""
    given = values.of("quotation_line")
    company = work.company_of(values, "quotation_line")
    header = QUOTATION.header_of(work, company, given["number"])
    check_editable(work, header)
    _settle_status(work, header, given)
    line = new_line(work, QUOTATION, header, {**given, "status": header.get("status", "Created")})
    recalculate(work, QUOTATION, header)
    return {"quotation_line": line}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change a line; amounts and totals follow."""
    line, changes = rows["quotation_line"], values.of("quotation_line")
    header = QUOTATION.header_of(work, line["company"], line["number"])
    _settle_status(work, header, changes)
    if changes:
        check_editable(work, header)
        change_line(work, QUOTATION, header, line, changes)
        recalculate(work, QUOTATION, header)


def delete(work: Work, rows: Rows) -> None:
    """Remove a line."""
    line = rows["quotation_line"]
    header = QUOTATION.header_of(work, line["company"], line["number"])
    check_editable(work, header)
    work.db.delete(QUOTATION.lines, line)
    recalculate(work, QUOTATION, header)


def _settle_status(work: Work, header: Row, given: dict[str, Any]) -> None:
    """A line has the status of its quotation; what the integration copies there is passed over."""
    status = given.pop("status", None)
    if status not in (None, "Created", header.get("status", "Created")) and not work.by_integration:
        raise refusals.not_editable(work.row_type, "Status")


HANDLER = Handler(insert, update, delete)
