"""Jobs: backfills and reconciliations, one at a time, with how far they are, across restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.core.row import Side
from sync.engine.asking import ask_backfill, ask_reconciliation, find_job
from sync.engine.jobs import Jobs
from sync.errors import (
    ConfigurationWrong,
    ContractBroken,
    JobRunning,
    NotAuthorised,
    RemoteError,
    Unavailable,
)
from sync.ports import ChangePage, Job, JobKind, JobState
from sync.testing.crashing import ProcessDied
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import Bench
from tests.engine.between import Between

MAP = "prospects-accounts"


class Office:
    """A bench with somebody who asks for jobs."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.restart()

    def restart(self) -> None:
        """A new process on the same state."""
        bench = self.bench
        bench.restart()
        self.jobs = Jobs(
            bench.kinds,
            bench.store,
            bench.backfill,
            bench.log,
            bench.connectors,
            bench.clock,
            bench,
        )

    async def backfill(self, side: Side | None = None, *maps: str) -> Job:
        wanted = maps or (MAP,)
        return await ask_backfill(
            self.bench.store, self.bench.kinds, wanted, side, self.bench.clock
        )

    async def reconciliation(self, *, repair: bool = False) -> Job:
        bench = self.bench
        return await ask_reconciliation(bench.store, bench.kinds, bench.clock, repair=repair)

    async def now(self, job: Job) -> Job:
        found = await find_job(self.bench.store, job.kind, job.id)
        assert found is not None
        return found

    async def divergences(self, job: Job, **wanted: Any) -> list[Any]:
        async with self.bench.store.transaction() as tx:
            return [one.divergence for one in await tx.divergences(job.id, **wanted)]


@pytest.fixture
async def office() -> Office:
    office = Office()
    office.bench.new_account("A-1", "First")
    await office.bench.start()
    return office


async def test_a_backfill_takes_in_what_no_notice_told(office: Office) -> None:
    office.bench.new_account("A-2", "Second")
    job = await office.backfill()
    assert (job.state, job.tables) == (JobState.ASKED, 3)
    assert await office.jobs.once()
    done = await office.now(job)
    assert (done.state, done.events, done.phase) == (JobState.DONE, 1, None)
    assert done.read == (
        "crm accounts",
        "erp Prospects",
        "erp PartyLocationPostalAddressesV2",
    )
    assert done.ended_at is not None
    assert not await office.jobs.once()
    await office.bench.run()
    assert office.bench.prospect("A-2")["ProspectName"] == "Second"


async def test_a_backfill_may_read_one_side_only(office: Office) -> None:
    office.bench.new_account("A-2", "Second")
    job = await office.backfill(Side.ERP)
    await office.jobs.once()
    done = await office.now(job)
    assert done.read == ("erp Prospects", "erp PartyLocationPostalAddressesV2")
    assert done.events == 0


async def test_a_second_job_is_refused_and_named(office: Office) -> None:
    job = await office.backfill()
    with pytest.raises(JobRunning, match=job.id):
        await office.reconciliation()
    await office.jobs.once()
    later = await office.reconciliation()
    assert later.id > job.id
    with pytest.raises(JobRunning, match="one at a time"):
        await office.backfill()


async def test_an_unknown_map_is_refused(office: Office) -> None:
    with pytest.raises(ConfigurationWrong, match="no map 'nonsense'"):
        await office.backfill(None, "nonsense")


async def test_a_system_that_is_away_holds_a_backfill_up_and_does_not_end_it(
    office: Office,
) -> None:
    bench = office.bench
    bench.weather[Side.ERP] = lambda asked: Fault.DOWN if asked is Asked.CHANGES else None
    job = await office.backfill()
    with pytest.raises(Unavailable):
        await office.jobs.once()
    held = await office.now(job)
    assert (held.state, held.code, held.read) == (
        JobState.RUNNING,
        "unavailable",
        ("crm accounts",),
    )
    bench.weather.clear()
    bench.new_prospect("A-3", "Third")
    assert await office.jobs.once()
    done = await office.now(job)
    assert (done.state, done.code, done.events) == (JobState.DONE, None, 1)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NotAuthorised("The secret has expired."), JobState.RUNNING),
        (ContractBroken("There is no such column."), JobState.FAILED),
    ],
)
async def test_only_what_cannot_pass_ends_a_backfill(
    office: Office, error: RemoteError, state: JobState
) -> None:
    """A person renews the secret; the hours of reading before that are not lost."""
    bench, broken = office.bench, [error]

    class Refusing(Between):
        async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
            if broken:
                raise broken[0]
            async for page in self._inner.changes(table, checkpoint):
                yield page

    bench.connectors[Side.ERP] = Refusing(bench.connectors[Side.ERP])
    office.restart()
    job = await office.backfill()
    if state is JobState.RUNNING:
        with pytest.raises(NotAuthorised):
            await office.jobs.once()
    else:
        assert await office.jobs.once()
    held = await office.now(job)
    assert (held.state, held.code, held.message) == (state, error.code, error.message)
    assert held.read == ("crm accounts",)
    broken.clear()
    assert await office.jobs.once() is (state is JobState.RUNNING)
    ended = await office.now(job)
    assert ended.state is (JobState.DONE if state is JobState.RUNNING else JobState.FAILED)


class Counted(Between):
    """Counts which tables are read, and lets a test act before one is."""

    def __init__(self, inner: Any, read: list[str], before: Any = None) -> None:
        super().__init__(inner)
        self._read, self._before = read, before

    def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        self._read.append(table)
        if self._before is not None:
            self._before(table)
        found: AsyncIterator[ChangePage] = self._inner.changes(table, checkpoint)
        return found


async def test_a_backfill_goes_on_after_a_restart_where_it_was(office: Office) -> None:
    bench, read = office.bench, list[str]()

    def dies(table: str) -> None:
        if table == "Prospects":
            raise ProcessDied

    whole = dict(bench.connectors)
    bench.connectors[Side.CRM] = Counted(whole[Side.CRM], read)
    bench.connectors[Side.ERP] = Counted(whole[Side.ERP], read, dies)
    office.restart()
    job = await office.backfill()
    with pytest.raises(ProcessDied):
        await office.jobs.once()
    assert read == ["accounts", "Prospects"]
    bench.connectors[Side.ERP] = Counted(whole[Side.ERP], read)
    office.restart()
    assert not await office.jobs.once(), "the dead one may still be at it"
    bench.clock.advance(31)
    assert await office.jobs.once()
    assert read == ["accounts", "Prospects", "Prospects", "PartyLocationPostalAddressesV2"]
    done = await office.now(job)
    assert (done.state, done.resumed) == (JobState.DONE, 1)


async def test_a_job_that_breaks_the_service_ends_as_failed_and_not_the_service(
    office: Office,
) -> None:
    bench = office.bench

    def broken(_table: str) -> None:
        raise ZeroDivisionError("quoting a value")

    bench.connectors[Side.CRM] = Counted(bench.connectors[Side.CRM], [], broken)
    office.restart()
    for job in (await office.backfill(), None):
        asked = job or await office.reconciliation()
        assert await office.jobs.once()
        failed = await office.now(asked)
        assert (failed.state, failed.code) == (JobState.FAILED, "defect")
        assert "ZeroDivisionError at test_jobs.py:" in (failed.message or "")
        assert "quoting" not in (failed.message or "")


async def test_a_service_that_ends_leaves_a_job_between_two_tables(office: Office) -> None:
    job = await office.backfill()
    stops = iter([False, True])
    assert await office.jobs.once(lambda: next(stops))
    left = await office.now(job)
    assert (left.state, left.read) == (JobState.RUNNING, ("crm accounts",))
    assert await office.jobs.once()
    done = await office.now(job)
    assert (done.state, done.resumed) == (JobState.DONE, 0)


async def test_a_reconciliation_finds_what_differs_and_what_is_accepted(office: Office) -> None:
    bench = office.bench
    row_id = bench.account("A-1")["accountid"]
    bench.edit_account(row_id, address1_line1="Typed in the CRM")
    await bench.run()
    bench.edit_account(row_id, name="Nobody told of it")
    bench.new_prospect("A-9", "Never captured")
    job = await office.reconciliation()
    assert await office.jobs.once()
    done = await office.now(job)
    assert done.state is JobState.DONE
    assert (done.divergences, done.accepted, done.by_why) == (
        2,
        1,
        {"differs": 1, "never captured": 1},
    )
    assert done.rows["crm"] > 0
    assert done.rows["erp"] > 0
    assert len(done.read) == done.tables
    assert done.links > 1
    differs, uncaptured = await office.divergences(job, accepted=False)
    assert (differs.link, differs.field) == ("account:usmf|a-1", "name")
    assert (differs.crm, differs.erp) == ("Nobody told of it", "First")
    assert "A-9" in uncaptured.link
    [marked] = await office.divergences(job, accepted=True)
    assert (marked.field, marked.accepted) == ("delivery_street", "not synchronised")


async def test_a_reconciliation_repairs_when_asked(office: Office) -> None:
    bench = office.bench
    bench.edit_account(bench.account("A-1")["accountid"], name="Nobody told of it")
    job = await office.reconciliation(repair=True)
    await office.jobs.once()
    assert (await office.now(job)).repaired > 0
    await bench.drain()
    while await bench.work.once():
        pass
    assert bench.prospect("A-1")["ProspectName"] == "Nobody told of it"


async def test_a_reconciliation_that_was_stopped_says_so_and_another_may_begin(
    office: Office,
) -> None:
    job = await office.reconciliation()
    stops = iter([False] * 5 + [True] * 5)
    await office.jobs.once(lambda: next(stops))
    assert (await office.now(job)).state is JobState.RUNNING
    office.restart()
    assert await office.jobs.once()
    over = await office.now(job)
    assert (over.state, over.code) == (JobState.INTERRUPTED, "interrupted")
    assert over.ended_at is not None
    assert "another one" in (over.cure or "")
    assert not await office.jobs.once()
    again = await office.reconciliation()
    await office.jobs.once()
    assert (await office.now(again)).state is JobState.DONE


async def test_a_reconciliation_whose_database_went_away_is_not_begun_over(office: Office) -> None:
    job = await office.reconciliation()
    stops = iter([False] * 40 + [True])
    await office.jobs.once(lambda: next(stops, True))
    assert await office.jobs.once()
    assert (await office.now(job)).state is JobState.INTERRUPTED
    assert not await office.jobs.once()


async def test_a_reconciliation_whose_system_is_away_has_failed(office: Office) -> None:
    office.bench.weather[Side.CRM] = lambda _asked: Fault.DOWN
    job = await office.reconciliation()
    assert await office.jobs.once()
    failed = await office.now(job)
    assert (failed.state, failed.code) == (JobState.FAILED, "unavailable")
    assert failed.message
    assert await find_job(office.bench.store, JobKind.BACKFILL, job.id) is None
