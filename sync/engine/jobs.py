"""Jobs: what a person asks the running service to do as a whole, one at a time.

A job is kept from when it is asked for, with how far it is. When the service was stopped meanwhile,
a backfill goes on where it was; a reconciliation has lost what it had read and says so. While a
system is away a backfill waits, and says for what; a reconciliation fails and names the system, for
what it had read of the other one would be old by then.
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
from sync.engine.reconcile import Reconcile, Report, differing
from sync.engine.times import text
from sync.engine.whereabouts import place_of
from sync.errors import DualWriteError, Recovery, RemoteError
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

    async def recover(self) -> None:
        """Take up what another process left: this one is the only one that does jobs."""
        now = text(self._clock.now())
        async with self._store.transaction() as tx:
            for left in await tx.jobs(states=(JobState.RUNNING,), limit=100):
                if left.kind is JobKind.BACKFILL:
                    again = msgspec.structs.replace(
                        left, state=JobState.ASKED, resumed=left.resumed + 1
                    )
                else:
                    again = _interrupted(left, now)
                await tx.put_job(again)

    async def once(self, stopping: Callable[[], bool] = bool) -> bool:
        """Do the job that is asked for; returns whether there was one.

        Args:
            stopping: Whether the service is about to end; the job is then left as it is.

        Raises:
            DualWriteError: A backfill could not go on for now; the next call takes it up again.
        """
        async with self._store.transaction() as tx:
            active = await tx.jobs(states=(JobState.ASKED, JobState.RUNNING), limit=1)
            if not active:
                return False
            now = text(self._clock.now())
            if active[0].state is JobState.RUNNING and active[0].kind is JobKind.RECONCILIATION:
                # The database went away while it compared: what it found is kept in part only.
                await tx.put_job(_interrupted(active[0], now))
                return True
            started = active[0].started_at or now
            job = msgspec.structs.replace(active[0], state=JobState.RUNNING, started_at=started)
            await tx.put_job(job)
        self._observer.noticed("job_begun", kind=job.kind.value)
        try:
            if job.kind is JobKind.BACKFILL:
                done = await self._fill(job, stopping)
            else:
                done = await self._compare(job, stopping)
        except _Stopping:
            return True
        except DualWriteError as error:
            if job.kind is JobKind.BACKFILL and _passes(error):
                await self._note(job.id, error)
                raise
            cure = error.cure or (_WHEN_BACK if _passes(error) else None)
            await self._end(job.id, error.code, error.message, cure)
            return True
        except Exception as error:
            # One job that breaks a rule of the code must not end the service, again and again.
            name = f"{type(error).__name__} at {place_of(error)}"
            await self._end(job.id, "defect", f"The service failed on it ({name}).", _REPORT)
            return True
        self._observer.noticed("job_ended", kind=done.kind.value, outcome=done.state.value)
        return True

    async def _fill(self, job: Job, stopping: Callable[[], bool]) -> Job:
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
            await self._save(job)
        return await self._save(_ended(job, JobState.DONE, text(self._clock.now())))

    async def _compare(self, job: Job, stopping: Callable[[], bool]) -> Job:
        kept = 0

        async def told(report: Report) -> None:
            nonlocal kept, job
            _check(stopping)
            found = report.divergences[kept:]
            kept = len(report.divergences)
            job = _standing(job, report)
            await self._save(job, _placed(kept - len(found), found))

        report = await self._reconcile.run(repair=job.repair, told=told)
        rest = report.divergences[kept:]
        ended = _ended(_standing(job, report), JobState.DONE, text(self._clock.now()))
        return await self._save(ended, _placed(kept, rest))

    async def _save(self, job: Job, found: Sequence[FoundDivergence] = ()) -> Job:
        async with self._store.transaction() as tx:
            await tx.put_job(job)
            await tx.add_divergences(job.id, found)
        return job

    async def _note(self, job_id: str, error: DualWriteError) -> None:
        """Say what keeps a job from going on for now."""
        said = {"code": error.code, "message": error.message, "cure": error.cure}
        async with self._store.transaction() as tx:
            for job in await tx.jobs(ids=[job_id], limit=1):
                await tx.put_job(msgspec.structs.replace(job, **said))

    async def _end(self, job_id: str, code: str, message: str, cure: str | None) -> None:
        now = text(self._clock.now())
        async with self._store.transaction() as tx:
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
