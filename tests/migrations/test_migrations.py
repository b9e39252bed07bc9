"""The schema: what migrations make is what the code means, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

import migrations
from sync.errors import ConfigurationWrong, Recovery, SchemaNotCurrent, Unavailable
from sync.store.engine import Database
from sync.store.migrate import current, head, migrate
from sync.store.schema import metadata
from sync.store.sql_store import SqlStore

_SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent))
REVISIONS = [script.revision for script in _SCRIPTS.walk_revisions()][::-1]
_FIRST_TABLES = 14
_VALUES = {str: "text", int: 7, bool: True, bytes: b"bytes"}


class SchemaSuite:
    """What holds on either backend; `url` names an empty database."""

    @pytest.fixture
    async def database(self, url: str) -> AsyncIterator[Database]:
        database = Database(url)
        yield database
        await database.close()

    async def test_an_empty_database_is_brought_up(self, url: str) -> None:
        assert await current(url) is None
        await migrate(url)
        assert await current(url) == head() == REVISIONS[-1]
        await migrate(url)
        assert await current(url) == head()

    async def test_migrations_make_what_the_code_means(self, url: str, database: Database) -> None:
        await migrate(url)
        async with database.begin() as connection:
            assert await connection.run_sync(_difference) == []

    async def test_the_difference_would_be_seen(self, url: str, database: Database) -> None:
        await migrate(url)
        async with database.begin() as connection:
            await connection.execute(text("ALTER TABLE link ADD COLUMN stray INTEGER"))
            await connection.execute(text("DROP INDEX ix_link_kind_alias"))
        async with database.begin() as connection:
            found = await connection.run_sync(_difference)
        assert {change[0] for change in found} == {"remove_column", "add_index"}

    @pytest.mark.parametrize("revision", REVISIONS)
    async def test_old_rows_survive(self, url: str, database: Database, revision: str) -> None:
        await migrate(url, revision)
        async with database.begin() as connection:
            kept = await connection.run_sync(_fill_every_table)
        assert len(kept) >= _FIRST_TABLES
        assert revision != head() or kept.keys() == metadata.tables.keys()
        await migrate(url)
        async with database.begin() as connection:
            now = await connection.run_sync(_read_every_table, kept)
        lost = [(name, row) for name, rows in kept.items() for row in rows if row not in now[name]]
        assert lost == []

    async def test_links_that_exist_get_their_number(self, url: str, database: Database) -> None:
        await migrate(url, "0002")
        bodies = {
            "a": '{"key":"usmf|ångström","natural":{"number":"Ångström","code":"Ångström"}}',
            "b": '{"key":"?crm","natural":{"code":"crm"}}',
            "c": '{"key":"usmf|x","natural":{}}',
        }
        async with database.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO link (id, kind, key, company, state, based, search, body)"
                    " VALUES (:id, 'account', :id, 'USMF', 'due', :based, '', :body)"
                ),
                [{"id": name, "body": body, "based": False} for name, body in bodies.items()],
            )
        await migrate(url)
        async with database.begin() as connection:
            found = await connection.execute(text("SELECT id, number FROM link ORDER BY id"))
            assert [tuple(row) for row in found] == [("a", "angstrom"), ("b", None), ("c", None)]

    async def test_what_was_set_aside_no_longer_waits(self, url: str, database: Database) -> None:
        await migrate(url, "0003")
        async with database.begin() as connection:
            for link, letter in (("a", "discarded"), ("b", "open")):
                for statement in (
                    "INSERT INTO link (id, kind, key, state, based, search, body, latest_position)"
                    " VALUES (:link, 'account', :link, 'dead', :no, '', '{}', 3)",
                    "INSERT INTO pending (link_id, position) VALUES (:link, 3)",
                    "INSERT INTO dead_letter (id, link_id, state, body)"
                    " VALUES (:link, :link, :letter, '{}')",
                ):
                    values = {"link": link, "letter": letter, "no": False}
                    used = {n: v for n, v in values.items() if f":{n}" in statement}
                    await connection.execute(text(statement), used)
            unread = "INSERT INTO dead_letter (id, state, body) VALUES ('c', 'open', '{}')"
            await connection.execute(text(unread))
        await migrate(url)
        async with database.begin() as connection:
            left = await connection.execute(text("SELECT link_id FROM pending"))
            assert [row.link_id for row in left] == ["b"]
            found = await connection.execute(
                text("SELECT id, settled_position FROM link ORDER BY id")
            )
            assert [tuple(row) for row in found] == [("a", 3), ("b", 0)]
            counted = await connection.execute(text("SELECT name, value FROM sequence"))
            assert sorted(tuple(row) for row in counted) == [("link", 2), ("own:malformed", 1)]

    async def test_an_empty_database_is_refused(self, url: str) -> None:
        await _assert_refused(url, "none")

    async def test_an_outdated_schema_is_refused(self, url: str, database: Database) -> None:
        await migrate(url)
        async with database.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        await _assert_refused(url, "0000")

    async def test_a_current_schema_is_taken(self, url: str) -> None:
        await migrate(url)
        store = SqlStore(Database(url))
        await store.start()
        async with store.transaction() as state:
            assert await state.draw_number("prospect") == 1
        await store.close()

    async def test_a_migration_that_fails_leaves_nothing(
        self, url: str, database: Database
    ) -> None:
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE waiting (token TEXT)"))
        with pytest.raises(DBAPIError):
            await migrate(url)
        async with database.begin() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        assert tables == ["waiting"]


class TestOnSqlite(SchemaSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'state.db'}"


class TestOnPostgres(SchemaSuite):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url

    async def test_two_at_once_take_turns(self, url: str) -> None:
        await asyncio.gather(migrate(url), migrate(url))
        assert await current(url) == head()

    async def test_it_does_not_wait_for_ever_for_a_lock(self, url: str, database: Database) -> None:
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        async with database.begin() as connection:
            await connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
            with pytest.raises(Unavailable, match="lock not available"):
                await asyncio.create_task(migrate(url))


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://h/d", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationWrong) as caught:
        Database(url)
    assert caught.value.cure


def _difference(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    changes: list[Any] = compare_metadata(context, metadata)
    return changes


def _fill_every_table(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    found = MetaData()
    found.reflect(connection)
    ours = [table for table in found.tables.values() if table.name != "alembic_version"]
    for table in ours:
        connection.execute(insert(table), _row_of(table))
    return _contents(connection, found, {table.name: table.columns.keys() for table in ours})


def _row_of(table: Table) -> dict[str, Any]:
    return {column.name: _VALUES[column.type.python_type] for column in table.columns}


def _read_every_table(
    connection: Connection, kept: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """The columns that there were: a later migration may have added others."""
    found = MetaData()
    found.reflect(connection)
    return _contents(connection, found, {name: list(rows[0]) for name, rows in kept.items()})


def _contents(
    connection: Connection, found: MetaData, columns: dict[str, list[str]]
) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            dict(row)
            for row in connection.execute(
                select(*(found.tables[name].c[column] for column in names))
            ).mappings()
        ]
        for name, names in columns.items()
    }


async def _assert_refused(url: str, has: str) -> None:
    store = SqlStore(Database(url))
    with pytest.raises(SchemaNotCurrent, match=f"revision {has}.*revision {head()}") as caught:
        await store.start()
    assert "dualwrite migrate" in str(caught.value)
    assert caught.value.recovery is Recovery.FATAL
    await store.close()
