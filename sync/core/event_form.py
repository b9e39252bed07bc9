"""A change event as a person writes it down: the `data` of a record of the change log."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec

from sync.core.event import ChangeEvent, Op, Order, event_id
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
    order: Order | None = None
    image: dict[str, Any] | None = None
    actor: str | None = None


def event_of(form: Mapping[str, Any]) -> ChangeEvent:
    """The event that a form describes; a whole record is taken by its `data`.

    Raises:
        InputUnusable: It describes none; the message names the member.
    """
    data = form["data"] if isinstance(form.get("data"), Mapping) else form
    try:
        said = msgspec.convert(_carried(data), _Form)
    except (msgspec.ValidationError, ValueError) as error:
        raise InputUnusable(f"This is no change event: {error}.", cure=_CURE) from error
    if (said.op is Op.UPSERT) != (said.image is not None):
        raise InputUnusable("An upsert has an image, and a delete has none.", cure=_CURE)
    for column, value in (said.image or {}).items():
        if isinstance(value, Mapping | list):
            raise InputUnusable(f"{column} of the image is not a single value.", cure=_CURE)
    if not (said.table and said.row_id and said.version):
        raise InputUnusable("Table, row_id and version must not be empty.", cure=_CURE)
    ref = RowRef(said.side, said.table, said.row_id)
    identity = event_id(ref, said.op, said.version)
    return ChangeEvent(identity, ref, said.op, said.version, said.order, said.image, said.actor)


def _carried(value: Any) -> Any:
    """A JSON value as it travels: numbers with a fraction as decimals, not as binary floats.

    Raises:
        ValueError: A number is not finite, or a text is none in Unicode.
    """
    if isinstance(value, str):
        value.encode()
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {_carried(name): _carried(item) for name, item in value.items()}
    return [_carried(item) for item in value] if isinstance(value, list) else value
