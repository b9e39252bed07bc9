"""Provenance: what a decision looked at, and what it established without writing."""

from __future__ import annotations

import msgspec

from sync.core.link import Agreed


class Source(msgspec.Struct, frozen=True):
    """A row as a decision saw it.

    Attributes:
        row: Which row, as text.
        version: The version that was looked at.
        event: The event that last told of the row; its version may be an older one when the row
            was read since, or written by the service.
        actor: Who changed it, as far as the system tells.
        changed_at: When it changed, by the system's clock.
    """

    row: str
    version: str
    event: str | None = None
    actor: str | None = None
    changed_at: str | None = None


class Established(msgspec.Struct, frozen=True):
    """A field that was agreed on without a write of this decision.

    Attributes:
        agreed: What each side has.
        reason: Why that is agreed.
    """

    agreed: Agreed
    reason: str
