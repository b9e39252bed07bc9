"""Which databases can hold the state."""

from __future__ import annotations

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
