"""From the CRM's JSON to rows: lookups under their own name, exact decimals, lower-case GUIDs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.dataverse.catalog import DECIMAL_TYPES, GUID_TYPES, Table
from sync.core.row import Row, RowRef, Scalar, Side
from sync.errors import ContractBroken

_ETAG = re.compile(r'^(?:W/)?"(\d+)"$')


def row_of(table: Table, body: Mapping[str, Any]) -> Row:
    """The row in a JSON object; columns that the CRM lacks are not in its image.

    Raises:
        ContractBroken: It has no etag or no id, so it is not a row.
    """
    etag, key = body.get("@odata.etag"), body.get(table.spec.keys[0])
    if not isinstance(etag, str) or not isinstance(key, str):
        raise ContractBroken(
            f"A row of {table.spec.table!r} came without id or etag.",
            cure="Check that the address in the settings is the CRM's own.",
        )
    actor, changed_at = body.get("_modifiedby_value"), body.get("modifiedon")
    return Row(
        ref=RowRef(Side.CRM, table.spec.table, key.lower()),
        version=etag,
        image={
            column: _value(table, column, body)
            for column in table.columns
            if column not in table.missing
        },
        order=_order(etag, body),
        actor=actor.lower() if isinstance(actor, str) else None,
        changed_at=changed_at if isinstance(changed_at, str) else None,
    )


def _value(table: Table, column: str, body: Mapping[str, Any]) -> Scalar:
    value = body.get(table.wire_names[column])
    kind = table.types.get(column)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return Decimal(value) if kind in DECIMAL_TYPES else value
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        raise ContractBroken(
            f"Column {column!r} of table {table.spec.table!r} holds something that is not a value.",
            cure="Take the column out of the table map.",
        )
    return value.lower() if kind in GUID_TYPES or table.is_lookup(column) else value


def _order(etag: str, body: Mapping[str, Any]) -> int | None:
    found = _ETAG.match(etag)
    if found:
        return int(found.group(1))
    number = body.get("versionnumber")
    return number if isinstance(number, int) else None
