"""The change log in the state's database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from sync.log.embedded import EmbeddedLog
from sync.ports import ChangeLog, LogRecord
from sync.store.engine import LOG, Database
from sync.store.log_tables import SqlLogTables
from sync.store.migrate import migrate
from sync.testing.contracts.log import AppendRaw, LogContract, MakeLog, events
from sync.testing.contracts.samples import change


class EmbeddedContract(LogContract):
    @pytest.fixture
    def make_log(self, database: Database) -> MakeLog:
        async def make() -> ChangeLog:
            log = EmbeddedLog(SqlLogTables(database))
            await log.start()
            return log

        return make

    @pytest.fixture
    def append_raw(self, database: Database) -> AppendRaw:
        async def append(raw: bytes) -> None:
            await SqlLogTables(database).append("dualwrite.changes", [("k", raw)])

        return append

    async def test_a_process_that_dies_without_closing_gives_everything_back(
        self, make_log: MakeLog
    ) -> None:
        first = await make_log()
        await first.publish([change(1), change(2)])
        await first.poll(1, 0)
        await first.commit()
        await first.poll(1, 0)
        second = await make_log()
        assert events(await second.poll(5, 0)) == [change(2)]

    async def test_a_commit_never_goes_back(self, database: Database, make_log: MakeLog) -> None:
        log = await make_log()
        await log.publish([change(1), change(2)])
        (_, last) = await SqlLogTables(database).read("dualwrite.changes", 0, 5)
        await SqlLogTables(database).save_offset("dualwrite", "dualwrite.changes", last[0])
        await SqlLogTables(database).save_offset("dualwrite", "dualwrite.changes", 1)
        assert await (await make_log()).poll(5, 0) == []

    async def test_what_this_process_appends_wakes_a_poll_at_once(self, database: Database) -> None:
        log = EmbeddedLog(SqlLogTables(database), interval=3600)
        await log.start()
        waiting = asyncio.create_task(log.poll(5, 3600))
        await asyncio.sleep(0)
        await log.publish([change(1)])
        assert events(await waiting) == [change(1)]

    async def test_what_another_process_appends_is_found(self, make_log: MakeLog) -> None:
        reader, writer = await make_log(), await make_log()
        waiting = asyncio.create_task(reader.poll(5, 10))
        await asyncio.sleep(0)
        await writer.publish([change(1)])
        assert events(await waiting) == [change(1)]


class TestEmbeddedOnSqlite(EmbeddedContract):
    @pytest.fixture
    async def database(self, sqlite_url: str) -> AsyncIterator[Database]:
        database = Database(sqlite_url)
        yield database
        await database.close()


class TestEmbeddedOnPostgres(EmbeddedContract):
    @pytest.fixture
    async def database(self, postgres_url: str) -> AsyncIterator[Database]:
        await migrate(postgres_url)
        database = Database(postgres_url)
        yield database
        await database.close()

    async def test_late_commit_gap(self, database: Database, make_log: MakeLog) -> None:
        """A record whose position is given out first and committed last is not skipped."""
        reader, writer = await make_log(), await make_log()
        async with database.begin() as connection:
            await database.lock(connection, LOG)
            await connection.execute(
                text(
                    "INSERT INTO log_entry (topic, key, value) "
                    "VALUES ('dualwrite.changes', 'slow', 'slow')"
                )
            )
            quick = asyncio.create_task(writer.publish([change("quick")]))
            await _until_blocked_or_done(database, quick)
            early = await asyncio.create_task(_read(reader))
        await quick
        late = await reader.poll(5, 0)
        assert len(early + late) == 2, "the reader skipped what was committed late"


async def _read(log: ChangeLog) -> list[LogRecord]:
    records = await log.poll(5, 0)
    await log.commit()
    return records


async def _until_blocked_or_done(database: Database, task: asyncio.Task[None]) -> None:
    """Until the task is done or waits for somebody's lock in the database."""
    blocked = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE NOT granted AND datname = current_database()"
    )
    async with database.engine.connect() as connection:
        while not task.done():
            if (await connection.execute(blocked)).scalar_one():
                return
            await connection.rollback()
