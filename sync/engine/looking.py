"""Looking: where a system's changes are looked for, and when.

Notices come first, then the table that was not looked at for the longest time. A notice that names
a row of a system without a change feed is answered by reading that row; anything else by reading
the table's feed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from sync.core.row import RowRef
from sync.engine.capture import Capture
from sync.engine.options import ServiceOptions
from sync.engine.times import later
from sync.errors import RemoteError, Throttled
from sync.ports import Clock, Observer, VersionKind, WakeUp

_ROWS_AT_ONCE = 200
_LONGEST_PAUSE = 30.0


class Looking:
    """Looks for one system's changes, for as long as the service runs.

    Attributes:
        error: What kept the last look from succeeding; `None` when it did.
        looked_at: Table → when it was last read to the end.
    """

    def __init__(
        self,
        capture: Capture,
        versions: VersionKind,
        clock: Clock,
        observer: Observer,
        options: ServiceOptions,
    ) -> None:
        self._capture, self._clock, self._observer = capture, clock, observer
        self._feeds = versions is VersionKind.ORDERED
        self._options = options
        self._tables: dict[str, None] = {}
        self._rows: dict[RowRef, None] = {}
        self._news = asyncio.Event()
        self._failures = 0
        self.error: RemoteError | None = None
        self.looked_at: dict[str, datetime] = {}

    def wake(self, notice: WakeUp) -> None:
        """Look where a notice says, as soon as possible."""
        if notice.table is None:
            self._tables.update(dict.fromkeys(self._capture.tables))
        elif notice.table not in self._capture.tables:
            return
        elif notice.row_id is not None and not self._feeds:
            self._rows[RowRef(self._capture.side, notice.table, notice.row_id)] = None
        else:
            self._tables[notice.table] = None
        self._news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop; each failure pauses a little longer."""
        while not stop.is_set():
            self._news.clear()
            try:
                await self.once()
                self.error, self._failures = None, 0
                pause = 0.0 if self._tables or self._rows else self._until_due()
            except RemoteError as error:
                self.error, self._failures = error, self._failures + 1
                pause = min(_LONGEST_PAUSE, 0.5 * 2.0 ** min(self._failures, 6))
                if isinstance(error, Throttled):
                    pause = max(pause, error.retry_after)
                self._observer.noticed(
                    "look_failed", side=self._capture.side, code=error.code, pause=pause
                )
                await first_of(stop.wait(), self._clock.sleep(pause))
                continue
            if pause > 0:
                await first_of(stop.wait(), self._news.wait(), self._clock.sleep(pause))
            if not stop.is_set():
                await self._clock.sleep(self._options.gather_seconds)

    async def once(self) -> int:
        """Look at what notices named and at what is due; returns how many events that made."""
        count = 0
        rows = list(self._rows)[:_ROWS_AT_ONCE]
        if rows:
            count += await self._capture.rows(rows)
            for ref in rows:
                self._rows.pop(ref, None)
        due = self._due()
        for table in [*self._tables, *([due] if due and due not in self._tables else [])]:
            self._tables.pop(table, None)
            try:
                count += await self._capture.table(table)
            except RemoteError:
                self._tables[table] = None
                raise
            self.looked_at[table] = self._clock.now()
        return count

    @property
    def _interval(self) -> float:
        """Seconds between two looks at one table that no notice named."""
        if self._feeds:
            return self._options.poll_seconds
        return self._options.sweep_seconds * len(self._capture.tables)

    def _due(self) -> str | None:
        """The table that was not looked at for the longest time, if that is long enough."""
        never = [table for table in self._capture.tables if table not in self.looked_at]
        if never:
            return never[0]
        oldest = min(self._capture.tables, key=lambda table: self.looked_at[table])
        ready = later(self.looked_at[oldest], self._interval) <= self._clock.now()
        return oldest if ready else None

    def _until_due(self) -> float:
        if any(table not in self.looked_at for table in self._capture.tables):
            return 0.0
        oldest = min(self.looked_at[table] for table in self._capture.tables)
        wait = (later(oldest, self._interval) - self._clock.now()).total_seconds()
        return max(0.05, wait)


async def first_of(*waits: object) -> None:
    """Wait for the first of several things and give the others up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[call-overload]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
