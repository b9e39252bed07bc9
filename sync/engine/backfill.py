"""Backfill: bringing maps that were asked to start into operation.

Both sides' tables are read whole, what that found goes through the log into the inbox like any
other change, and only then do the maps run: first contact sees both sides of every record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec

from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.capture import Capture
from sync.engine.times import text
from sync.ports import Clock, MapRun, Observer, Store

_AT_ONCE = 1000


class Backfill:
    """Starts maps.

    Args:
        kinds: All kinds.
        store: The state.
        captures: How each side is read.
        drain: Takes in some more of what the log holds, all of it if nobody else does.
        clock: Time.
        observer: Hears what happens.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        captures: Mapping[Side, Capture],
        drain: Callable[[], Awaitable[None]],
        clock: Clock,
        observer: Observer,
    ) -> None:
        self._kinds, self._store, self._captures = kinds, store, captures
        self._drain, self._clock, self._observer = drain, clock, observer

    def drain_with(self, drain: Callable[[], Awaitable[None]]) -> None:
        """Take in by another way than the service's own loop, which does not run then."""
        self._drain = drain

    async def wanted(self) -> list[MapRun]:
        """The maps that were asked to start, and may."""
        async with self._store.transaction() as tx:
            every = (await tx.map_runs()).values()
        return [run for run in every if run.state == "starting" and run.problem is None]

    async def once(self) -> int:
        """Start every map that was asked to start; returns how many were."""
        runs = await self.wanted()
        if not runs:
            return 0
        for side, table in tables_of(self._kinds, (run.map_id for run in runs)):
            await self.read(side, table)
        await self._drain()
        async with self._store.transaction() as tx:
            now = self._clock.now()
            current = await tx.map_runs()
            still = [run for run in runs if current[run.map_id].state == "starting"]
            for run in still:
                started = msgspec.structs.replace(run, state="running", since=text(now))
                await tx.put_map_run(started)
            for master in sorted({run.master for run in still}):
                ids = {run.map_id for run in still if run.master == master}
                kinds = sorted({m.kind for m in self._kinds.table_maps if m.id in ids})
                await tx.wake_kinds(kinds, now, master)
                leading = self._kinds.with_leaders(kinds) - set(kinds)
                await tx.wake_kinds(sorted(leading), now, None)
        self._observer.noticed("maps_started", maps=len(still))
        return len(still)

    async def _taken_in(self, events: set[str]) -> None:
        """Wait until the inbox has the events; what others publish meanwhile is not waited for."""
        waiting = sorted(events)
        while waiting:
            async with self._store.transaction() as tx:
                unseen = await tx.unseen(waiting[:_AT_ONCE])
            if unseen:
                await self._drain()
            else:
                del waiting[:_AT_ONCE]

    async def read(self, side: Side, table: str) -> int:
        """Read a table whole, and wait until all of it is taken in; returns how many events."""
        published = set[str]()
        count = await self._captures[side].table(table, full=True, published=published)
        await self._taken_in(published)
        return count


def tables_of(kinds: Kinds, map_ids: Iterable[str]) -> list[tuple[Side, str]]:
    """Every table that maps are about, those of the CRM first."""
    wanted = set(map_ids)
    found: dict[Side, dict[str, None]] = {side: {} for side in Side}
    for table_map in kinds.table_maps:
        if table_map.id in wanted:
            for member in (table_map.crm, *table_map.erp):
                found[member.side][member.table] = None
    return [(side, table) for side, tables in found.items() for table in tables]
