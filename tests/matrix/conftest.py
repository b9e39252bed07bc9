"""The migrated SQLite databases of the store's contract."""

from tests.contracts.conftest import migrated_sqlite, sqlite_url

__all__ = ["migrated_sqlite", "sqlite_url"]
