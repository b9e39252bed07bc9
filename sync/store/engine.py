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

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sync.store.outages import temporary, unavailable
from sync.store.urls import usable

MIGRATION = 0x6475616C00
"""The advisory lock of whoever changes the schema."""
STATE = 0x6475616C01
"""The advisory lock of whoever changes the state."""
LOG = 0x6475616C02
"""The advisory lock of whoever appends to the embedded log."""

_CACHE_KIB = 32_000


class Database:
    """One database, shared by the store and the embedded log.

    Args:
        url: `sqlite:///file`, or `postgresql://user:password@host/name`; the driver is ours.
        durable: SQLite only: whether a commit survives a power cut (`synchronous=FULL`), needed
            where offsets are committed elsewhere against it. It always survives a crash.
        pool_size: PostgreSQL only: how many connections are kept.
        patience: SQLite only: seconds to wait for another process that writes.

    Raises:
        ConfigurationWrong: It is not the URL of a PostgreSQL or a SQLite file.
    """

    def __init__(
        self, url: str, *, durable: bool = False, pool_size: int = 8, patience: float = 30.0
    ) -> None:
        self.url = usable(url)
        self.postgres = self.url.get_backend_name() == "postgresql"
        self._turn: asyncio.Lock | None = None
        self._inside: WeakSet[asyncio.Task[Any]] = WeakSet()
        if self.postgres:
            self.engine: AsyncEngine = create_async_engine(
                self.url, pool_size=pool_size, max_overflow=0, pool_pre_ping=True
            )
        else:
            # The driver's own transaction control would begin a deferred one, and late.
            arguments = {"timeout": patience, "isolation_level": None}
            # One writer, and every unit of work may write: more connections would only wait.
            self.engine = create_async_engine(
                self.url, pool_size=1, max_overflow=0, connect_args=arguments
            )
            _prepare_sqlite(self.engine, durable=durable)
            self._turn = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed when left, rolled back by an exception.

        Raises:
            Unavailable: The database was not reached, or gave up; whether a commit happened that
                was under way is unknown. A new transaction may succeed.
            RuntimeError: This task has one open already; it would wait for itself.
        """
        task = asyncio.current_task()
        if task is None or task in self._inside:
            raise RuntimeError("This task has a transaction open; leave it before the next.")
        async with self._turn or nullcontext():
            self._inside.add(task)
            connected = False
            try:
                async with self.engine.begin() as connection:
                    connected = True
                    yield connection
            except (OSError, PoolTimeout) as error:
                if connected:
                    raise
                raise unavailable(self.url, error) from error
            except DBAPIError as error:
                if connected and not temporary(error):
                    raise
                raise unavailable(self.url, error) from error
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
