"""Bringing the schema up to date."""

from __future__ import annotations

from sync.bootstrap.parts import open_database
from sync.settings import Settings
from sync.store import migrate


async def migrate_database(settings: Settings) -> tuple[str | None, str]:
    """Bring the schema up to what this version needs.

    Returns:
        The revision before (`None` for an empty database) and after.

    Raises:
        ConfigurationWrong: The database URL or the data folder is unusable.
        Unavailable: The database is not reached.
    """
    await open_database(settings).close()
    before = await migrate.current(settings.database)
    await migrate.migrate(settings.database)
    return before, migrate.head()
