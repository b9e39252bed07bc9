"""Fetching: the rows that a batch must see before it decides, a request or two a side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sync.core.row import Row, RowRef, Side
from sync.engine.loading import Batch
from sync.errors import RemoteError
from sync.ports import Connector, Store


class Fetching:
    """Reads what batches look at.

    Args:
        store: The state, which knows the rows that others join.
        connectors: Both systems.
        everything: Read both sides whole, whatever is known of them.
    """

    def __init__(
        self, store: Store, connectors: Mapping[Side, Connector], *, everything: bool
    ) -> None:
        self._store, self._connectors, self._everything = store, connectors, everything

    async def fetch(self, batch: Batch) -> dict[Side, RemoteError]:
        """Read what must be read before deciding; returns the sides that could not be read."""
        failures: dict[Side, RemoteError] = {}
        wanted = batch.to_read(self._connectors, everything=self._everything)
        await self._take(batch, wanted, failures)
        if batch.has_joins():
            async with self._store.transaction() as tx:
                fresh = await batch.load_joined(tx)
            late: dict[Side, list[RowRef]] = {}
            for ref in fresh:
                late.setdefault(ref.side, []).append(ref)
            await self._take(batch, late, failures)
        return failures

    async def _take(
        self,
        batch: Batch,
        wanted: Mapping[Side, list[RowRef]],
        failures: dict[Side, RemoteError],
    ) -> None:
        async def one(side: Side, refs: list[RowRef]) -> dict[RowRef, Row | None]:
            try:
                return await self._connectors[side].read(refs)
            except RemoteError as error:
                failures[side] = error
                return {}

        for found in await asyncio.gather(*(one(side, refs) for side, refs in wanted.items())):
            batch.learn(found)
