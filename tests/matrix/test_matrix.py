"""The same story, however the service is built and sized, ends in the same state of both systems.

A few ways to build it here; all of them, and more stories, with `make soak` (`MATRIX=all`).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from itertools import product

import pytest

from sync.log.embedded import EmbeddedLog
from sync.log.kafka import KafkaLog
from sync.log.kafka_options import KafkaOptions
from sync.ports import ChangeLog, Store
from sync.store.engine import Database
from sync.store.log_tables import SqlLogTables
from sync.store.migrate import migrate
from sync.store.sql_store import SqlStore
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.matrix.canon import apart
from tests.matrix.stage import Ending, Stage

_PLAIN, _OTHER = (False, 1), (True, 2)
"""Stories: whether with party and address book, and seed."""
_SHORT = [("memory", 4, 100, *_PLAIN), ("embedded", 4, 1, *_OTHER), ("kafka", 1, 100, *_PLAIN)]
_LONG = [
    (log, workers, batch, gab, seed)
    for log, workers, batch in product(("memory", "embedded", "kafka"), (1, 4), (1, 100))
    for gab, seed in (_PLAIN, _OTHER, (False, 3), (True, 4))
]
_WAYS = _LONG if os.environ.get("MATRIX") == "all" else _SHORT
"""Log, workers, batch, story."""

pytestmark = [pytest.mark.simulation, pytest.mark.timeout(600)]


class Matrix:
    """Every log and size on one kind of database."""

    @pytest.fixture
    async def database(self) -> AsyncIterator[Database]:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, database: Database) -> AsyncIterator[Store]:
        store = SqlStore(database)
        await store.start()
        yield store
        await store.close()

    @pytest.fixture
    async def log(
        self, log_of: str, database: Database, request: pytest.FixtureRequest
    ) -> AsyncIterator[ChangeLog]:
        log: ChangeLog
        if log_of == "kafka":
            prefix = request.getfixturevalue("kafka_prefix")
            bootstrap = request.getfixturevalue("kafka_bootstrap")
            log = KafkaLog(KafkaOptions(bootstrap=bootstrap, group=f"{prefix}g", prefix=prefix))
        elif log_of == "embedded":
            log = EmbeddedLog(SqlLogTables(database))
        else:
            log = MemoryLog()
        await log.start()
        yield log
        await log.close()

    @pytest.mark.parametrize(("log_of", "workers", "batch", "gab", "seed"), _WAYS)
    async def test_the_end_is_the_same(
        self, store: Store, log: ChangeLog, gab: bool, seed: int, workers: int, batch: int
    ) -> None:
        stage = Stage(store, log, gab=gab, seed=seed, workers=workers, batch=batch)
        _same(await stage.play(), await _plain(gab, seed))


class TestOnSqlite(Matrix):
    @pytest.fixture
    async def database(self, sqlite_url: str) -> AsyncIterator[Database]:
        database = Database(sqlite_url)
        yield database
        await database.close()


class TestOnPostgres(Matrix):
    @pytest.fixture
    async def database(self, postgres_url: str) -> AsyncIterator[Database]:
        await migrate(postgres_url)
        database = Database(postgres_url)
        yield database
        await database.close()


_told: dict[tuple[bool, int], Ending] = {}


async def _plain(gab: bool, seed: int) -> Ending:
    """How the story ends in memory, one thing after the other."""
    if (gab, seed) not in _told:
        stage = Stage(MemoryStore(), MemoryLog(), gab=gab, seed=seed, workers=1, batch=200)
        _told[gab, seed] = await stage.play()
    return _told[gab, seed]


def _same(ending: Ending, plain: Ending) -> None:
    assert ending.acts == plain.acts
    assert apart(ending.dump, plain.dump) == []
    assert ending.conflicts == plain.conflicts


async def test_the_story_says_something() -> None:
    """Or its end would prove little."""
    plain = await _plain(*_PLAIN)
    assert plain.writes > 80
    assert len({act for act in plain.acts if "refused" not in act}) > 15
    assert plain.dump != (await _plain(_PLAIN[0], 99)).dump
