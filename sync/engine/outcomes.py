"""Outcomes: what the systems answered, as plain values that a recording keeps and a replay gives.

One item is one row read, one search or one change set: its request, which a replay looks it up by,
and its answer. Versions are no part of a request: they differ from run to run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.core import exact_json
from sync.core.row import Lookup, Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome, Refused, Written
from sync.errors import RemoteError, Throttled

Item = dict[str, Any]
"""`{"request": […], "answer": …}`, ready for JSON."""


def read_item(ref: RowRef, row: Row | None) -> Item:
    """A row that was read."""
    return {"request": ["read", *_ref(ref)], "answer": None if row is None else row_values(row)}


def find_item(side: Side, table: str, columns: Mapping[str, Scalar], rows: Sequence[Row]) -> Item:
    """A search by column values."""
    request = ["find", side, table, dict(columns)]
    return {"request": request, "answer": [row_values(row) for row in rows]}


def write_item(side: Side, changeset: ChangeSet, outcome: Outcome) -> Item:
    """A change set and what became of it."""
    return {"request": write_request(side, changeset), "answer": _outcome(outcome)}


def write_request(side: Side, changeset: ChangeSet) -> list[Any]:
    """What a change set asks for, without versions."""
    writes = [
        [
            write.op if write.action is None else f"{write.op} {write.action}",
            *_ref(write.ref),
            {c: _value(v) for c, v in (write.values | write.parameters).items()},
        ]
        for write in changeset.writes
    ]
    return ["write", side, writes]


def fingerprint(request: Sequence[Any]) -> bytes:
    """What a request is known by."""
    return exact_json.encode(_sorted(request))


def row_values(row: Row) -> Item:
    """A row as plain values."""
    return {
        "ref": _ref(row.ref),
        "version": row.version,
        "order": row.order,
        "image": row.image,
        "actor": row.actor,
        "changed_at": row.changed_at,
    }


def row_of(values: Mapping[str, Any]) -> Row:
    """A row from plain values."""
    side, table, row_id = values["ref"]
    return Row(
        RowRef(Side(side), table, row_id),
        values["version"],
        values["image"],
        values["order"],
        values["actor"],
        values["changed_at"],
    )


def outcome_of(answer: Mapping[str, Any]) -> Outcome:
    """A change set's outcome from plain values."""
    if "rows" in answer:
        return Written(tuple(None if row is None else row_of(row) for row in answer["rows"]))
    known = _errors()
    kind = known.get(answer["code"], RemoteError)
    error: RemoteError
    if issubclass(kind, Throttled):
        error = Throttled(answer["message"], retry_after=float(answer["retry_after"] or 0))
    else:
        error = kind(answer["message"], status=answer["status"], remote_code=answer["remote_code"])
    return Refused(error, answer["unknown"])


def _outcome(outcome: Outcome) -> Item:
    if isinstance(outcome, Written):
        return {"rows": [None if row is None else row_values(row) for row in outcome.rows]}
    error = outcome.error
    return {
        "code": error.code,
        "message": error.message,
        "status": error.status,
        "remote_code": error.remote_code,
        "retry_after": str(error.retry_after) if isinstance(error, Throttled) else None,
        "unknown": outcome.unknown,
    }


def _ref(ref: RowRef) -> list[str]:
    return [ref.side.value, ref.table, ref.row_id]


def _value(value: Scalar | Lookup) -> Any:
    return {"lookup": [value.table, value.row_id]} if isinstance(value, Lookup) else value


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value


def _errors() -> dict[str, type[RemoteError]]:
    """Code → class, for every remote error."""
    found: dict[str, type[RemoteError]] = {RemoteError.code: RemoteError}
    for kind in RemoteError.__subclasses__():
        found[kind.code] = kind
    return found
