"""What the store keeps, as values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.event import ChangeEvent
from sync.core.link import Link, LinkState, Problem
from sync.core.provenance import Established, Source
from sync.core.row import Row, RowRef, Side


class KnownRow(msgspec.Struct, frozen=True):
    """A row as the service knows it.

    Attributes:
        row: The newest image and version; of a deleted row, the last ones.
        link_id: The link it belongs to, if any.
        joins: The alias it refers to, for rows that belong to a link by reference.
        deleted: Whether it is gone.
        event_id: The event that last told of it; `None` when only our own write or read did.
    """

    row: Row
    link_id: str | None = None
    joins: str | None = None
    deleted: bool = False
    event_id: str | None = None


class InboxEvent(msgspec.Struct, frozen=True):
    """An event as the inbox keeps it.

    Attributes:
        event: The event.
        link_ids: The links it woke.
        position: Its place in the inbox; given by the store.
        received_at: When the inbox took it.
    """

    event: ChangeEvent
    link_ids: tuple[str, ...] = ()
    position: int = 0
    received_at: str | None = None


class Claim(msgspec.Struct, frozen=True):
    """A link that one worker holds for a while.

    Attributes:
        link: The link.
        position: The newest inbox position that concerned it when it was claimed.
    """

    link: Link
    position: int


class Settlement(msgspec.Struct, frozen=True):
    """How a worker gives a claimed link back.

    Attributes:
        link: Its new state.
        position: The claim's position: events up to it are settled if `settled` is true.
        due_at: When to look again; `None` only when something new happens.
        settled: Whether the events up to the position are done with.
    """

    link: Link
    position: int
    due_at: datetime | None = None
    settled: bool = True


class LinkRow(msgspec.Struct, frozen=True):
    """A link with its schedule, as listings show it."""

    link: Link
    due_at: datetime | None
    latest_position: int
    settled_position: int


class Receipt(msgspec.Struct, frozen=True):
    """The audit of one executed (or refused) plan on one side.

    Attributes:
        link_id: The link.
        plan: The plan's id.
        at: When.
        side: The side written.
        map_digest: The map version that decided.
        changes: Per field: field, old and new value, the reason, the event that caused it.
        request: The change set, as encoded for replay.
        outcome: The outcome, as encoded for replay.
        ok: Whether it happened.
        sources: Member → the row of the other side that the decision looked at.
    """

    link_id: str
    plan: str
    at: str
    side: Side
    map_digest: str
    changes: tuple[dict[str, Any], ...]
    request: dict[str, Any]
    outcome: dict[str, Any]
    ok: bool
    position: int = 0
    sources: dict[str, dict[str, Any]] = {}


class Provenance(msgspec.Struct, frozen=True):
    """What is new about a link that no receipt tells.

    Attributes:
        link_id: The link.
        at: When.
        map_digest: The map version that decided.
        state: Where the link stood then.
        problem: Why it was not settled; `None` from when on nothing was in the way.
        fields: Field → what was agreed on without a write, and why.
        sources: Side → member → the row that the decision looked at; only with `fields`.
    """

    link_id: str
    at: str
    map_digest: str | None
    state: LinkState
    problem: Problem | None = None
    fields: dict[str, Established] = {}
    sources: dict[Side, dict[str, Source]] = {}
    position: int = 0


class FieldRule(msgspec.Struct, frozen=True):
    """How a version of a map treats a field.

    Attributes:
        direction: Which way it flows.
        owner: Who is taken when both sides changed it.
        crm: Its column in the CRM.
        erp: Its column in the ERP.
        group: The group it is merged with, if any.
    """

    direction: str
    owner: str
    crm: str
    erp: str
    group: str | None = None


class MapVersion(msgspec.Struct, frozen=True):
    """A version of a map that this service has run with.

    Attributes:
        digest: Hash of what the map says.
        map_id: The map.
        version: Its version, as its file says.
        since: When the service first had it.
        fields: Field → how it is treated.
        kind: The kind of record.
        text: What the map says, in canonical form, see `TableMap.text`; `None` for one that was
            kept by a service that did not keep it.
        again: When the service came back to it after it had had another version.
    """

    digest: str
    map_id: str
    version: str
    since: str
    fields: dict[str, FieldRule] = {}
    kind: str | None = None
    text: str | None = None
    again: tuple[str, ...] = ()

    @property
    def begins(self) -> tuple[str, ...]:
        """Every time when the service came to it."""
        return (self.since, *self.again)


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


class Balance(msgspec.Struct, frozen=True):
    """What became of everything that was taken in, counted from four sources at one moment.

    The unit is one record of the change log that was acknowledged and was not known before: a
    change event, or one that could not be read.

    Attributes:
        taken: How many were taken in, from the numbers that were drawn for them.
        settled: Those in the inbox that a decision on each of their links covers (also by a
            conflict), and unreadable ones that a person has closed.
        waiting: Those of the backlog with a link that has still to be decided, whatever it waits
            for.
        dead: The others of the backlog, whose links stand as open dead letters, and open dead
            letters that could not be read.
    """

    taken: int
    settled: int
    waiting: int
    dead: int

    @property
    def missing(self) -> int:
        """How many are nowhere (above zero) or in two places at once (below): 0 is right."""
        return self.taken - self.settled - self.waiting - self.dead


class MapRun(msgspec.Struct, frozen=True):
    """Whether a map runs.

    Attributes:
        map_id: The map.
        state: `stopped`, `starting` (reading both sides first), `running`, `paused`.
        master: Who wins on first contact: `crm`, `erp` or `none`.
        since: When it came into that state.
        problem: The code of what keeps it from running although it was started, such as
            `numbers_overlap`; `None` when nothing does.
    """

    map_id: str
    state: str
    master: str = "none"
    since: str | None = None
    problem: str | None = None

    @property
    def runs(self) -> bool:
        """Whether its records are worked on."""
        return self.state == "running" and self.problem is None


class Drawn(msgspec.Struct, frozen=True):
    """How much was drawn from a shared sequence in a while.

    Attributes:
        values: How many of its values, those included that were skipped.
        since: When the first draw of that while was.
    """

    values: int
    since: datetime


class Reservation(msgspec.Struct, frozen=True):
    """A number that is kept for a row whose record has none of its own.

    Attributes:
        ref: The row.
        space: The name of the number space.
        number: The number.
        instead_of: The number that the row has until then, when that one turned out to be taken.
    """

    ref: RowRef
    space: str
    number: str
    instead_of: str | None = None


class Checkpoint(msgspec.Struct, frozen=True):
    """How far a table's change feed has been read.

    Attributes:
        side: The system.
        table: The entity set.
        token: The connector's checkpoint; `None` before the first pass.
        read_at: When it was last read to the end.
        full_at: When the whole table was last read to the end.
    """

    side: Side
    table: str
    token: str | None = None
    read_at: str | None = None
    full_at: str | None = None
