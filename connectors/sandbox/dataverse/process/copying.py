"""Copies of documents: a new header with what both tables have, and the lines in their places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sandbox.dataverse.logic.documents import Document
from connectors.sandbox.dataverse.process.act import Act
from connectors.sandbox.dataverse.wiring import Row, wired

_OWN: Final = frozenset(
    {
        "@odata.etag",
        "versionnumber",
        "createdon",
        "modifiedon",
        "overriddencreatedon",
        "importsequencenumber",
        "_createdby_value",
        "_modifiedby_value",
        "_createdonbehalfby_value",
        "_modifiedonbehalfby_value",
        "statecode",
        "statuscode",
        "pricingerrorcode",
    }
)
"""What a row never takes over from another."""


def copied(row: Row, source: str, target: str) -> dict[str, Any]:
    """The values of a row that a row of another table, or a second one of its own, takes over."""
    known, own = wired(target), wired(source).table.id_column
    return {
        name: value
        for name, value in row.items()
        if value is not None and name in known.properties and name not in _OWN and name != own
    }


def copy_document(
    act: Act, row: Row, source: Document, target: Document, values: Mapping[str, Any]
) -> Row:
    """Make a document out of another, lines and all.

    Args:
        act: the action.
        row: the header that is copied.
        source: its kind.
        target: the new one's kind.
        values: what the new header has of its own.
    """
    own = {name: None for name in (source.number, source.own_number) if name is not None}
    given = {**copied(row, source.table, target.table), **own, **values}
    header = act.insert(
        target.table, {name: value for name, value in given.items() if value is not None}
    )
    for line in lines_of(act, row, source):
        act.insert(target.lines, _line(line, source, target, header))
    return act.row(target.table, header[target.lookup])


def lines_of(act: Act, row: Row, kind: Document) -> list[Row]:
    """The lines of a document, in their order."""
    found = act.where(kind.lines, **{kind.parent: row[kind.lookup]})
    return sorted(found, key=lambda line: line["sequencenumber"] or 0)


def _line(line: Row, source: Document, target: Document, header: Row) -> dict[str, Any]:
    values = copied(line, source.lines, target.lines)
    for name in (source.parent, "msdyn_salesquotationstatus"):
        values.pop(name, None)
    values[target.parent] = header[target.lookup]
    back = f"_{wired(source.lines).table.id_column}_value"
    if back in wired(target.lines).properties:
        values[back] = line[wired(source.lines).table.id_column]
    return values
