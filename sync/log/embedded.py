"""The change log in the same database as the state: nothing else to install."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from sync.core.event import ChangeEvent
from sync.log.codec import encode, record_key
from sync.log.records import record
from sync.log.topics import CHANGES, topic_name
from sync.ports import LogRecord

_PAGE = 500


class LogTables(Protocol):
    """Where the embedded log keeps its records.

    Positions grow, and become visible in the order in which they were given out.
    """

    async def append(self, topic: str, entries: Sequence[tuple[str, bytes]]) -> None:
        """Append records (key, value) as one; they are durable when this returns."""
        ...

    async def read(self, topic: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Positions and values after a position, in order."""
        ...

    async def offset(self, reader: str, topic: str) -> int:
        """The position up to which a reader has acknowledged; 0 at first."""
        ...

    async def save_offset(self, reader: str, topic: str, position: int) -> None:
        """Acknowledge up to a position; never goes back."""
        ...


class EmbeddedLog:
    """The change log on the state's own database; at least once, in order.

    Args:
        tables: Where records are kept.
        reader: Whose progress is committed. One service reads at a time.
        interval: Seconds after which a waiting poll looks again for what another process appended;
            what this process appends wakes it at once.
    """

    def __init__(
        self, tables: LogTables, *, reader: str = "dualwrite", interval: float = 0.5
    ) -> None:
        self._tables = tables
        self._reader = reader
        self._interval = interval
        self._topic = topic_name(CHANGES)
        self._committed = 0
        self._polled = 0
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Take up consumption where it was committed."""
        self._committed = await self._tables.offset(self._reader, self._topic)
        self._polled = self._committed

    async def publish(self, events: Sequence[ChangeEvent]) -> None:
        """Append events; they are durable when this returns."""
        if events:
            entries = [(record_key(event.ref), encode(event)) for event in events]
            await self._tables.append(self._topic, entries)
            self._news.set()

    async def poll(self, limit: int, wait: float) -> list[LogRecord]:
        """Up to `limit` further records; waits up to `wait` seconds for the first."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while True:
            self._news.clear()
            found = await self._tables.read(self._topic, self._polled, limit)
            if found:
                self._polled = found[-1][0]
                return [record(f"0:{position}", value) for position, value in found]
            remaining = deadline - loop.time()
            if remaining <= 0:
                return []
            await self._wait(min(remaining, self._interval))

    async def commit(self) -> None:
        """Acknowledge everything polled so far."""
        if self._polled > self._committed:
            position = self._polled
            await self._tables.save_offset(self._reader, self._topic, position)
            self._committed = position

    async def note(self, topic: str, key: str, value: bytes) -> None:
        """Append to a side topic (`outcomes`, `deadletters`), for other readers."""
        await self._tables.append(topic_name(topic), [(key, value)])

    async def history(self, topic: str) -> AsyncIterator[bytes]:
        """Every note of a side topic so far, from the first; in order."""
        after = 0
        while found := await self._tables.read(topic_name(topic), after, _PAGE):
            for _, value in found:
                yield value
            after = found[-1][0]

    async def close(self) -> None:
        """Stop, giving back what was not committed; the database is closed by the store."""
        self._polled = self._committed

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return
