"""The real PostgreSQL answers, and every test has a database of its own."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.engine import make_url


def _dsn(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def test_a_new_database_answers_with_its_version(postgres_url: str) -> None:
    connection = await asyncpg.connect(_dsn(postgres_url))
    try:
        assert (await connection.fetchval("select version()")).startswith("PostgreSQL ")
        assert int(await connection.fetchval("show server_version_num")) >= 130000
    finally:
        await connection.close()


async def test_commits_are_synchronous_and_text_is_utf8(postgres_url: str) -> None:
    connection = await asyncpg.connect(_dsn(postgres_url))
    try:
        assert await connection.fetchval("show synchronous_commit") == "on"
        assert await connection.fetchval("show server_encoding") == "UTF8"
        assert await connection.fetchval("select 'Zürich 😀'::text") == "Zürich 😀"
    finally:
        await connection.close()


@pytest.mark.parametrize("turn", [1, 2])
async def test_no_table_of_another_test_is_seen(postgres_url: str, turn: int) -> None:
    connection = await asyncpg.connect(_dsn(postgres_url))
    try:
        # The second turn would fail here if both had the same database.
        await connection.execute("create table mine (id int primary key)")
        await connection.execute("insert into mine values ($1)", turn)
        assert await connection.fetchval("select count(*) from mine") == 1
    finally:
        await connection.close()


async def test_the_server_refuses_a_wrong_password(postgres_url: str) -> None:
    wrong = make_url(postgres_url).set(drivername="postgresql", password="wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(wrong.render_as_string(hide_password=False))
