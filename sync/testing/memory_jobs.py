"""Jobs in the in-memory store."""

from __future__ import annotations

from collections.abc import Sequence

from sync.ports import FoundDivergence, Job, JobKind, JobState
from sync.testing.memory_state import MemoryState, isolated

_ACTIVE = (JobState.ASKED, JobState.RUNNING)


class MemoryJobs:
    """The part of a transaction for jobs."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def ask_job(self, job: Job) -> Job | None:
        """Keep a job that is asked for, unless another one is asked for or running."""
        active = await self.jobs(states=_ACTIVE, limit=1)
        if active:
            return active[0]
        await self.put_job(job)
        return None

    async def put_job(self, job: Job) -> None:
        """Insert or replace."""
        self._state.put(self._state.jobs, job.id, isolated(job))

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
        wanted = [
            job
            for job in sorted(self._state.jobs.values(), key=lambda job: job.id, reverse=True)
            if (kind is None or job.kind == kind)
            and (ids is None or job.id in ids)
            and (states is None or job.state in states)
            and (after is None or job.id < after)
        ]
        return [isolated(job) for job in wanted[:limit]]

    async def add_divergences(self, job_id: str, found: Sequence[FoundDivergence]) -> None:
        """Keep what a job found."""
        for one in found:
            self._state.put(self._state.divergences, (job_id, one.position), isolated(one))

    async def divergences(
        self, job_id: str, *, accepted: bool | None = None, after: int = 0, limit: int = 100
    ) -> list[FoundDivergence]:
        """What a job found, in order of position."""
        wanted = [
            one
            for (of, position), one in sorted(self._state.divergences.items())
            if of == job_id
            and position > after
            and (accepted is None or (one.divergence.accepted is not None) is accepted)
        ]
        return [isolated(one) for one in wanted[:limit]]
