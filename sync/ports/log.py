"""The change log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from sync.core.event import ChangeEvent


class LogRecord(msgspec.Struct, frozen=True):
    """A record of the change log.

    Attributes:
        event: The change event, or `None` when the record could not be decoded.
        position: Where it stands, for `commit`; opaque outside the log (`partition:offset`).
        raw: Its bytes, kept for a record that could not be decoded.
        error: Why it could not be decoded.
    """

    position: str
    event: ChangeEvent | None = None
    raw: bytes = b""
    error: str | None = None


class ChangeLog(Protocol):
    """The durable, ordered log of change events; at least once, in order per row."""

    async def start(self) -> None:
        """Connect, create what is missing, and take up consumption where it was committed."""
        ...

    async def publish(self, events: Sequence[ChangeEvent]) -> None:
        """Append events; they are durable when this returns."""
        ...

    async def poll(self, limit: int, wait: float) -> list[LogRecord]:
        """Up to `limit` further records; waits up to `wait` seconds for the first."""
        ...

    async def commit(self) -> None:
        """Acknowledge everything polled so far. Called only once the inbox has it."""
        ...

    async def note(self, topic: str, key: str, value: bytes) -> None:
        """Append to a side topic (`outcomes`, `deadletters`), for other readers."""
        ...

    def history(self, topic: str) -> AsyncIterator[bytes]:
        """Every note of a side topic so far, from the first; in order per key."""
        ...

    async def close(self) -> None:
        """Stop, giving back what was not committed."""
        ...
