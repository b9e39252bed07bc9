"""The database behind the state: one engine, one writer at a time.

SQLite has one writer by nature (`BEGIN IMMEDIATE`). On PostgreSQL a transaction takes an advisory
lock with its first change and keeps it until it ends. So positions become visible in the order in
which they are given out, and two transactions that change the same links cannot lock each other
out. Readers never wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any
from weakref import WeakSet

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sync.errors import ConfigurationWrong

MIGRATION = 0x6475616C00
"""The advisory lock of whoever changes the schema."""
STATE = 0x6475616C01
"""The advisory lock of whoever changes the state."""
LOG = 0x6475616C02
"""The advisory lock of whoever appends to the embedded log."""

_BUSY_SECONDS = 30
_CACHE_KIB = 32_000
# No isolation level: the driver's own transaction control would begin a deferred one, and late.
_SQLITE_CONNECTION = {"timeout": _BUSY_SECONDS, "isolation_level": None}
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Database:
    """One database, shared by the store and the embedded log.

    Args:
        url: `sqlite:///file`, or `postgresql://user:password@host/name`; the driver is ours.
        durable: SQLite only: whether a commit survives a power cut (`synchronous=FULL`), needed
            where offsets are committed elsewhere against it. It always survives a crash.
        pool_size: PostgreSQL only: how many connections are kept.

    Raises:
        ConfigurationWrong: It is not the URL of a PostgreSQL or a SQLite file.
    """

    def __init__(self, url: str, *, durable: bool = False, pool_size: int = 8) -> None:
        self.url = usable(url)
        self.postgres = self.url.get_backend_name() == "postgresql"
        self._turn: asyncio.Lock | None = None
        self._inside: WeakSet[asyncio.Task[Any]] = WeakSet()
        if self.postgres:
            self.engine: AsyncEngine = create_async_engine(
                self.url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True
            )
        else:
            # One writer, and every unit of work may write: more connections would only wait.
            self.engine = create_async_engine(
                self.url, pool_size=1, max_overflow=0, connect_args=_SQLITE_CONNECTION
            )
            _prepare_sqlite(self.engine, durable=durable)
            self._turn = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed when left, rolled back by an exception.

        Raises:
            RuntimeError: This task has one open already; it would wait for itself.
        """
        task = asyncio.current_task()
        if task is None or task in self._inside:
            raise RuntimeError("This task has a transaction open; leave it before the next.")
        async with self._turn or nullcontext():
            self._inside.add(task)
            try:
                async with self.engine.begin() as connection:
                    yield connection
            finally:
                self._inside.discard(task)

    async def lock(self, connection: AsyncConnection, name: int) -> None:
        """Take an advisory lock until the transaction ends; SQLite has it already."""
        if self.postgres:
            await connection.execute(_LOCK, {"name": name})

    async def close(self) -> None:
        """Give connections back."""
        await self.engine.dispose()


_LOCK = text("SELECT pg_advisory_xact_lock(:name)")


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


def _prepare_sqlite(engine: AsyncEngine, *, durable: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
