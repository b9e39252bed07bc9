"""A database that is away, or goes away, is waited for."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sync.errors import Recovery, Unavailable
from sync.store.engine import Database
from sync.store.migrate import migrate
from sync.store.sql_store import SqlStore
from sync.testing.contracts.samples import a_link


async def test_a_database_that_cannot_be_reached_is_named(unused_tcp_port: int) -> None:
    url = f"postgresql://dualwrite:secret-x@127.0.0.1:{unused_tcp_port}/state"
    store = SqlStore(Database(url))
    with pytest.raises(Unavailable, match=f"127.0.0.1:{unused_tcp_port}") as caught:
        await store.start()
    await store.close()
    assert caught.value.recovery is Recovery.RETRY
    assert "secret-x" not in str(caught.value)


async def test_a_connection_that_breaks_undoes_the_work_and_the_next_goes_on(
    postgres_url: str,
) -> None:
    await migrate(postgres_url)
    store, other = SqlStore(Database(postgres_url)), Database(postgres_url)
    await store.start()
    with pytest.raises(Unavailable):
        await _work_while_the_connection_breaks(store, other)
    async with store.transaction() as state:
        assert await state.list_links() == []
        await state.add_links([a_link("c")])
    await store.close()
    await other.close()


async def test_a_file_that_another_process_holds_is_busy(sqlite_url: str) -> None:
    holder, waiter = Database(sqlite_url), Database(sqlite_url, patience=0)
    async with holder.engine.begin():
        with pytest.raises(Unavailable, match="cannot be reached"):
            async with waiter.begin():
                pytest.fail("Two writers at once.")
    async with waiter.begin() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM link"))).scalar_one() == 0
    await holder.close()
    await waiter.close()


async def test_a_mistake_is_not_taken_for_an_outage(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(Exception, match="no such table"):
        async with database.begin() as connection:
            await connection.execute(text("SELECT * FROM stray"))
    with pytest.raises(ConnectionError):
        async with database.begin():
            raise ConnectionError
    await database.close()


async def _work_while_the_connection_breaks(store: SqlStore, other: Database) -> None:
    async with store.transaction() as state:
        await state.add_links([a_link("a")])
        await _break_connections(other)
        await state.add_links([a_link("b")])


async def _break_connections(database: Database) -> None:
    terminate = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with database.engine.begin() as connection:
        await connection.execute(terminate)


async def test_a_full_disk_is_told_and_what_was_saved_stays(sqlite_url: str) -> None:
    await migrate(sqlite_url)
    database = Database(sqlite_url)
    store = SqlStore(database)
    await store.start()
    async with store.transaction() as state:
        await state.add_links([a_link("saved")])
    async with database.begin() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1"))
    with pytest.raises(Unavailable, match="no room left"):
        async with store.transaction() as state:
            await state.add_links([a_link(f"link-{number}") for number in range(5_000)])
    async with store.transaction() as state:
        assert [entry.link.id for entry in await state.list_links()] == [a_link("saved").id]
    await store.close()
