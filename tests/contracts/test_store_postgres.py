"""The store on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sync.store.migrate import migrate
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


class _Postgres:
    @pytest.fixture
    async def make_store(self, postgres_url: str) -> AsyncIterator[MakeStore]:
        await migrate(postgres_url)
        async with sql_stores(postgres_url) as make:
            yield make


class TestTransactions(_Postgres, TransactionContract):
    pass


class TestHistory(_Postgres, HistoryContract):
    pass


class TestJobs(_Postgres, JobContract):
    pass


class TestDuties(_Postgres, DutyContract):
    pass


class TestRows(_Postgres, RowContract):
    pass


class TestInbox(_Postgres, InboxContract):
    pass


class TestLinks(_Postgres, LinkContract):
    pass


class TestSchedules(_Postgres, ScheduleContract):
    pass


class TestReservations(_Postgres, ReservationContract):
    pass


class TestProofs(_Postgres, ProofContract):
    pass


class TestRelations(_Postgres, RelationContract):
    pass


class TestDecisions(_Postgres, DecisionContract):
    pass


class TestRecords(_Postgres, RecordContract):
    pass


class TestServiceState(_Postgres, ServiceStateContract):
    pass


class TestBalance(_Postgres, BalanceContract):
    pass


class TestDraws(_Postgres, DrawContract):
    pass
