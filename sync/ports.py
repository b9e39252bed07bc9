"""What the engine needs from outside: systems, log, store, clock, observer.

Every port is implemented at least twice: the real adapter, and a fake that `sync.testing` ships.
One contract suite per port runs on all of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from sync.core.conflict import Conflict, ConflictState
from sync.core.event import ChangeEvent
from sync.core.family import Relation
from sync.core.link import Link, LinkState
from sync.core.row import Image, Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome


class Clock(Protocol):
    """Time. The only one the engine knows."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


# --- systems ------------------------------------------------------------------------------------


class VersionKind(StrEnum):
    """What can be said of two different versions of a row."""

    ORDERED = "ordered"
    """Which one is newer: images can be trusted behind that guard."""
    EQUALITY = "equality"
    """Only that they differ: the side is read before every decision."""


class ChangePage(msgspec.Struct, frozen=True):
    """One page of a table's change feed.

    Attributes:
        rows: Rows as they are now.
        deleted: Ids of rows that are gone.
        full: Whether this pass enumerates the whole table, so that a row not seen may be gone.
        checkpoint: Where the next pass goes on; set on the last page only.
        last: Whether this is the last page of the pass.
    """

    rows: tuple[Row, ...]
    deleted: tuple[str, ...] = ()
    full: bool = False
    checkpoint: str | None = None
    last: bool = False


class WakeUp(msgspec.Struct, frozen=True):
    """What a webhook told: where to look. Never what is true.

    Attributes:
        table: The entity set that changed; `None` when it could not be told: look everywhere. One
            that no map uses is not looked at.
        row_id: The row, where the notice names it and the system lets one read it directly.
    """

    table: str | None
    row_id: str | None = None


class Connector(Protocol):
    """One system, as the engine sees it."""

    @property
    def side(self) -> Side:
        """Which side this is."""
        ...

    @property
    def versions(self) -> VersionKind:
        """What its versions tell."""
        ...

    async def prepare(self) -> None:
        """Check credentials and contract, and register for notices; safe to repeat.

        Raises:
            NotAuthorised: The system does not let us in.
            ContractBroken: A table or column that a map names does not exist.
        """
        ...

    def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """Read a table's changes since the checkpoint, or all of it without one.

        Raises:
            CheckpointExpired: Start again without a checkpoint.
        """
        ...

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Read rows as they are now; `None` for a row that does not exist. In few requests."""
        ...

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """For each set of column values, the rows that have them. In few requests."""
        ...

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Write change sets, each on its own, many in one request; answers in the same order.

        Never raises for a change set's failure: that is its `Refused`.
        """
        ...

    def wake_up(self, payload: bytes) -> WakeUp:
        """Read a webhook's body.

        Raises:
            InputUnusable: It is not a notice of this system.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


# --- the change log -----------------------------------------------------------------------------


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


# --- the store ----------------------------------------------------------------------------------


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
    """

    id: str
    link_id: str | None
    code: str
    message: str
    cure: str | None
    payload: dict[str, Any]
    at: str
    state: str = "open"


class MapRun(msgspec.Struct, frozen=True):
    """Whether a map runs.

    Attributes:
        map_id: The map.
        state: `stopped`, `starting` (reading both sides first), `running`, `paused`.
        master: Who wins on first contact: `crm`, `erp` or `none`.
        since: When it came into that state.
    """

    map_id: str
    state: str
    master: str = "none"
    since: str | None = None


class NumberSpace(msgspec.Struct, frozen=True):
    """Within what a number belongs to one record.

    Attributes:
        company: The company code, in upper case.
        kinds: The kinds whose records share the numbers, in order of name.
    """

    company: str
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name: `USMF|account+person`."""
        return f"{self.company}|{'+'.join(self.kinds)}"


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


class Transaction(Protocol):
    """One unit of work on the state. Every method is one or two bulk statements.

    Leaving the `async with` block commits; an exception leaves nothing behind.
    """

    # rows
    async def rows(self, refs: Iterable[RowRef]) -> dict[RowRef, KnownRow]:
        """Known rows, deleted ones included."""
        ...

    async def rows_of(self, link_ids: Iterable[str]) -> list[KnownRow]:
        """Every row that belongs to the links."""
        ...

    async def rows_joined(
        self, side: Side, table: str, aliases: Iterable[str]
    ) -> dict[str, list[KnownRow]]:
        """Rows of the table that refer to each alias, deleted ones not included."""
        ...

    async def versions(self, side: Side, table: str) -> dict[str, str]:
        """Row id → version of every row of the table that is not deleted."""
        ...

    async def put_rows(self, rows: Iterable[KnownRow], *, newer_only: bool = False) -> None:
        """Insert or replace rows. `newer_only`: leave a known row whose `order` is not lower."""
        ...

    # inbox
    async def unseen(self, event_ids: Sequence[str]) -> set[str]:
        """Which of the ids the inbox does not have."""
        ...

    async def add_events(self, events: Sequence[InboxEvent]) -> list[int]:
        """Keep events; returns their positions, growing in order."""
        ...

    async def events(
        self, *, after: int = 0, link_id: str | None = None, limit: int = 100
    ) -> list[InboxEvent]:
        """Events in order of position, of one link or of all."""
        ...

    # links
    async def links(self, ids: Iterable[str]) -> dict[str, Link]:
        """Links by id."""
        ...

    async def links_by_alias(self, kind: str, aliases: Iterable[str]) -> dict[str, Link]:
        """Alias → link, for links of that kind."""
        ...

    async def add_links(self, links: Iterable[Link]) -> None:
        """Insert links; one that exists is left alone."""
        ...

    async def touch(self, positions: Mapping[str, int], due_at: datetime) -> None:
        """Note that an event at that position concerns each link, and make it due.

        A link that is claimed stays claimed; it becomes due again when it is given back.
        """
        ...

    async def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease_until: datetime,
        kinds: Sequence[str] | None = None,
    ) -> list[Claim]:
        """Take up to `limit` due links that nobody holds, oldest due first."""
        ...

    async def claim_these(
        self, ids: Iterable[str], now: datetime, *, lease_until: datetime
    ) -> list[Claim]:
        """Take links by id that nobody holds, due or not; they are due until they are given back.

        Whoever dies with them leaves them due, so that somebody looks what became of them.
        """
        ...

    async def held(self, ids: Iterable[str], lease_until: datetime) -> set[str]:
        """Which of the links are still held under that lease; nobody else takes them meanwhile.

        A worker that was too slow finds its links gone, and must not save what it knows of them.
        """
        ...

    async def update_links(self, links: Iterable[Link]) -> None:
        """Save the bodies of claimed links, keeping the claim (intents)."""
        ...

    async def settle(self, settlements: Iterable[Settlement]) -> None:
        """Give claimed links back. One that was touched meanwhile is due at once."""
        ...

    async def wake(self, ids: Iterable[str], due_at: datetime) -> None:
        """Make links due, without an event (redrive, resolution, a map that starts)."""
        ...

    async def wake_kinds(self, kinds: Sequence[str], due_at: datetime, master: str | None) -> int:
        """Make every link of the kinds due; sets `master` on those that have no base yet."""
        ...

    async def release(self, tokens: Iterable[str], due_at: datetime) -> int:
        """Make every link due that waits for one of the tokens; returns how many."""
        ...

    async def awaited(self, tokens: Iterable[str]) -> set[str]:
        """Which of the tokens some link waits for."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next unclaimed link is due."""
        ...

    async def list_links(
        self,
        *,
        kind: str | None = None,
        state: LinkState | None = None,
        search: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[LinkRow]:
        """Links in order of id; `search` matches the start of the key or a natural key part."""
        ...

    async def count_links(self) -> dict[tuple[str, str], int]:
        """(kind, state) → how many."""
        ...

    async def backlog(self) -> tuple[int, str | None]:
        """How many events are not settled, and when the oldest of them was received."""
        ...

    # families
    async def relations(self, link_ids: Iterable[str]) -> set[Relation]:
        """What the links' own lookups say of their families."""
        ...

    async def relate(self, said: Mapping[str, Iterable[Relation]]) -> None:
        """Replace what each link's own lookups say."""
        ...

    async def parents(self, link_ids: Iterable[str]) -> dict[str, list[str]]:
        """Link → the links right above it that exist, in order of id; kin not included."""
        ...

    async def children(
        self,
        link_ids: Iterable[str],
        limit: int,
        *,
        kind: str | None = None,
        after: str | None = None,
    ) -> dict[tuple[str, str], list[str]]:
        """(link, kind) → the first `limit` links right below it that exist; kin not included.

        Parts of a record are listed by rising key, other records from the highest key down.

        Args:
            link_ids: The links above.
            limit: How many of each kind below each link, at most.
            kind: Only of this kind.
            after: Only those that are listed after this link.
        """
        ...

    async def count_children(self, link_ids: Iterable[str]) -> dict[tuple[str, str], int]:
        """(link, kind) → how many links right below it exist; kin not included."""
        ...

    # numbers
    async def reservations(self, refs: Iterable[RowRef]) -> dict[RowRef, Reservation]:
        """What is kept for rows."""
        ...

    async def reserve(self, reservations: Iterable[Reservation]) -> set[RowRef]:
        """Keep numbers for rows, in place of what was kept for them.

        Numbers are compared without case and accents (`sync.core.numbers.comparable`).

        Returns:
            The rows that have their number now; the number of any other is another row's already.
        """
        ...

    async def numbers_taken(self, space: NumberSpace, numbers: Iterable[str]) -> set[str]:
        """Which of the comparable numbers a link of the space has, or are kept for a row."""
        ...

    # conflicts, dead letters, receipts
    async def put_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        """Insert or replace conflicts by id."""
        ...

    async def conflicts(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: ConflictState | None = None,
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[Conflict]:
        """Conflicts in order of id."""
        ...

    async def count_conflicts(self) -> dict[str, int]:
        """State → how many."""
        ...

    async def put_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        """Insert or replace dead letters by id."""
        ...

    async def dead_letters(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: str | None = "open",
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[DeadLetter]:
        """Dead letters in order of id."""
        ...

    async def add_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Append to the audit."""
        ...

    async def receipts(
        self, *, link_id: str | None = None, after: int = 0, limit: int = 100
    ) -> list[Receipt]:
        """Receipts in order of position."""
        ...

    # the service's own state
    async def checkpoints(self) -> list[Checkpoint]:
        """Every table's checkpoint."""
        ...

    async def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Insert or replace."""
        ...

    async def map_runs(self) -> dict[str, MapRun]:
        """Map id → whether it runs."""
        ...

    async def put_map_run(self, run: MapRun) -> None:
        """Insert or replace."""
        ...

    async def draw_number(self, sequence: str) -> int:
        """The next value of one of the service's own sequences, from 1."""
        ...


class Store(Protocol):
    """The service's state."""

    async def start(self) -> None:
        """Connect.

        Raises:
            SchemaNotCurrent: The schema is not the one this version needs.
        """
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


# --- observing ----------------------------------------------------------------------------------


class Observer(Protocol):
    """Hears what happens, per batch. Values of customers never reach it."""

    def noticed(self, name: str, /, **facts: Any) -> None:
        """Something happened: a name in the past tense and facts without personal values."""
        ...


__all__ = [
    "ChangeLog",
    "ChangePage",
    "Checkpoint",
    "Claim",
    "Clock",
    "Connector",
    "DeadLetter",
    "Image",
    "InboxEvent",
    "KnownRow",
    "LinkRow",
    "LogRecord",
    "MapRun",
    "NumberSpace",
    "Observer",
    "Receipt",
    "Reservation",
    "Settlement",
    "Store",
    "Transaction",
    "VersionKind",
    "WakeUp",
]
