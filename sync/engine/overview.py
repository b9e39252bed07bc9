"""Overview: how everything stands, in numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from sync.core.conflict import ConflictState
from sync.core.kinds import Kinds
from sync.core.mapping import TableMap
from sync.core.row import Side
from sync.engine.held_maps import NUMBERS_OVERLAP
from sync.paging import count_dead_letters
from sync.ports import Balance, Checkpoint, Clock, MapRun, Store


class Problem(msgspec.Struct, frozen=True):
    """What keeps a map from running.

    Attributes:
        code: In a word.
        message: In a sentence.
        cure: What to do about it.
    """

    code: str
    message: str
    cure: str


_PROBLEMS = {
    NUMBERS_OVERLAP: Problem(
        NUMBERS_OVERLAP,
        "Number sequences can give the number of one record of this map to a second one.",
        "`dualwrite numbers check` says which sequences, and at which number. Give one of them "
        "another format or range, or set it past the numbers that records have, or accept it with "
        "`dualwrite numbers accept`.",
    )
}


class MapStanding(msgspec.Struct, frozen=True):
    """How a map stands.

    Attributes:
        id: The map.
        version: Its version.
        digest: The hash of what it says.
        kind: The kind of link.
        stage: The stage, in kinds with stages.
        crm_table: The CRM's entity set.
        erp_tables: The ERP's entity sets.
        state: `stopped`, `starting`, `running` or `paused`; `stopped` also where a problem keeps it
            from running.
        problem: What keeps it from running although it was started; `None` when nothing does.
        master: Who wins on first contact.
        since: When it came into that state.
        lag_seconds: The age of the oldest complete reading among its tables; `None` before the
            first.
        fields: How many fields it maps.
    """

    id: str
    version: str
    digest: str
    kind: str
    stage: str | None
    crm_table: str
    erp_tables: tuple[str, ...]
    state: str
    problem: Problem | None
    master: str
    since: str | None
    lag_seconds: float | None
    fields: int


class Captured(msgspec.Struct, frozen=True):
    """How far a table's changes have been read.

    Attributes:
        side: The system.
        table: The entity set.
        read_at: When it was last read to its end.
        full_at: When the whole table was last read.
        lag_seconds: Seconds since `read_at`.
    """

    side: Side
    table: str
    read_at: str | None
    full_at: str | None
    lag_seconds: float | None


class Overview(msgspec.Struct, frozen=True):
    """How everything stands.

    Attributes:
        maps: Every map, in start order.
        links: Kind → state → how many.
        conflicts: State → how many.
        dead_letters: How many wait for a redrive.
        pending_events: Events that no decision has covered yet.
        oldest_pending_at: When the oldest of them came.
        oldest_pending_seconds: Its age; 0 when there is none.
        balance: What became of everything that was taken in.
        capture: Every table.
    """

    maps: tuple[MapStanding, ...]
    links: dict[str, dict[str, int]]
    conflicts: dict[str, int]
    dead_letters: int
    pending_events: int
    oldest_pending_at: str | None
    oldest_pending_seconds: float
    balance: Balance
    capture: tuple[Captured, ...]


async def overview(store: Store, kinds: Kinds, clock: Clock) -> Overview:
    """Count everything, in one transaction."""
    now = clock.now()
    async with store.transaction() as tx:
        counts = await tx.count_links()
        conflicts = await tx.count_conflicts()
        letters = await count_dead_letters(tx)
        pending, oldest = await tx.backlog()
        balance = await tx.balance()
        checkpoints = {(c.side, c.table): c for c in await tx.checkpoints()}
        runs = await tx.map_runs()
    links: dict[str, dict[str, int]] = {}
    for (kind, state), count in counts.items():
        links.setdefault(kind, {})[state] = count
    places = [(side, table) for side, tables in kinds.tables.items() for table in tables]
    capture = {place: _captured(place, checkpoints.get(place), now) for place in places}
    return Overview(
        maps=tuple(_standing(m, runs.get(m.id), capture) for m in kinds.table_maps),
        links=links,
        conflicts={str(state): conflicts.get(state, 0) for state in ConflictState},
        dead_letters=letters,
        pending_events=pending,
        oldest_pending_at=oldest,
        oldest_pending_seconds=_age(oldest, now) or 0.0,
        balance=balance,
        capture=tuple(capture.values()),
    )


async def map_standings(store: Store, kinds: Kinds, clock: Clock) -> tuple[MapStanding, ...]:
    """How every map stands, in start order."""
    return (await overview(store, kinds, clock)).maps


def _standing(
    table_map: TableMap, run: MapRun | None, capture: dict[tuple[Side, str], Captured]
) -> MapStanding:
    run = run or MapRun(table_map.id, "stopped")
    members = (table_map.crm, *table_map.erp)
    lags = [capture[member.side, member.table].lag_seconds for member in members]
    known = [lag for lag in lags if lag is not None]
    return MapStanding(
        id=table_map.id,
        version=table_map.version,
        digest=table_map.digest,
        kind=table_map.kind,
        stage=table_map.stage,
        crm_table=table_map.crm.table,
        erp_tables=tuple(dict.fromkeys(member.table for member in table_map.erp)),
        state="stopped" if run.problem and run.state in {"running", "starting"} else run.state,
        problem=_PROBLEMS.get(run.problem or ""),
        master=run.master,
        since=run.since,
        lag_seconds=max(known) if len(known) == len(lags) else None,
        fields=len(table_map.fields),
    )


def _captured(place: tuple[Side, str], checkpoint: Checkpoint | None, now: datetime) -> Captured:
    read_at = checkpoint.read_at if checkpoint else None
    full_at = checkpoint.full_at if checkpoint else None
    return Captured(*place, read_at, full_at, _age(read_at, now))


def _age(moment: str | None, now: datetime) -> float | None:
    if moment is None:
        return None
    return max(0.0, (now - datetime.fromisoformat(moment)).total_seconds())


def health_code(health: dict[str, Any]) -> str:
    """In a word: `ready`, or what is missing."""
    if health["ready"]:
        return "ready"
    if not health["running"]:
        return "not_running"
    return "system_not_reached"
