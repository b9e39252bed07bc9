"""Where a variant of the demo keeps the service's state and its topics."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sync.errors import ConfigurationWrong, SchemaNotCurrent

if TYPE_CHECKING:
    from connectors.sandbox.launch import DataFolder

_DATABASE = "DUALWRITE_DATABASE_URL"
_BOOTSTRAP = "DUALWRITE_KAFKA_BOOTSTRAP"
_PREFIX = "DUALWRITE_KAFKA_TOPIC_PREFIX"
_ASIDE = "without_gab"


@contextmanager
def own_state(folder: DataFolder, *, aside: bool) -> Iterator[dict[str, str]]:
    """What the service's environment gets on top of ours, so that no two variants share a state.

    The variant that stays up has the database and the topics that people named. One that is played
    before it goes aside: to a database next to that one (in SQLite a file in its folder), dropped
    afterwards, and to topics of its own.

    Args:
        folder: the variant's folder.
        aside: whether another variant follows.

    Raises:
        ConfigurationWrong: the named database holds something already, or takes no second one.
    """
    environment: dict[str, str] = {}
    if aside and os.environ.get(_BOOTSTRAP):
        environment[_PREFIX] = f"{os.environ.get(_PREFIX, 'dualwrite.')}{_ASIDE}."
    url = os.environ.get(_DATABASE)
    if url and aside:
        with _database_aside(url, folder) as own:
            yield environment | {_DATABASE: own}
        return
    if url and folder.fresh:
        asyncio.run(_require_empty(url))
    yield environment


@contextmanager
def _database_aside(url: str, folder: DataFolder) -> Iterator[str]:
    from sync.store.urls import usable  # noqa: PLC0415 - only with a database of one's own

    named = usable(url)
    if named.get_backend_name() != "postgresql":
        yield f"sqlite:///{folder.service / 'dualwrite.db'}"
        return
    name = f"{named.database}_{_ASIDE}"
    asyncio.run(
        _administrate(url, f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    )
    try:
        yield named.set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(_administrate(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def _administrate(url: str, *statements: str) -> None:
    from sync.store.engine import Database  # noqa: PLC0415

    database = Database(url)
    try:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                await connection.exec_driver_sql(statement)
    except Exception as error:
        raise ConfigurationWrong(
            "The demo cannot have a second database for the variant without address book: "
            f"{type(error).__name__}.",
            cure="Let the user create databases, or play one variant: --gab or --no-gab.",
        ) from error
    finally:
        await database.close()


async def _require_empty(url: str) -> None:
    from sync.store.engine import Database  # noqa: PLC0415
    from sync.store.sql_store import SqlStore  # noqa: PLC0415
    from sync.store.urls import sqlite_file  # noqa: PLC0415

    file = sqlite_file(url)
    if file is not None and not file.exists():
        return
    store = SqlStore(Database(url))
    try:
        await store.start()
        async with store.transaction() as tx:
            found = await tx.list_links(limit=1)
    except SchemaNotCurrent:
        return
    finally:
        await store.close()
    if found:
        raise ConfigurationWrong(
            "The database holds the state of other systems than this new demo's.",
            cure="Name an empty database.",
        )
