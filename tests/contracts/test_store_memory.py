"""The store in memory."""

from __future__ import annotations

import pytest

from sync.ports import Store
from sync.testing.contracts.store import MakeStore, TransactionContract
from sync.testing.contracts.store_balance import BalanceContract
from sync.testing.contracts.store_decisions import DecisionContract
from sync.testing.contracts.store_draws import DrawContract
from sync.testing.contracts.store_duties import DutyContract
from sync.testing.contracts.store_history import HistoryContract
from sync.testing.contracts.store_jobs import JobContract
from sync.testing.contracts.store_links import LinkContract
from sync.testing.contracts.store_numbers import ReservationContract
from sync.testing.contracts.store_proofs import ProofContract
from sync.testing.contracts.store_records import RecordContract, ServiceStateContract
from sync.testing.contracts.store_relations import RelationContract
from sync.testing.contracts.store_rows import InboxContract, RowContract
from sync.testing.contracts.store_schedule import ScheduleContract
from sync.testing.memory_store import MemoryStore


class _Memory:
    @pytest.fixture
    async def make_store(self) -> MakeStore:
        store = MemoryStore()

        async def make() -> Store:
            await store.start()
            return store

        return make


class TestTransactions(_Memory, TransactionContract):
    pass


class TestHistory(_Memory, HistoryContract):
    pass


class TestJobs(_Memory, JobContract):
    pass


class TestDuties(_Memory, DutyContract):
    pass


class TestRows(_Memory, RowContract):
    pass


class TestInbox(_Memory, InboxContract):
    pass


class TestLinks(_Memory, LinkContract):
    pass


class TestSchedules(_Memory, ScheduleContract):
    pass


class TestReservations(_Memory, ReservationContract):
    pass


class TestProofs(_Memory, ProofContract):
    pass


class TestRelations(_Memory, RelationContract):
    pass


class TestDecisions(_Memory, DecisionContract):
    pass


class TestRecords(_Memory, RecordContract):
    pass


class TestServiceState(_Memory, ServiceStateContract):
    pass


class TestBalance(_Memory, BalanceContract):
    pass


class TestDraws(_Memory, DrawContract):
    pass
