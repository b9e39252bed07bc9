"""From writes to the CRM's requests: create-only creates, conditional updates and deletes."""

from __future__ import annotations

import re
from typing import Any

from connectors.dataverse.actions import action_of
from connectors.dataverse.catalog import Table
from connectors.odata import jsonwire
from connectors.odata.batch import Operation
from connectors.odata.keys import address, row_path
from sync.core.row import Lookup
from sync.core.write import ChangeSet, Write, WriteOp
from sync.errors import ContractBroken, Rejected, RemoteError, RowMissing

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def operation(root: str, table: Table, write: Write, version: str, tag: str) -> Operation:
    """The request of one write.

    A create is a POST with the row's id, so that its repetition meets the row instead of making
    another. An update without a version still says "update only": a bare PATCH would create.

    Args:
        root: The service root's path.
        table: The table.
        write: What is to be done.
        version: The version that an update or delete demands, `*` for any.
        tag: Appears in the notices that this write raises.

    Raises:
        ContractBroken: A lookup cannot point where it should, or a value has no column.
    """
    spec = table.spec
    if write.op is WriteOp.ACTION:
        return action_of(root, write, tag)
    if write.op is WriteOp.CREATE:
        body = _body(table, write)
        if write.ref.row_id:
            body[spec.keys[0]] = write.ref.row_id
        return Operation(
            "POST",
            address(root + spec.table, {"$select": table.select, "tag": tag}),
            {"Prefer": "return=representation"},
            jsonwire.encode(body),
        )
    path = root + row_path(spec.table, write.ref.row_id)
    condition = {"If-Match": version}
    if write.op is WriteOp.DELETE:
        return Operation("DELETE", address(path, {"tag": tag}), condition)
    body = _body(table, write)
    body.pop(spec.keys[0], None)
    return Operation(
        "PATCH",
        address(path, {"$select": table.select, "tag": tag}),
        {**condition, "Prefer": "return=representation"},
        jsonwire.encode(body),
    )


def _body(table: Table, write: Write) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for column, value in write.values.items():
        if column in table.missing:
            if value not in (None, ""):
                raise table.lacks(column)
        elif isinstance(value, Lookup):
            body[f"{table.binding(column, value.table)}@odata.bind"] = (
                f"/{value.table}({value.row_id})"
            )
        elif table.is_lookup(column):
            if value is not None:
                raise ContractBroken(
                    f"Column {column!r} of table {table.spec.table!r} points to a row, but was "
                    "given a plain value.",
                    cure="Give the column a lookup's targets in the table map.",
                )
            if write.op is not WriteOp.CREATE:
                body[f"{table.binding(column, None)}@odata.bind"] = None
        else:
            body[column] = value
    return body


def about_another_row(error: RemoteError, changeset: ChangeSet) -> RemoteError:
    """Tell a missing row from a missing target of one of its lookups.

    Both answers have the same code and differ only in the id that the message names.
    """
    if not isinstance(error, RowMissing):
        return error
    named = {found.lower() for found in _GUID.findall(error.message)}
    ours = {
        write.ref.row_id.lower() for write in changeset.writes if write.op is not WriteOp.CREATE
    }
    if not named or named & ours:
        return error
    return Rejected(
        f"The record points to a row that is not there: {error.message}",
        status=error.status,
        remote_code=error.remote_code,
        cure="Restore the row, or correct the value that names it.",
    )
