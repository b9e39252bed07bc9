"""Asking: a backfill or a reconciliation is asked of the running service, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.backfill import tables_of
from sync.engine.maps import checked_maps
from sync.engine.times import text
from sync.errors import JobRunning
from sync.ports import Clock, Job, JobKind, JobState, Store

_SEQUENCE = "job"
_DIGITS = 8


async def ask_backfill(
    store: Store, kinds: Kinds, maps: Sequence[str], side: Side | None, clock: Clock
) -> Job:
    """Ask the service to read the tables of maps whole.

    Raises:
        ConfigurationWrong: There is no such map, or none was named.
        JobRunning: Another job is asked for or running.
    """
    wanted = tuple(checked_maps(kinds, maps))
    tables = tables_to_read(kinds, wanted, side)
    asked = Job("", JobKind.BACKFILL, JobState.ASKED, "", wanted, side, tables=len(tables))
    return await _ask(store, clock, asked)


async def ask_reconciliation(store: Store, kinds: Kinds, clock: Clock, *, repair: bool) -> Job:
    """Ask the service to read both systems afresh and compare them.

    Raises:
        JobRunning: Another job is asked for or running.
    """
    tables = sum(len(tables) for tables in kinds.tables.values())
    asked = Job("", JobKind.RECONCILIATION, JobState.ASKED, "", repair=repair, tables=tables)
    return await _ask(store, clock, asked)


async def find_job(store: Store, kind: JobKind, job_id: str) -> Job | None:
    """A job of a kind by id."""
    async with store.transaction() as tx:
        found = await tx.jobs(kind=kind, ids=[job_id], limit=1)
    return found[0] if found else None


def tables_to_read(kinds: Kinds, maps: Iterable[str], side: Side | None) -> list[tuple[Side, str]]:
    """The tables that a backfill of maps reads, those of one side or of both."""
    return [place for place in tables_of(kinds, maps) if side in (None, place[0])]


async def _ask(store: Store, clock: Clock, asked: Job) -> Job:
    async with store.transaction() as tx:
        name = f"{await tx.draw_number(_SEQUENCE):0{_DIGITS}}"
        job = msgspec.structs.replace(asked, id=name, asked_at=text(clock.now()))
        other = await tx.ask_job(job)
    if other is not None:
        raise JobRunning(
            f"A {other.kind} is {other.state} already ({other.id}); they go one at a time.",
            cure=f"Wait until it has ended: see /api/v1/{other.kind}s/{other.id}.",
        )
    return job
