"""The state in PostgreSQL or SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sync.ports import Transaction
from sync.store.balance import Balances
from sync.store.decisions import Decisions
from sync.store.draws import Draws
from sync.store.duties import Duties
from sync.store.engine import Database
from sync.store.history import History
from sync.store.inbox import Inbox
from sync.store.jobs import Jobs
from sync.store.links import Links
from sync.store.migrate import require_current
from sync.store.proofs import Proofs
from sync.store.records import Records
from sync.store.relations import Relations
from sync.store.reservations import Reservations
from sync.store.rows import Rows
from sync.store.schedule import Schedule
from sync.store.service import ServiceState


class SqlTransaction(
    Rows,
    Inbox,
    Links,
    Schedule,
    Relations,
    Reservations,
    Records,
    Decisions,
    History,
    Jobs,
    ServiceState,
    Balances,
    Draws,
    Duties,
    Proofs,
):
    """One unit of work on the state in a database."""


class SqlStore:
    """The service's state in a database.

    Args:
        database: Where it is; shared with the embedded log, and closed with the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self) -> None:
        """Connect.

        Raises:
            SchemaNotCurrent: The schema is not the one this version needs.
        """
        await require_current(self._database)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work.

        Raises:
            RuntimeError: This task has one open already; it would wait for itself.
        """
        return self._transaction()

    async def close(self) -> None:
        """Give connections back."""
        await self._database.close()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._database.begin() as connection:
            yield SqlTransaction(self._database, connection)
