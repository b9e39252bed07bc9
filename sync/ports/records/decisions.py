"""What persons decide about conflicts, and which ones they mean."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.row import Side


class Act(msgspec.Struct, frozen=True):
    """What a person did about conflicts: the audit of decisions.

    Attributes:
        at: When (ISO 8601, UTC).
        by: Who.
        what: `resolve`, `reopen`, `retry`, `undo`, `rule` or `remove_rule`.
        said: What exactly: what was taken and why, or the rule.
        conflict_id: The conflict, if it was about one.
        link_id: The link of that conflict.
        position: Its place in the audit; given by the store.
    """

    at: str
    by: str
    what: str
    said: dict[str, Any]
    conflict_id: str | None = None
    link_id: str | None = None
    position: int = 0


class ConflictFilter(msgspec.Struct, frozen=True):
    """Which conflicts are looked for; what is `None` does not matter.

    Attributes:
        state: Open or resolved.
        kind: The kind of conflict.
        record: The kind of record, e.g. `account`.
        field: The field or field group.
        winner: The side that was taken.
        actor: Who changed the value, on either side, as far as the system told.
        since: Found at that time or later (ISO 8601, UTC).
        side: The side at which it is stuck; one that concerns both alike is found by either.
        link: The id of the link.
        map_id: The map of the record's stage when it was found.
    """

    state: ConflictState | None = None
    kind: ConflictKind | None = None
    record: str | None = None
    field: str | None = None
    winner: Side | None = None
    actor: str | None = None
    since: str | None = None
    side: Side | None = None
    link: str | None = None
    map_id: str | None = None
