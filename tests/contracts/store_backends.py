"""How the suites of a store open each backend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sync.ports import Store
from sync.store.engine import Database
from sync.store.sql_store import SqlStore
from sync.testing.contracts.store import MakeStore


@asynccontextmanager
async def sql_stores(url: str) -> AsyncIterator[MakeStore]:
    """Opens stores on a migrated database; closes them all."""
    stores: list[Store] = []

    async def make() -> Store:
        store = SqlStore(Database(url))
        stores.append(store)
        await store.start()
        return store

    try:
        yield make
    finally:
        for store in stores:
            await store.close()
