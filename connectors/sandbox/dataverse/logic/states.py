"""States in words, and the notice that a form shows on a record that cannot be edited."""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row, wired


def state_name(table: str, row: Row) -> str:
    """The label of a row's state."""
    options = wired(table).writable["statecode"].options or {}
    return str(options.get(row["statecode"], row["statecode"]))


def read_only(table: str, row: Row) -> str:
    """Microsoft's notice on a record that its state makes read-only."""
    return f"Read-only This record's status: {state_name(table, row)}"


def states_changed(work: Work) -> bool:
    """Whether this write moves the row to another state."""
    return work.before is not None and work.row["statecode"] != work.before["statecode"]
