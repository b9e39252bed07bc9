"""A change event as a person writes it down: the `data` of a record of the change log."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from sync.core.event import ChangeEvent, Op, event_id
from sync.core.row import RowRef, Side
from sync.errors import InputUnusable

_CURE = (
    'Give {"side": "crm"|"erp", "table": …, "row_id": …, "op": "upsert"|"delete", "version": …, '
    '"order": number or null, "image": {column: value}}.'
)


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    side: Side
    table: str
    row_id: str
    version: str
    op: Op = Op.UPSERT
    order: int | None = None
    image: dict[str, Any] | None = None
    actor: str | None = None


def event_of(form: Mapping[str, Any]) -> ChangeEvent:
    """The event that a form describes; a whole record is taken by its `data`.

    Raises:
        InputUnusable: It describes none; the message names the member.
    """
    data = form["data"] if isinstance(form.get("data"), Mapping) else form
    try:
        said = msgspec.convert(_decimal(data), _Form)
    except msgspec.ValidationError as error:
        raise InputUnusable(f"This is no change event: {error}.", cure=_CURE) from error
    if (said.op is Op.UPSERT) != (said.image is not None):
        raise InputUnusable("An upsert has an image, and a delete has none.", cure=_CURE)
    if not (said.table and said.row_id and said.version):
        raise InputUnusable("Table, row_id and version must not be empty.", cure=_CURE)
    ref = RowRef(said.side, said.table, said.row_id)
    identity = event_id(ref, said.op, said.version)
    return ChangeEvent(identity, ref, said.op, said.version, said.order, said.image, said.actor)


def _decimal(value: Any) -> Any:
    """Numbers with a fraction as decimals: JSON readers make binary floats of them."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {name: _decimal(item) for name, item in value.items()}
    return [_decimal(item) for item in value] if isinstance(value, list) else value
