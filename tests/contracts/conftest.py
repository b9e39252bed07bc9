"""A migrated SQLite database for each test."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from sync.store.migrate import migrate


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied: migrating for every test would take long."""
    file = tmp_path_factory.mktemp("migrated") / "state.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a migrated, empty SQLite database of the test's own."""
    file = tmp_path / "state.db"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"
