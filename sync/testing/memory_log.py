"""The change log in memory, with the mischief of a real one on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random

import msgspec

from sync.core.event import ChangeEvent
from sync.core.row import RowRef
from sync.ports import LogRecord
from sync.testing.memory_state import isolated

_TOPICS = ("outcomes", "deadletters")


class Mischief(msgspec.Struct, frozen=True):
    """What a log may do to its readers without breaking its promise.

    Attributes:
        random: Where chance comes from; the same seed does the same.
        duplicate: How likely a record is delivered once more in a later poll.
        delay: How likely a row's records are held back in one poll, so that other rows overtake.
    """

    random: Random
    duplicate: float = 0.0
    delay: float = 0.0


class MemoryLog:
    """A change log in memory: at least once, in order per row, never losing a record.

    It outlives the engine that reads it: what was polled and not committed comes again after
    `close` and `start`, or after `crash`.

    Attributes:
        notes: Topic → (key, value) in order, as `note` got them.
        mischief: What it does to its readers; may be changed at any time.
    """

    def __init__(self, mischief: Mischief | None = None) -> None:
        self.mischief = mischief
        self.notes: dict[str, list[tuple[str, bytes]]] = {}
        self._records: list[LogRecord] = []
        self._waiting: list[int] = []
        self._polled: list[int] = []
        self._again: list[int] = []
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Take up consumption where it was committed."""
        self.crash()

    async def publish(self, events: Sequence[ChangeEvent]) -> None:
        """Append events."""
        for event in events:
            self._append(LogRecord(position=str(len(self._records)), event=isolated(event)))

    def publish_broken(self, raw: bytes, error: str) -> None:
        """Append a record that cannot be decoded, as somebody else's producer might."""
        self._append(LogRecord(position=str(len(self._records)), raw=raw, error=error))

    async def poll(self, limit: int, wait: float) -> list[LogRecord]:
        """Up to `limit` further records; waits up to `wait` seconds for the first."""
        if not self._waiting and not self._again and wait > 0:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except TimeoutError:
                return []
        chosen = self._choose(limit)
        return [isolated(self._records[index]) for index in chosen]

    async def commit(self) -> None:
        """Acknowledge everything polled so far."""
        self._polled.clear()

    async def note(self, topic: str, key: str, value: bytes) -> None:
        """Append to a side topic (`outcomes`, `deadletters`).

        Raises:
            ValueError: There is no such topic.
        """
        if topic not in _TOPICS:
            raise ValueError(f"There is no topic {topic!r} for notes.")
        self.notes.setdefault(topic, []).append((key, value))

    async def history(self, topic: str) -> AsyncIterator[bytes]:
        """Every note of a side topic so far, from the first."""
        for _, value in list(self.notes.get(topic, ())):
            yield value

    async def close(self) -> None:
        """Stop, giving back what was not committed."""
        self.crash()

    def crash(self) -> None:
        """Forget the reader: everything that it did not commit comes again, in order."""
        self._waiting = sorted({*self._waiting, *self._polled})
        self._polled.clear()
        self._again.clear()
        self._news = asyncio.Event()

    @property
    def undelivered(self) -> int:
        """How many records no poll has returned yet, announced duplicates included."""
        return len(self._waiting) + len(self._again)

    def _append(self, record: LogRecord) -> None:
        self._waiting.append(len(self._records))
        self._records.append(record)
        self._news.set()

    def _choose(self, limit: int) -> list[int]:
        repeated, self._again = self._again[:limit], self._again[limit:]
        limit -= len(repeated)
        mischief = self.mischief
        if mischief is None:
            chosen, self._waiting = self._waiting[:limit], self._waiting[limit:]
        else:
            chosen = self._mixed(limit, mischief)
            if not chosen and not repeated:
                chosen, self._waiting = self._waiting[:limit], self._waiting[limit:]
            again = [i for i in chosen if mischief.random.random() < mischief.duplicate]
            self._again.extend(again)
        self._polled.extend(chosen)
        return repeated + chosen

    def _mixed(self, limit: int, mischief: Mischief) -> list[int]:
        """Records in order, without those of rows that are held back this time."""
        chosen: list[int] = []
        kept: list[int] = []
        held: dict[RowRef | None, bool] = {}
        for index in self._waiting:
            if len(chosen) == limit:
                kept.append(index)
                continue
            event = self._records[index].event
            row = event.ref if event is not None else None
            if row not in held:
                held[row] = mischief.random.random() < mischief.delay
            (kept if held[row] else chosen).append(index)
        self._waiting = kept
        return chosen
