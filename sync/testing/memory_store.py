"""The store in memory: real transactions, no files, the same answers every time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sync.ports import Transaction
from sync.testing.memory_balance import MemoryBalance
from sync.testing.memory_decisions import MemoryDecisions
from sync.testing.memory_draws import MemoryDraws
from sync.testing.memory_duties import MemoryDuties
from sync.testing.memory_history import MemoryHistory
from sync.testing.memory_jobs import MemoryJobs
from sync.testing.memory_links import MemoryLinks
from sync.testing.memory_proofs import MemoryProofs
from sync.testing.memory_records import MemoryRecords
from sync.testing.memory_relations import MemoryRelations
from sync.testing.memory_reservations import MemoryReservations
from sync.testing.memory_rows import MemoryRows
from sync.testing.memory_state import MemoryState


class MemoryTransaction(
    MemoryRows,
    MemoryLinks,
    MemoryRelations,
    MemoryDuties,
    MemoryRecords,
    MemoryDecisions,
    MemoryReservations,
    MemoryHistory,
    MemoryJobs,
    MemoryBalance,
    MemoryDraws,
    MemoryProofs,
):
    """One unit of work on the state in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state


class MemoryStore:
    """The service's state in memory.

    It outlives the engine that uses it: another engine on the same object sees what was committed,
    as a database would show it after a crash. Transactions happen one after the other.
    """

    def __init__(self) -> None:
        self._state = MemoryState()
        self._turn = asyncio.Lock()
        self._holder: asyncio.Task[object] | None = None

    async def start(self) -> None:
        """Connect: there is nothing to do."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work.

        Raises:
            RuntimeError: This task has one open already; a database would wait for itself.
        """
        return self._transaction()

    async def close(self) -> None:
        """Give connections back: there are none."""

    def crash(self) -> None:
        """Undo what a process that is no more had left open, and let others go on."""
        self._state.roll_back()
        self._turn = asyncio.Lock()
        self._holder = None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        task = asyncio.current_task()
        if task is not None and self._holder is task:
            raise RuntimeError("This task has a transaction open; leave it before the next.")
        turn = self._turn
        async with turn:
            self._holder = task
            try:
                yield MemoryTransaction(self._state)
            except BaseException:
                if self._turn is turn:
                    self._state.roll_back()
                raise
            else:
                if self._turn is turn:
                    self._state.commit()
            finally:
                if self._turn is turn:
                    self._holder = None
