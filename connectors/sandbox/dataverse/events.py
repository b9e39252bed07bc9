"""What happened to a row: the raw material of webhooks, gathered per transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from connectors.sandbox.kernel.tokens import Caller

Message = Literal["Create", "Update", "Delete"]


@dataclass(frozen=True, slots=True)
class RowEvent:
    """One create, update or delete.

    Args:
        message: what happened.
        table: logical name.
        row_id: the row.
        target: the properties that were written (a delete has none).
        before: the row before, `None` for a create.
        after: the row after, `None` for a delete.
        caller: who asked.
        tag: the request's `tag` option, if any.
        depth: 1 for the request itself, more when the CRM's own logic wrote.
        moment: when, on the system's clock, as the wire shows it.
    """

    message: Message
    table: str
    row_id: str
    target: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    caller: Caller
    tag: str | None
    depth: int
    moment: str
