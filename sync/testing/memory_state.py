"""What the in-memory store holds, and how a unit of work on it is undone."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec.structs import force_setattr

from sync.core.conflict import Conflict, ConflictKind, ConflictState
from sync.core.event import Op
from sync.core.family import Relation
from sync.core.leases import Draw, Lease
from sync.core.link import Agreed, Link, LinkState, Problem
from sync.core.provenance import Established, Source
from sync.core.row import Lookup, RowRef, Side
from sync.core.rule import OwnerRule
from sync.ports import (
    Acceptance,
    Act,
    Checkpoint,
    DeadLetter,
    FoundDivergence,
    InboxEvent,
    Job,
    KnownRow,
    MapRun,
    MapVersion,
    NumberReport,
    Provenance,
    Receipt,
    Reservation,
)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

_UNCHANGEABLE = frozenset(
    {
        type(None),
        bool,
        bytes,
        Decimal,
        Established,
        int,
        str,
        Agreed,
        Checkpoint,
        ConflictKind,
        ConflictState,
        LinkState,
        Lookup,
        MapRun,
        Op,
        OwnerRule,
        Problem,
        Reservation,
        RowRef,
        Side,
        Source,
    }
)


def isolated(value: T) -> T:
    """A copy that shares nothing that could be changed in place."""
    return value if type(value) in _UNCHANGEABLE else _copied(value)


def _copied(value: Any) -> Any:
    # Most of a simulation's time would pass here: what cannot change is not even looked into.
    kind = type(value)
    if kind is dict:
        return {
            key: item if type(item) in _UNCHANGEABLE else _copied(item)
            for key, item in value.items()
        }
    if kind is tuple:
        return tuple(isolated(item) for item in value) if value else value
    if kind is list:
        return [isolated(item) for item in value]
    if isinstance(value, msgspec.Struct):
        clone = copy(value)
        for name in value.__struct_fields__:
            item = getattr(value, name)
            if type(item) not in _UNCHANGEABLE and item != ():
                force_setattr(clone, name, _copied(item))
        return clone
    return value


class Schedule(msgspec.Struct, frozen=True):
    """When a link is looked at: microseconds since 1970, and inbox positions."""

    due_at: int | None = None
    lease_until: int | None = None
    latest: int = 0
    settled: int = 0
    oldest: int = 0
    stirred: bool = False


class MemoryState:
    """Committed state plus the journal of the open unit of work.

    Every change goes through `put`, `drop`, `add` or `remove`, which note how to undo it.
    """

    def __init__(self) -> None:
        self.rows: dict[RowRef, KnownRow] = {}
        self.rows_by_link: dict[str, set[RowRef]] = {}
        self.rows_by_join: dict[tuple[Side, str, str], set[RowRef]] = {}
        self.rows_by_table: dict[tuple[Side, str], set[RowRef]] = {}
        self.inbox: dict[int, InboxEvent] = {}
        self.event_positions: dict[str, int] = {}
        self.link_events: dict[str, set[int]] = {}
        self.pending: dict[str, set[int]] = {}
        self.pending_links: dict[int, set[str]] = {}
        self.links: dict[str, Link] = {}
        self.schedules: dict[str, Schedule] = {}
        self.due: dict[str, None] = {}
        self.aliases: dict[tuple[str, str], set[str]] = {}
        self.waiting: dict[str, set[str]] = {}
        self.waits: dict[str, set[str]] = {}
        self.relations: dict[str, set[Relation]] = {}
        self.below: dict[str, set[Relation]] = {}
        self.above: dict[str, set[Relation]] = {}
        self.conflicts: dict[str, Conflict] = {}
        self.acts: dict[int, Act] = {}
        self.rules: dict[tuple[str, str], OwnerRule] = {}
        self.dead_letters: dict[str, DeadLetter] = {}
        self.receipts: dict[int, Receipt] = {}
        self.provenance: dict[int, Provenance] = {}
        self.provenance_of: dict[str, set[int]] = {}
        self.map_versions: dict[str, MapVersion] = {}
        self.jobs: dict[str, Job] = {}
        self.duties: dict[str, tuple[int, datetime]] = {}
        self.divergences: dict[tuple[str, int], FoundDivergence] = {}
        self.checkpoints: dict[tuple[Side, str], Checkpoint] = {}
        self.map_runs: dict[str, MapRun] = {}
        self.sequences: dict[str, int] = {}
        self.number_reports: dict[str, NumberReport] = {}
        self.acceptances: dict[tuple[str, str], Acceptance] = {}
        self.numbers: dict[tuple[str, str, str], set[str]] = {}
        self.reservations: dict[RowRef, Reservation] = {}
        self.reserved: dict[tuple[str, str], RowRef] = {}
        self.leases: dict[tuple[str, int], Lease] = {}
        self.draws: dict[tuple[str, str], Draw] = {}
        self.drawn: dict[tuple[str, str], tuple[str, str]] = {}
        self._journal: list[Callable[[], object]] = []

    def put(self, table: dict[K, T], key: K, value: T) -> None:
        """Insert or replace."""
        if key in table:
            before = table[key]
            self._journal.append(lambda: table.__setitem__(key, before))
        else:
            self._journal.append(lambda: table.pop(key))
        table[key] = value

    def drop(self, table: dict[K, T], key: K) -> None:
        """Delete, if it is there."""
        if key in table:
            before = table.pop(key)
            self._journal.append(lambda: table.__setitem__(key, before))

    def add(self, index: dict[K, set[T]], key: K, member: T) -> None:
        """Let the index have the member under the key."""
        members = index.setdefault(key, set())
        if member not in members:
            members.add(member)
            self._journal.append(lambda: _forget(index, key, member))

    def remove(self, index: dict[K, set[T]], key: K, member: T) -> None:
        """Let the index no longer have the member under the key."""
        if member in index.get(key, ()):
            _forget(index, key, member)
            self._journal.append(lambda: index.setdefault(key, set()).add(member))

    def commit(self) -> None:
        """Keep what was done."""
        self._journal.clear()

    def roll_back(self) -> None:
        """Undo everything since the last commit, newest first."""
        while self._journal:
            self._journal.pop()()


def _forget(index: dict[K, set[T]], key: K, member: T) -> None:
    members = index[key]
    members.discard(member)
    if not members:
        del index[key]
