"""Which databases can hold the state."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url

from sync.errors import ConfigurationWrong

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def usable(url: str) -> URL:
    """The URL with the drivers that are installed.

    Raises:
        ConfigurationWrong: It is not the URL of a PostgreSQL or a SQLite file.
    """
    try:
        parsed = make_url(url)
        driver = _DRIVERS[parsed.get_backend_name()]
    except Exception as error:
        raise ConfigurationWrong(
            "The database URL cannot be used.",
            cure="Set DUALWRITE_DATABASE_URL to sqlite:///FILE or postgresql://USER@HOST/NAME.",
        ) from error
    if driver == _DRIVERS["sqlite"] and parsed.database in {None, "", ":memory:"}:
        raise ConfigurationWrong(
            "An SQLite database in memory would not survive the process.",
            cure="Name a file: sqlite:///FILE.",
        )
    return parsed.set(drivername=driver)


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; none for another database.

    Raises:
        ConfigurationWrong: See `usable`.
    """
    named = usable(url)
    if named.get_backend_name() != "sqlite" or not named.database:
        return None
    return None if named.database.startswith("file:") else Path(named.database)
