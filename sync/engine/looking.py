"""Looking: where a system's changes are looked for, and when.

Notices come first, then the table that was not looked at for the longest time. A notice that names
a row of a system without a change feed is answered by reading that row; anything else by reading
the table's feed.
"""

from __future__ import annotations

import asyncio
import math
from datetime import datetime

from sync.core.backoff import OF_LOOPS
from sync.core.row import RowRef
from sync.engine.breakers import Breakers
from sync.engine.capture import Capture
from sync.engine.options import ServiceOptions
from sync.errors import RemoteError, Throttled, Unavailable
from sync.ports import Clock, Observer, VersionKind, WakeUp

_ROWS_AT_ONCE = 200
_MOST_NAMED = 10_000
"""How many rows notices may name before whole tables are looked at instead: memory is bounded."""
_SELDOM = 5
"""How much longer a table of reference data is left alone than another one."""
_SYSTEM_WIDE = (Unavailable, Throttled)


class Looking:
    """Looks for one system's changes, for as long as the service runs.

    A table that the system refuses to show is left out until it is due again; the others go on.

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
        breakers: Breakers,
    ) -> None:
        self._capture, self._clock, self._observer = capture, clock, observer
        self._breakers = breakers
        self._feeds = versions is VersionKind.ORDERED
        self._options = options
        self._tables: dict[str, None] = {}
        self._rows: dict[RowRef, None] = {}
        self._news = asyncio.Event()
        self._failures = 0
        self._tried: dict[str, datetime] = {}
        self._broken: dict[str, RemoteError] = {}
        self.error: RemoteError | None = None
        self.looked_at: dict[str, datetime] = {}

    def wake(self, notice: WakeUp) -> None:
        """Look where a notice says, as soon as possible."""
        if notice.table is None:
            self._tables.update(dict.fromkeys(self._capture.tables))
        elif notice.table not in self._capture.tables:
            return
        elif notice.row_id is not None and not self._feeds and len(self._rows) < _MOST_NAMED:
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
                self._failures = 0
                self.error = next(iter(self._broken.values()), None)
                pause = 0.0 if self._tables or self._rows else max(0.0, self._until_due())
            except RemoteError as error:
                self.error, self._failures = error, self._failures + 1
                await self._pause(error, stop)
                continue
            if pause > 0:
                await first_of(stop.wait(), self._news.wait(), self._clock.sleep(pause))
            if not stop.is_set():
                await self._clock.sleep(self._options.gather_seconds)

    async def _pause(self, error: RemoteError, stop: asyncio.Event) -> None:
        """Let time pass after a failure; while the side is not asked, until it answers."""
        side = self._capture.side
        if self._breakers.is_open(side):
            await first_of(stop.wait(), self._breakers.until_closed(side))
            return
        pause = OF_LOOPS.after(error, self._failures)
        self._observer.noticed("look_failed", side=side, code=error.code, pause=pause)
        await first_of(stop.wait(), self._clock.sleep(pause))

    async def once(self) -> int:
        """Look at what notices named and at what is due; returns how many events that made.

        Raises:
            Unavailable: The system is not reached; what was not looked at is still to be.
            Throttled: As above, and when to come back.
        """
        count = await self._named_rows()
        due = self._due()
        wanted = dict.fromkeys([*self._tables, *([due] if due else [])])
        for table in sorted(wanted, key=self._broken.__contains__):
            self._tables.pop(table, None)
            self._tried[table] = self._clock.now()
            try:
                count += await self._capture.table(table)
            except _SYSTEM_WIDE as error:
                self._tables[table], self._broken[table] = None, error
                raise
            except RemoteError as error:
                self._broken[table] = error
                self._observer.noticed(
                    "look_failed", side=self._capture.side, table=table, code=error.code
                )
                continue
            self._broken.pop(table, None)
            self.looked_at[table] = self._clock.now()
        return count

    async def _named_rows(self) -> int:
        """Read the rows that notices named; a notice that comes meanwhile is a new one."""
        rows = list(self._rows)[:_ROWS_AT_ONCE]
        for ref in rows:
            del self._rows[ref]
        if not rows:
            return 0
        try:
            return await self._capture.rows(rows)
        except _SYSTEM_WIDE:
            self._rows.update(dict.fromkeys(rows))
            raise
        except RemoteError:
            # Which of them it was is not known: their tables tell, each on its own.
            self._tables.update(dict.fromkeys(ref.table for ref in rows))
            return 0

    def _interval(self, table: str) -> float:
        """Seconds between two looks at one table that no notice named.

        Where whole tables are swept, one of them is swept every `sweep_seconds` in the mean,
        however many there are.
        """
        tables, seldom = self._capture.tables, self._capture.seldom
        round_trip = self._options.poll_seconds
        if not self._feeds:
            shares = len(tables) - len(seldom) + len(seldom) / _SELDOM
            round_trip = self._options.sweep_seconds * shares
        return round_trip * (_SELDOM if table in seldom else 1)

    def _due(self) -> str | None:
        """The table that has waited the longest, if that is long enough; what people edit first."""
        if self._until_due() > 0:
            return None
        seldom = self._capture.seldom
        return min(self._capture.tables, key=lambda table: (self._wait_of(table), table in seldom))

    def _until_due(self) -> float:
        """Seconds until some table is due."""
        return min(map(self._wait_of, self._capture.tables), default=self._options.poll_seconds)

    def _wait_of(self, table: str) -> float:
        """Seconds until a table is due; below zero when it is overdue."""
        tried = self._tried.get(table)
        if tried is None:
            return -math.inf
        passed = (self._clock.now() - tried).total_seconds()
        # A clock that was put back tells nothing of how much time has passed.
        return self._interval(table) - passed if passed >= 0 else 0.0


async def first_of(*waits: object) -> None:
    """Wait for the first of several things and give the others up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[call-overload]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
