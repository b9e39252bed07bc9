"""Jobs: what a person asks the running service to do as a whole, one at a time.

Of several services on one database one does it. A job is kept from when it is asked for, with how
far it is. When that service was stopped, the next one goes on with a backfill where it was; a
reconciliation has lost what it had read and says so. While a system is away a backfill waits, and
says for what; a reconciliation fails and names the system, for what it had read of the other one
would be old by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from sync.core.breaker import is_outage
from sync.core.divergence import Divergence
from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.asking import tables_to_read
from sync.engine.backfill import Backfill
from sync.engine.duties import JOBS, Duties, Duty
from sync.engine.reconcile import Reconcile, Report, differing
from sync.engine.times import text
from sync.engine.whereabouts import place_of
from sync.errors import DualWriteError, JobRunning, Recovery, RemoteError
from sync.ports import (
    ChangeLog,
    Clock,
    Connector,
    FoundDivergence,
    Job,
    JobKind,
    JobState,
    Observer,
    Store,
)

_ACTIVE = (JobState.ASKED, JobState.RUNNING)
_GONE = (
    "The service or its database stopped while it compared: what it had read of both is gone.",
    "Ask for another one.",
)
_WHEN_BACK = "Ask for it again once that system answers."
_REPORT = "Report this place to the developers."


class Jobs:
    """Does the jobs that are asked for.

    Args:
        kinds: All kinds.
        store: The state.
        backfill: Reads tables whole.
        log: Where a repair feeds events in.
        connectors: Both systems.
        clock: Time.
        observer: Hears what happens.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        backfill: Backfill,
        log: ChangeLog,
        connectors: Mapping[Side, Connector],
        clock: Clock,
        observer: Observer,
    ) -> None:
        self._kinds, self._store, self._backfill = kinds, store, backfill
        self._clock, self._observer = clock, observer
        self._reconcile = Reconcile(kinds, store, log, connectors, clock, observer)
        self._duties = Duties(store, clock)
        self._mine = set[str]()

    async def once(self, stopping: Callable[[], bool] = bool) -> bool:
        """Do the job that is asked for; returns whether there was one to do here.

        Args:
            stopping: Whether the service is about to end; the job is then left as it is.

        Raises:
            DualWriteError: A backfill could not go on for now; the next call takes it up again.
        """
        async with self._store.transaction() as tx:
            if not await tx.jobs(states=_ACTIVE, limit=1):
                return False
        try:
            return await self._duties.alone(JOBS, lambda duty: self._do(duty, stopping))
        except JobRunning:
            return False  # another service is at it

    async def _do(self, duty: Duty, stopping: Callable[[], bool]) -> bool:
        job = await self._begun()
        if job is None:
            return True
        self._observer.noticed("job_begun", kind=job.kind.value)
        try:
            if job.kind is JobKind.BACKFILL:
                done = await self._fill(job, duty, stopping)
            else:
                done = await self._compare(job, duty, stopping)
        except _Stopping:
            return True
        except JobRunning:
            raise
        except DualWriteError as error:
            if job.kind is JobKind.BACKFILL and _passes(error):
                await self._note(job.id, duty, error)
                raise
            cure = error.cure or (_WHEN_BACK if _passes(error) else None)
            await self._end(job.id, duty, error.code, error.message, cure)
            return True
        except Exception as error:
            # One job that breaks a rule of the code must not end the service, again and again.
            name = f"{type(error).__name__} at {place_of(error)}"
            message = f"The service failed on it ({name})."
            await self._end(job.id, duty, "defect", message, _REPORT)
            return True
        self._observer.noticed("job_ended", kind=done.kind.value, outcome=done.state.value)
        return True

    async def _begun(self) -> Job | None:
        """The job to do now; one that somebody left goes on, or cannot."""
        now = text(self._clock.now())
        async with self._store.transaction() as tx:
            active = await tx.jobs(states=_ACTIVE, limit=1)
            if not active:
                return None
            job = active[0]
            if job.state is JobState.RUNNING and job.kind is JobKind.RECONCILIATION:
                await tx.put_job(_interrupted(job, now))
                return None
            left = job.state is JobState.RUNNING and job.id not in self._mine
            job = msgspec.structs.replace(
                job,
                state=JobState.RUNNING,
                started_at=job.started_at or now,
                resumed=job.resumed + left,
            )
            await tx.put_job(job)
        self._mine.add(job.id)
        return job

    async def _fill(self, job: Job, duty: Duty, stopping: Callable[[], bool]) -> Job:
        for side, table in tables_to_read(self._kinds, job.maps, job.side):
            place = f"{side} {table}"
            if place in job.read:
                continue
            _check(stopping)
            count = await self._backfill.read(side, table)
            job = msgspec.structs.replace(
                job,
                phase="reading",
                read=(*job.read, place),
                events=job.events + count,
                code=None,
                message=None,
                cure=None,
            )
            await self._save(job, duty)
        return await self._save(_ended(job, JobState.DONE, text(self._clock.now())), duty)

    async def _compare(self, job: Job, duty: Duty, stopping: Callable[[], bool]) -> Job:
        kept = 0

        async def told(report: Report) -> None:
            nonlocal kept, job
            _check(stopping)
            found = report.divergences[kept:]
            kept = len(report.divergences)
            job = _standing(job, report)
            await self._save(job, duty, _placed(kept - len(found), found))

        report = await self._reconcile.run(repair=job.repair, told=told)
        rest = report.divergences[kept:]
        ended = _ended(_standing(job, report), JobState.DONE, text(self._clock.now()))
        return await self._save(ended, duty, _placed(kept, rest))

    async def _save(self, job: Job, duty: Duty, found: Sequence[FoundDivergence] = ()) -> Job:
        async with self._store.transaction() as tx:
            await duty.check(tx, self._clock)
            await tx.put_job(job)
            await tx.add_divergences(job.id, found)
        return job

    async def _note(self, job_id: str, duty: Duty, error: DualWriteError) -> None:
        """Say what keeps a job from going on for now."""
        said = {"code": error.code, "message": error.message, "cure": error.cure}
        async with self._store.transaction() as tx:
            await duty.check(tx, self._clock)
            for job in await tx.jobs(ids=[job_id], limit=1):
                await tx.put_job(msgspec.structs.replace(job, **said))

    async def _end(
        self, job_id: str, duty: Duty, code: str, message: str, cure: str | None
    ) -> None:
        now = text(self._clock.now())
        async with self._store.transaction() as tx:
            await duty.check(tx, self._clock)
            for job in await tx.jobs(ids=[job_id], limit=1):
                await tx.put_job(_ended(job, JobState.FAILED, now, code, message, cure))
        self._observer.noticed("job_failed", code=code)


def _passes(error: DualWriteError) -> bool:
    """Whether what was read so far is worth waiting: the system is away, or asks for a pause."""
    away = isinstance(error, RemoteError) and is_outage(error)
    return away or error.recovery is Recovery.RETRY


class _Stopping(Exception):
    """The service is about to end."""


def _check(stopping: Callable[[], bool]) -> None:
    if stopping():
        raise _Stopping


def _standing(job: Job, report: Report) -> Job:
    """A reconciliation, as far as it is."""
    return msgspec.structs.replace(
        job,
        phase=report.phase,
        read=report.tables,
        rows=dict(report.rows),
        links=report.links,
        fields=report.fields,
        divergences=len(report.open),
        accepted=len(report.divergences) - len(report.open),
        by_why=differing(report.open),
        repaired=report.repaired,
    )


def _placed(before: int, found: Sequence[Divergence]) -> list[FoundDivergence]:
    return [FoundDivergence(before + n, one) for n, one in enumerate(found, 1)]


def _interrupted(job: Job, now: str) -> Job:
    return _ended(job, JobState.INTERRUPTED, now, "interrupted", *_GONE)


def _ended(
    job: Job,
    state: JobState,
    now: str,
    code: str | None = None,
    message: str | None = None,
    cure: str | None = None,
) -> Job:
    return msgspec.structs.replace(
        job, state=state, ended_at=now, phase=None, code=code, message=message, cure=cure
    )
