"""Dead letters, what persons did about them, and which ones they mean."""

from __future__ import annotations

from typing import Any

import msgspec


class LetterAct(msgspec.Struct, frozen=True):
    """What somebody did about a dead letter.

    Attributes:
        at: When (ISO 8601, UTC).
        by: Who.
        what: `edited`, `redriven` or `discarded`.
        why: The reason given.
    """

    at: str
    by: str
    what: str
    why: str | None = None


class LetterFilter(msgspec.Struct, frozen=True):
    """Which dead letters are meant; what is left out fits any.

    Attributes:
        state: `open`, `redriven` or `discarded`.
        code: The error's code.
        kind: The kind of record of the link.
        since: Only those that died then or later (ISO 8601, UTC).
    """

    state: str | None = "open"
    code: str | None = None
    kind: str | None = None
    since: str | None = None


class DeadLetter(msgspec.Struct, frozen=True):
    """Something that cannot go on by itself; it never expires.

    Attributes:
        id: Its identity: the same failure of the same link or record is one dead letter.
        link_id: The link, or `None` for a log record that could not be decoded.
        code: Stable error code.
        message: What is wrong.
        cure: What to do about it.
        payload: What could not be processed.
        at: When it died.
        state: `open`, `redriven` or `discarded`.
        kind: The kind of record of the link.
        original: The payload before it was edited.
        history: What people did about it, oldest first.
    """

    id: str
    link_id: str | None
    code: str
    message: str
    cure: str | None
    payload: dict[str, Any]
    at: str
    state: str = "open"
    kind: str | None = None
    original: dict[str, Any] | None = None
    history: tuple[LetterAct, ...] = ()
