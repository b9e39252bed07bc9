"""Number sequences, as an administrator of the ERP changes them.

Source: Microsoft docs, number sequences overview (format, smallest, largest, next).
"""

from __future__ import annotations

from connectors.sandbox.finops import numbers, refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.values import Values


def insert(work: Work, values: Values) -> Rows:
    """Nobody adds one here: each company is opened with all that it needs."""
    code = values.of("sequence").get("code", "")
    raise refusals.infolog(
        work.row_type, "rule", f"Number sequence {code} cannot be created: nothing refers to it."
    )


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change format, range, and the number that comes next."""
    row, changes = rows["sequence"], values.of("sequence")
    changed = {**row, **changes}
    if not changed["smallest"] <= changed["next"] <= numbers.largest(changed) + 1:
        raise refusals.infolog(
            work.row_type, "value", f"The next number of {row['code']} is outside of its range."
        )
    coming = changes.pop("next", None)
    if coming is not None:
        work.db.storage.set_value(numbers.counter(row), coming - 1)
    stored = work.db.get("sequence", row["scope"], row["scope_value"], row["datatype"]) or row
    work.db.update("sequence", stored, changes)


def delete(work: Work, rows: Rows) -> None:
    """A sequence that is referred to stays."""
    code = rows["sequence"]["code"]
    text = f"Number sequence {code} cannot be deleted while dependent references exist."
    raise refusals.infolog(work.row_type, "in-use", text, verb="Delete")


HANDLER = Handler(insert, update, delete)
