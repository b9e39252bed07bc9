"""The part of the state for jobs: what a person asks the running service to do as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from sync.core.divergence import Divergence
from sync.core.row import Side


class JobKind(StrEnum):
    """What kind of job it is."""

    BACKFILL = "backfill"
    """Tables are read whole, and what was not known is taken in."""
    RECONCILIATION = "reconciliation"
    """Both systems are read afresh and compared."""


class JobState(StrEnum):
    """Where a job stands."""

    ASKED = "asked"
    """It begins, or goes on, when the service comes to it."""
    RUNNING = "running"
    """It is being done."""
    DONE = "done"
    """It is complete."""
    FAILED = "failed"
    """It could not be done; its error says why."""
    INTERRUPTED = "interrupted"
    """The service stopped meanwhile, and what had been read is gone: ask for it again."""


class Job(msgspec.Struct, frozen=True):
    """A job, how far it is, and what came of it.

    Attributes:
        id: Its identity; later ones are greater.
        kind: What kind.
        state: Where it stands.
        asked_at: When it was asked for (ISO 8601, UTC).
        maps: Of a backfill, the maps whose tables are read.
        side: Of a backfill, the only side that is read; `None` for both.
        repair: Of a reconciliation, whether what differs is fed in.
        started_at: When it was begun first.
        ended_at: When it came to an end.
        phase: What it is doing: `reading`, `comparing`, `repairing`.
        tables: How many tables are to be read.
        read: The tables that have been read, as `side table`.
        rows: Side → how many rows a reconciliation read.
        events: How many change events a backfill found.
        links: How many links have been compared.
        fields: How many fields have been compared.
        divergences: How many differences nobody has accepted.
        accepted: How many differences are known and left alone.
        by_why: Why → how many of the differences that nobody has accepted.
        repaired: How many change events were fed in.
        resumed: How often it went on after the service was stopped.
        code: The error's stable code.
        message: What went wrong.
        cure: What to do about it.
    """

    id: str
    kind: JobKind
    state: JobState
    asked_at: str
    maps: tuple[str, ...] = ()
    side: Side | None = None
    repair: bool = False
    started_at: str | None = None
    ended_at: str | None = None
    phase: str | None = None
    tables: int = 0
    read: tuple[str, ...] = ()
    rows: dict[str, int] = {}
    events: int = 0
    links: int = 0
    fields: int = 0
    divergences: int = 0
    accepted: int = 0
    by_why: dict[str, int] = {}
    repaired: int = 0
    resumed: int = 0
    code: str | None = None
    message: str | None = None
    cure: str | None = None


class FoundDivergence(msgspec.Struct, frozen=True):
    """A divergence with its place among those that a job found."""

    position: int
    divergence: Divergence


class Jobs(Protocol):
    """Jobs, and the divergences that they found."""

    async def ask_job(self, job: Job) -> Job | None:
        """Keep a job that is asked for, unless another one is asked for or running.

        Returns:
            That other one; `None` when the job was kept.
        """
        ...

    async def put_job(self, job: Job) -> None:
        """Insert or replace."""
        ...

    async def jobs(
        self,
        *,
        kind: JobKind | None = None,
        ids: Sequence[str] | None = None,
        states: Sequence[JobState] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """Jobs, the newest first; `after`: only those that are older than this one."""
        ...

    async def add_divergences(self, job_id: str, found: Sequence[FoundDivergence]) -> None:
        """Keep what a job found."""
        ...

    async def divergences(
        self, job_id: str, *, accepted: bool | None = None, after: int = 0, limit: int = 100
    ) -> list[FoundDivergence]:
        """What a job found, in order of position.

        Args:
            job_id: The job.
            accepted: Only those that are accepted, or that are not.
            after: Only those behind this position.
            limit: How many at most.
        """
        ...
