"""From the ERP's JSON to rows: values as they travel, decimals exact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.finops.catalog import Entity
from sync.core.row import Row, RowRef, Scalar, Side
from sync.errors import ContractBroken


def row_of(entity: Entity, body: Mapping[str, Any]) -> Row:
    """The row in a JSON object.

    Enums are their members' names and empty texts stay empty, as they came. Columns that the ERP
    lacks are not in the image.

    Raises:
        ContractBroken: It has no etag or no whole key, so it is not a row.
    """
    etag, row_id = body.get("@odata.etag"), entity.row_id(body)
    if not isinstance(etag, str) or row_id is None:
        raise ContractBroken(
            f"A row of {entity.spec.table!r} came without key or etag.",
            cure="Check the entity's key in the table map, and the ERP's address in the settings.",
        )
    return Row(
        ref=RowRef(Side.ERP, entity.spec.table, row_id),
        version=etag,
        image={
            column: _value(entity, column, body.get(column))
            for column in entity.columns
            if column not in entity.missing
        },
    )


def _value(entity: Entity, column: str, value: Any) -> Scalar:
    if isinstance(value, int) and not isinstance(value, bool) and entity.is_decimal(column):
        return Decimal(value)
    if value is None or isinstance(value, str | int | bool | Decimal):
        return value
    raise ContractBroken(
        f"Column {column!r} of {entity.spec.table!r} holds something that is not a value.",
        cure="Take the column out of the table map.",
    )
