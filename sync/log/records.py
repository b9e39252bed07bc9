"""Records of the log as every reader gets them."""

from __future__ import annotations

from sync.errors import EventMalformed
from sync.log.codec import decode
from sync.ports import LogRecord


def record(position: str, raw: bytes) -> LogRecord:
    """The record at a position; one that cannot be decoded keeps its bytes and the reason."""
    try:
        return LogRecord(position=position, event=decode(raw))
    except EventMalformed as error:
        return LogRecord(position=position, raw=raw, error=str(error))
