"""What the command line does as a whole is not done while the service does it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.engine.duties import JOBS, NUMBERS
from sync.store.engine import Database
from sync.store.sql_store import SqlStore
from tests.cli.test_commands import run

_SYSTEMS = "".join(
    f'{side}_url = "http://127.0.0.1:9"\n{side}_client_id = "c"\n{side}_client_secret = "cs"\n'
    for side in ("crm", "erp")
)


@pytest.mark.parametrize(
    ("command", "duty"),
    [("reconcile", JOBS), ("reconcile --repair", JOBS), ("numbers check", NUMBERS)],
)
def test_it_is_refused_while_another_process_is_at_it(
    tmp_path: Path, command: str, duty: str
) -> None:
    """Before anything is asked of the systems, which nobody would answer here."""
    settings = tmp_path / "dualwrite.toml"
    settings.write_text(f'data_dir = "state"\ngab = false\n{_SYSTEMS}', "utf-8")
    assert run("migrate", settings).exit_code == 0
    asyncio.run(_take(f"sqlite:///{tmp_path}/state/dualwrite.db", duty))
    refused = run(command, settings)
    assert refused.exit_code == 2
    assert "job_running" in refused.output
    assert "in another process" in refused.output


async def _take(url: str, duty: str) -> None:
    store, now = SqlStore(Database(url)), datetime.now(UTC)
    async with store.transaction() as tx:
        assert await tx.take_duty(duty, now, now + timedelta(minutes=5)) is not None
    await store.close()
