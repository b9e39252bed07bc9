"""From writes to the ERP's requests, and which rows to read after them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.finops.catalog import Entity, known
from connectors.odata import jsonwire
from connectors.odata.batch import Bundle, Operation
from connectors.odata.keys import address, row_path
from sync.core.row import Lookup
from sync.core.write import ChangeSet, Write, WriteOp
from sync.errors import ContractBroken

CROSS_COMPANY = {"cross-company": "true"}


def bundle_of(root: str, entities: Mapping[str, Entity], changeset: ChangeSet) -> Bundle:
    """A change set's requests: the changeset, and after it the reads of what it wrote.

    An update answers without a body, and the ERP's logic may change more than was sent, so the row
    is read in the same batch. A create answers with the row; it is read again only where a later
    write of the same change set may have changed it.

    Args:
        root: The service root's path.
        entities: The entity sets.
        changeset: What is to be written.
    """
    writes = []
    reads = []
    for write in changeset.writes:
        entity = known(entities, write.ref.table)
        writes.append(_operation(root, entity, write))
        if is_read_after(write, changeset):
            reads.append(read_of(root, entity, write.ref.row_id))
    return Bundle(tuple(writes), tuple(reads))


def is_read_after(write: Write, changeset: ChangeSet) -> bool:
    """Whether the row of a write is read after its changeset."""
    if write.op is WriteOp.CREATE:
        return bool(write.ref.row_id) and len(changeset.writes) > 1
    return write.op is WriteOp.UPDATE


def read_of(root: str, entity: Entity, row_id: str) -> Operation:
    """The read of one row."""
    path = root + row_path(entity.spec.table, entity.address_key(row_id))
    return Operation("GET", address(path, {**CROSS_COMPANY, "$select": entity.select}))


def _operation(root: str, entity: Entity, write: Write) -> Operation:
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
    url, condition = address(path, CROSS_COMPANY), {"If-Match": write.if_version or "*"}
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
    return dict(write.values)
