"""Change events: what a row looks like now, and nothing about how it came so."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import Annotated

import msgspec

from sync.core.row import Image, Row, RowRef

Order = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""A version that is ordered, as far as a database holds it."""


class Op(StrEnum):
    """What happened to the row."""

    UPSERT = "upsert"
    DELETE = "delete"


class ChangeEvent(msgspec.Struct, frozen=True):
    """A row's state at one version.

    Attributes:
        id: Hash of side, table, row id and version: the same change is the same event however
            often and by whichever way it is captured. Where versions are not ordered a row can come
            back to an earlier one, so the event before it counts too.
        ref: The row.
        op: Whether the row is there or gone.
        version: The row's version; for a delete, the last version known before it.
        order: The ordered version, on sides that have one.
        image: The columns' values; `None` for a delete.
        actor: Who changed it, as far as the system tells.
        occurred_at: When it changed (ISO 8601, UTC); shown to people, never used to decide.
        traceparent: W3C trace context of the capture, if any.
    """

    id: str
    ref: RowRef
    op: Op
    version: str
    order: int | None = None
    image: Image | None = None
    actor: str | None = None
    occurred_at: str | None = None
    traceparent: str | None = None


def event_id(ref: RowRef, op: Op, version: str, after: str | None = None) -> str:
    """The identity of a change: 32 hexadecimal digits.

    Args:
        ref: The row.
        op: Whether it is there or gone.
        version: Its version.
        after: The event that told of it before, where the version alone may come again.
    """
    text = "\x1f".join((ref.side, ref.table, ref.row_id, op, version, *((after,) if after else ())))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def upserted(row: Row, *, after: str | None = None, traceparent: str | None = None) -> ChangeEvent:
    """The event that says: this row is now so.

    Args:
        row: The row.
        after: The event that told of it before, if any.
        traceparent: W3C trace context of the capture.
    """
    return ChangeEvent(
        id=event_id(row.ref, Op.UPSERT, row.version, after if row.order is None else None),
        ref=row.ref,
        op=Op.UPSERT,
        version=row.version,
        order=row.order,
        image=row.image,
        actor=row.actor,
        occurred_at=row.changed_at,
        traceparent=traceparent,
    )


def deleted(
    ref: RowRef,
    last_version: str,
    *,
    after: str | None = None,
    occurred_at: str | None = None,
    order: int | None = None,
) -> ChangeEvent:
    """The event that says: this row, last seen at that version, is gone.

    Args:
        ref: The row.
        last_version: Its last version.
        after: The event that told of it before: it may come back at that version and go again.
        occurred_at: When it was found to be gone.
        order: The last version, on sides that have ordered ones.
    """
    return ChangeEvent(
        id=event_id(ref, Op.DELETE, last_version, after),
        ref=ref,
        op=Op.DELETE,
        version=last_version,
        order=order,
        occurred_at=occurred_at,
    )
