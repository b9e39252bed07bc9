"""The store on SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

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
from tests.contracts.store_backends import sql_stores


class _Sqlite:
    @pytest.fixture
    async def make_store(self, sqlite_url: str) -> AsyncIterator[MakeStore]:
        async with sql_stores(sqlite_url) as make:
            yield make


class TestTransactions(_Sqlite, TransactionContract):
    pass


class TestHistory(_Sqlite, HistoryContract):
    pass


class TestJobs(_Sqlite, JobContract):
    pass


class TestDuties(_Sqlite, DutyContract):
    pass


class TestRows(_Sqlite, RowContract):
    pass


class TestInbox(_Sqlite, InboxContract):
    pass


class TestLinks(_Sqlite, LinkContract):
    pass


class TestSchedules(_Sqlite, ScheduleContract):
    pass


class TestReservations(_Sqlite, ReservationContract):
    pass


class TestProofs(_Sqlite, ProofContract):
    pass


class TestRelations(_Sqlite, RelationContract):
    pass


class TestDecisions(_Sqlite, DecisionContract):
    pass


class TestRecords(_Sqlite, RecordContract):
    pass


class TestServiceState(_Sqlite, ServiceStateContract):
    pass


class TestBalance(_Sqlite, BalanceContract):
    pass


class TestDraws(_Sqlite, DrawContract):
    pass
