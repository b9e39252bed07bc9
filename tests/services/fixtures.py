"""Fixtures for a real PostgreSQL and a real Apache Kafka; a pytest plugin, never imported.

``deploy/dev/services run -- .venv/bin/pytest …`` starts both and sets the variables. A test that
asks for one of these fixtures is marked ``connected`` by itself. Without the variables it is
skipped, but under CI it fails: there a test must not vanish because a service did.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

DATABASE_URL = "DUALWRITE_TEST_DATABASE_URL"
KAFKA_BOOTSTRAP = "DUALWRITE_TEST_KAFKA_BOOTSTRAP"
_CONNECTED = {"postgres_url", "kafka_bootstrap", "kafka_prefix"}
_FALSE = {"", "0", "false", "no"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a service, before ``-m`` selects by marks."""
    for item in items:
        if _CONNECTED.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.connected)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL (asyncpg) of an empty database of the test's own, dropped afterwards."""
    server = make_url(_variable(DATABASE_URL, "PostgreSQL"))
    name = f"t_{os.getpid()}_{secrets.token_hex(6)}"
    _wait_for(_execute(server, f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        # A test that failed may have left connections open; they must not keep the database.
        _wait_for(_execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def kafka_bootstrap() -> str:
    """Host and port of the broker, which creates no topic by itself."""
    return _variable(KAFKA_BOOTSTRAP, "Apache Kafka")


@pytest.fixture
def kafka_prefix(kafka_bootstrap: str) -> str:
    """A prefix for topics and groups that no other test has: all tests share the broker."""
    assert kafka_bootstrap
    return f"t-{os.getpid()}-{secrets.token_hex(6)}."


def _variable(name: str, service: str) -> str:
    value = os.environ.get(name, "")
    if value:
        return value
    reason = (
        f"{name} is not set: this test needs a real {service}; "
        "run it by `deploy/dev/services run -- .venv/bin/pytest …`"
    )
    if os.environ.get("CI", "").lower() not in _FALSE:
        pytest.fail(f"{reason} (under CI it may not be skipped)", pytrace=False)
    pytest.skip(reason)


async def _execute(server: URL, statement: str) -> None:
    connection = await asyncpg.connect(
        host=server.host,
        port=server.port,
        user=server.username,
        password=server.password,
        database=server.database,
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _wait_for(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on a loop in a thread of its own, whether or not a loop runs here."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()
