"""Bringing a database's schema up to date, and refusing one that is not."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import migrations
from sync.errors import SchemaNotCurrent
from sync.store.engine import MIGRATION, Database

LOCK_TIMEOUT = "4s"
"""Whoever waits for a lock makes everybody behind it wait as well."""
STATEMENT_TIMEOUT = "5s"
"""For one statement of a migration."""


def head() -> str:
    """The revision that this version needs."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise SchemaNotCurrent("The package holds no migrations.", cure="Install it again.")
    return found


async def current(url: str) -> str | None:
    """The revision that a database has; `None` for an empty one."""
    database = Database(url, pool_size=1)
    try:
        return await _current(database)
    finally:
        await database.close()


async def migrate(url: str, revision: str = "head") -> None:
    """Bring a database up to the revision, creating the tables of an empty one.

    One transaction: it happens as a whole or not at all. On PostgreSQL it gives up when it has
    waited 4 seconds for a lock or one statement took 5; run it again at a quieter time.
    """
    database = Database(url, pool_size=1)
    try:
        async with database.begin() as connection:
            if database.postgres:
                await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                await connection.execute(
                    text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
                )
                # Alembic looks at the revision before it locks anything: two at once take turns.
                await database.lock(connection, MIGRATION)
            await connection.run_sync(_upgrade, revision)
    finally:
        await database.close()


async def require_current(database: Database) -> None:
    """Hold that the schema is the one this version needs.

    Raises:
        Unavailable: The database cannot be reached.
        SchemaNotCurrent: It is another one; names both revisions.
    """
    has, needs = await _current(database), head()
    if has != needs:
        raise SchemaNotCurrent(
            f"The database is at revision {has or 'none (it is empty)'}; "
            f"this version needs revision {needs}.",
            cure="Run `dualwrite migrate`, then start again.",
        )


async def _current(database: Database) -> str | None:
    async with database.begin() as connection:
        return await connection.run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(_config(connection), revision)
