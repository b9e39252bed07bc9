"""From writes and reads of rows to the ERP's requests."""

from __future__ import annotations

from typing import Any

from connectors.finops.catalog import Entity
from connectors.odata import jsonwire
from connectors.odata.batch import Operation
from connectors.odata.keys import address, row_path
from sync.core.row import Lookup
from sync.core.write import Write, WriteOp
from sync.errors import ContractBroken

CROSS_COMPANY = {"cross-company": "true"}


def read_of(root: str, entity: Entity, row_id: str) -> Operation:
    """The read of one row."""
    path = root + row_path(entity.spec.table, entity.address_key(row_id))
    return Operation("GET", address(path, {**CROSS_COMPANY, "$select": entity.select}))


def operation(root: str, entity: Entity, write: Write, version: str) -> Operation:
    """The request of one write.

    Args:
        root: The service root's path.
        entity: The entity set.
        write: What is to be done.
        version: The version that an update or delete demands, `*` for any.

    Raises:
        ContractBroken: A value has no column in the ERP, or is a row to point to.
    """
    if write.op is WriteOp.ACTION:
        raise ContractBroken(
            f"The ERP has no action {write.action!r} here; its documents move by an update.",
            cure="Write the status in the map's `update`.",
        )
    body = _body(entity, write)
    if write.op is WriteOp.CREATE:
        if write.ref.row_id:
            body = {**entity.key(write.ref.row_id), **body}
        return Operation(
            "POST",
            address(root + entity.spec.table, CROSS_COMPANY),
            {"Prefer": "return=representation"},
            jsonwire.encode(body),
        )
    path = root + row_path(entity.spec.table, entity.address_key(write.ref.row_id))
    url, condition = address(path, CROSS_COMPANY), {"If-Match": version}
    if write.op is WriteOp.DELETE:
        return Operation("DELETE", url, condition)
    changed = {name: value for name, value in body.items() if name not in entity.spec.keys}
    return Operation("PATCH", url, condition, jsonwire.encode(changed))


def _body(entity: Entity, write: Write) -> dict[str, Any]:
    for column, value in write.values.items():
        if isinstance(value, Lookup):
            raise ContractBroken(
                f"Column {column!r} of {entity.spec.table!r} was given a row to point to; the ERP "
                "has no such columns.",
                cure="Map the other record's code instead.",
            )
        if column in entity.missing and value not in (None, ""):
            raise entity.lacks(column)
    return {name: value for name, value in write.values.items() if name not in entity.missing}
