"""Change events on the wire: CloudEvents 1.0, JSON, structured mode.

```
{"specversion": "1.0", "id": …, "source": "/dualwrite/crm", "type": "dualwrite.row.upserted.v1",
 "subject": "accounts(…)", "time": …, "datacontenttype": "application/json",
 "partitionkey": "crm|accounts|…", "traceparent": …,
 "data": {"side": "crm", "table": "accounts", "row_id": …, "op": "upsert", "version": …,
          "order": …, "image": {column: value}, "actor": …}}
```
`time` and `traceparent` are left out when they are not known; a delete has no image.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from sync.core.event import ChangeEvent, Op, Order
from sync.core.exact_json import exact
from sync.core.row import Image, RowRef, Side
from sync.errors import EventMalformed

CONTENT_TYPE = "application/cloudevents+json"
MAX_BYTES = 1_048_576
"""No record of the log is larger: 1 MiB."""

_SOURCE = "/dualwrite/"
_TYPES = {Op.UPSERT: "dualwrite.row.upserted.v1", Op.DELETE: "dualwrite.row.deleted.v1"}
_CURE = "Publish change events as the operator's guide describes; this one is set aside."


class _Data(msgspec.Struct):
    side: str
    table: str
    row_id: str
    op: str
    version: str
    order: Order | None = None
    image: dict[str, Any] | None = None
    actor: str | None = None


class _CloudEvent(msgspec.Struct, omit_defaults=True):
    specversion: str
    id: str
    source: str
    type: str
    data: _Data
    subject: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    partitionkey: str | None = None
    traceparent: str | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_CloudEvent, float_hook=Decimal)


def record_key(ref: RowRef) -> str:
    """What keeps a row's records in order: side, table and row id."""
    return f"{ref.side}|{ref.table}|{ref.row_id}"


def encode(event: ChangeEvent) -> bytes:
    """The event as it travels.

    Raises:
        EventMalformed: It is larger than a record may be.
    """
    ref = event.ref
    data = _Data(
        side=ref.side,
        table=ref.table,
        row_id=ref.row_id,
        op=event.op,
        version=event.version,
        order=event.order,
        image=None if event.image is None else exact(event.image),
        actor=event.actor,
    )
    encoded = _encoder.encode(
        _CloudEvent(
            specversion="1.0",
            id=event.id,
            source=f"{_SOURCE}{ref.side}",
            type=_TYPES[event.op],
            data=data,
            subject=f"{ref.table}({ref.row_id})",
            time=event.occurred_at,
            datacontenttype="application/json",
            partitionkey=record_key(ref),
            traceparent=event.traceparent,
        )
    )
    _check_size(encoded)
    return encoded


def decode(raw: bytes) -> ChangeEvent:
    """The event that a record holds.

    Raises:
        EventMalformed: It is none; the message names the attribute.
    """
    _check_size(raw)
    try:
        envelope = _decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise _malformed(f"An attribute is missing or has the wrong type: {error}.") from error
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError) as error:
        raise _malformed(f"The record is not JSON: {error}.") from error
    if envelope.specversion != "1.0":
        raise _malformed(f"`specversion` is {envelope.specversion!r}, not '1.0'.")
    data = envelope.data
    side, op = _side(data.side), _op(data.op)
    _agree("source", envelope.source, f"{_SOURCE}{side}")
    _agree("type", envelope.type, _TYPES[op])
    for name, value in (
        ("id", envelope.id),
        ("data.table", data.table),
        ("data.row_id", data.row_id),
        ("data.version", data.version),
    ):
        if not value:
            raise _malformed(f"`{name}` is empty.")
    _check_time(envelope.time)
    return ChangeEvent(
        id=envelope.id,
        ref=RowRef(side, data.table, data.row_id),
        op=op,
        version=data.version,
        order=data.order,
        image=_image(op, data.image),
        actor=data.actor,
        occurred_at=envelope.time,
        traceparent=envelope.traceparent,
    )


def _check_size(encoded: bytes) -> None:
    if len(encoded) > MAX_BYTES:
        raise _malformed(f"It has {len(encoded)} bytes; {MAX_BYTES} are allowed.")


def _side(text: str) -> Side:
    try:
        return Side(text)
    except ValueError:
        raise _malformed(f"`data.side` is {text[:40]!r}; it must be 'crm' or 'erp'.") from None


def _op(text: str) -> Op:
    try:
        return Op(text)
    except ValueError:
        raise _malformed(f"`data.op` is {text[:40]!r}; it must be 'upsert' or 'delete'.") from None


def _agree(name: str, value: str, expected: str) -> None:
    if value != expected:
        raise _malformed(f"`{name}` is {value[:80]!r}; with this data it must be {expected!r}.")


def _check_time(text: str | None) -> None:
    if text is None:
        return
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _malformed(f"`time` is {text[:40]!r}, which is not an RFC 3339 time.") from None
    if moment.tzinfo is None:
        raise _malformed(f"`time` is {text[:40]!r}, which has no offset from UTC.")


def _image(op: Op, image: dict[str, Any] | None) -> Image | None:
    if op is Op.DELETE:
        if image is not None:
            raise _malformed("`data.image` is set, but a deleted row has none.")
        return None
    if image is None:
        raise _malformed("`data.image` is missing; a row that is there has one.")
    for column, value in image.items():
        if isinstance(value, (dict, list)):
            raise _malformed(f"`data.image.{column}` is not a single value.")
    return image


def _malformed(reason: str) -> EventMalformed:
    return EventMalformed(f"The record is not a change event. {reason}", cure=_CURE)
