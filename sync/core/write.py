"""Writes: what is asked of a system, and what it answered."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sync.core.row import Lookup, Row, RowRef, Scalar
from sync.errors import RemoteError


class WriteOp(StrEnum):
    """What is done to a row."""

    CREATE = "create"
    """Create only: an existing row is an error, never an update."""
    UPDATE = "update"
    """Update only, on condition of the version."""
    DELETE = "delete"
    """Delete, on condition of the version."""
    ACTION = "action"
    """Call the system's own action on the row; its business logic is the guard."""


class Write(msgspec.Struct, frozen=True):
    """One row's write.

    Attributes:
        op: What is done.
        ref: The row. For a create in the CRM its id is the client GUID; in the ERP its id may be
            empty, when the system draws part of the key.
        values: Column → value. A lookup is a `Lookup`, or `None` to clear it.
        if_version: The version it must have; `None` only for creates and actions.
        action: The action's name; `values` is then what it sets.
        parameters: The action's parameters.
    """

    op: WriteOp
    ref: RowRef
    values: dict[str, Scalar | Lookup]
    if_version: str | None = None
    action: str | None = None
    parameters: dict[str, Scalar] = {}


class ChangeSet(msgspec.Struct, frozen=True):
    """Writes to one side that happen together or not at all.

    Attributes:
        id: Names it in journals and errors (`link id`/`plan`); also the echo tag.
        writes: In order.
    """

    id: str
    writes: tuple[Write, ...]


class Written(msgspec.Struct, frozen=True):
    """A change set that happened.

    Attributes:
        rows: For each write, the row as the system holds it now; `None` for a delete.
    """

    rows: tuple[Row | None, ...]


class Refused(msgspec.Struct, frozen=True):
    """A change set that did not happen, or of which we do not know.

    Attributes:
        error: What the system said; its class tells how to recover.
        unknown: Whether the work may have been done all the same (no answer came).
    """

    error: RemoteError
    unknown: bool = False


Outcome = Written | Refused
