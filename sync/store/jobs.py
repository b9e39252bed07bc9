"""Jobs and the divergences that they found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import insert, select

from sync.core.divergence import Divergence
from sync.ports import FoundDivergence, Job, JobKind, JobState
from sync.store.schema import divergence, job
from sync.store.statements import Insert, upsert
from sync.store.unit import Unit

_encode = msgspec.json.Encoder().encode
_job = msgspec.json.Decoder(Job).decode
_divergence = msgspec.json.Decoder(Divergence).decode


class Jobs(Unit):
    """The part of a transaction for jobs."""

    async def ask_job(self, job: Job) -> Job | None:
        """Keep a job that is asked for, unless another one is asked for or running."""
        # Whoever asks will add it: nobody else may meanwhile.
        await self._write()
        active = await self.jobs(states=(JobState.ASKED, JobState.RUNNING), limit=1)
        if active:
            return active[0]
        await self.put_job(job)
        return None

    async def put_job(self, job: Job) -> None:
        """Insert or replace."""
        columns = {
            "id": job.id,
            "kind": str(job.kind),
            "state": str(job.state),
            "body": _encode(job).decode(),
        }
        await self._change_each(_put(self._postgres), [columns])

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
        statement = select(job.c.body).order_by(job.c.id.desc()).limit(limit)
        if kind is not None:
            statement = statement.where(job.c.kind == str(kind))
        if ids is not None:
            statement = statement.where(job.c.id.in_(list(ids)))
        if states is not None:
            statement = statement.where(job.c.state.in_([str(state) for state in states]))
        if after is not None:
            statement = statement.where(job.c.id < after)
        return [_job(columns["body"]) for columns in await self._select(statement)]

    async def add_divergences(self, job_id: str, found: Sequence[FoundDivergence]) -> None:
        """Keep what a job found."""
        columns: list[dict[str, Any]] = [
            {
                "job_id": job_id,
                "position": one.position,
                "accepted": one.divergence.accepted is not None,
                "body": _encode(one.divergence).decode(),
            }
            for one in found
        ]
        await self._change_each(insert(divergence), columns)

    async def divergences(
        self, job_id: str, *, accepted: bool | None = None, after: int = 0, limit: int = 100
    ) -> list[FoundDivergence]:
        """What a job found, in order of position."""
        statement = (
            select(divergence.c.position, divergence.c.body)
            .where(divergence.c.job_id == job_id, divergence.c.position > after)
            .order_by(divergence.c.position)
            .limit(limit)
        )
        if accepted is not None:
            statement = statement.where(divergence.c.accepted.is_(accepted))
        return [
            FoundDivergence(columns["position"], _divergence(columns["body"]))
            for columns in await self._select(statement)
        ]


@cache
def _put(postgres: bool) -> Insert:
    return upsert(job, postgres=postgres)
