"""`?sql=`: the small read-only SELECT that Microsoft's own client sends."""

from __future__ import annotations

import re

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.messages import WebReply, WebRequest, reply_json
from connectors.sandbox.dataverse.web.rendering import View
from connectors.sandbox.kernel.model import Table

_SELECT = re.compile(
    r"\s*select\s+(?:top\s+(?P<top>\d+)\s+)?(?P<columns>[\w\s,.\[\]]+?)\s+from\s+(?P<table>\w+)"
    r"(?:\s+where\s+(?P<where>.+?))?(?:\s+order\s+by\s+(?P<order>[\w\s,]+?))?\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_OPERATORS = {"=": "eq", "<>": "ne", "!=": "ne", "<=": "le", ">=": "ge", "<": "lt", ">": "gt"}
_TOKEN = re.compile(r"'(?:[^']|'')*'|<>|!=|<=|>=|[=<>]|\bis\s+not\s+null\b|\bis\s+null\b", re.I)


def run_sql(system: DataverseSystem, request: WebRequest, table: Table) -> WebReply:
    """Answer a SELECT of plain columns with TOP, WHERE (comparisons, AND, OR, NOT) and ORDER BY."""
    match = _SELECT.fullmatch(request.options["sql"])
    if match is None:
        raise refusals.bad_query("The SQL statement is outside of the supported subset.")
    if match["table"].lower() != table.name:
        raise refusals.bad_query(f"The FROM table does not match '{table.name}'.")
    names = [name.strip().strip("[]").lower() for name in match["columns"].split(",")]
    top = int(match["top"]) if match["top"] else None
    where = _TOKEN.sub(_odata, match["where"]) if match["where"] else None
    order = match["order"].lower() if match["order"] else None
    rows = system.reading.rows(table, where, order, top or 5000, {})
    view = View(system, table, names)
    return reply_json(
        {"@odata.context": view.context(request), "value": [view.show(row) for row in rows]}
    )


def _odata(match: re.Match[str]) -> str:
    token = match[0]
    if token.startswith("'"):
        return token
    if token.lower().startswith("is"):
        return "ne null" if "not" in token.lower() else "eq null"
    return f" {_OPERATORS[token]} "
