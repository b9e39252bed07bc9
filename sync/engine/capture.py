"""Capture: from the systems into the change log.

A notice only says where to look; the change feed and the sweep say what is true. A checkpoint is
saved after the log has the events, so a crash in between repeats events and loses none. A row that
a full pass did not meet is believed to be gone only after a direct read says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.event import ChangeEvent, deleted, upserted
from sync.core.row import Row, RowRef, Side, TableSpec
from sync.engine.times import text
from sync.errors import CheckpointExpired
from sync.ports import ChangeLog, Checkpoint, Clock, Connector, KnownRow, Observer, Store

_READ_AT_ONCE = 200


class Capture:
    """Captures the changes of one system.

    Args:
        connector: The system.
        tables: What is captured there.
        store: The state.
        log: The change log.
        clock: Time.
        observer: Hears what happens.
    """

    def __init__(
        self,
        connector: Connector,
        tables: Mapping[str, TableSpec],
        store: Store,
        log: ChangeLog,
        clock: Clock,
        observer: Observer,
    ) -> None:
        self.side: Side = connector.side
        self.tables = tuple(tables)
        self.seldom = frozenset(name for name, spec in tables.items() if spec.seldom)
        self._connector, self._store, self._log = connector, store, log
        self._clock, self._observer = clock, observer

    async def table(
        self, table: str, *, full: bool = False, published: set[str] | None = None
    ) -> int:
        """Read a table's changes since its checkpoint; returns how many events that made.

        Args:
            table: The entity set.
            full: Whether to read the whole table, whatever the checkpoint.
            published: Where the ids of these events are added, for who wants to wait for them.
        """
        async with self._store.transaction() as tx:
            saved = {c.table: c for c in await tx.checkpoints() if c.side is self.side}
        checkpoint = saved.get(table, Checkpoint(self.side, table))
        try:
            return await self._pass(checkpoint, None if full else checkpoint.token, published)
        except CheckpointExpired:
            self._observer.noticed("checkpoint_expired", side=self.side, table=table)
            return await self._pass(checkpoint, None, published)

    async def rows(self, refs: Iterable[RowRef], published: set[str] | None = None) -> int:
        """Read single rows that a notice named; returns how many events that made."""
        wanted = list(dict.fromkeys(refs))
        found = await self._connector.read(wanted)
        known = await self._known(wanted)
        events = []
        for ref in wanted:
            row = found.get(ref)
            if row is not None:
                events += self._changed([row], known)
            elif ref in known and not known[ref].deleted:
                events.append(self._gone(known[ref]))
        await self._publish(events, "notice", published)
        return len(events)

    async def _pass(
        self, checkpoint: Checkpoint, token: str | None, published: set[str] | None
    ) -> int:
        count, full, seen = 0, False, set[str]()
        async for page in self._connector.changes(checkpoint.table, token):
            known = await self._known(
                [row.ref for row in page.rows]
                + [RowRef(self.side, checkpoint.table, row_id) for row_id in page.deleted]
            )
            events = self._changed(page.rows, known)
            events += [
                self._gone(known[ref])
                for ref in (RowRef(self.side, checkpoint.table, i) for i in page.deleted)
                if ref in known and not known[ref].deleted
            ]
            full = full or page.full
            if page.full:
                seen.update(row.ref.row_id for row in page.rows)
            await self._publish(events, checkpoint.table, published)
            count += len(events)
            if page.last:
                if full:
                    count += await self._absent(checkpoint.table, seen, published)
                now = text(self._clock.now())
                async with self._store.transaction() as tx:
                    await tx.put_checkpoint(
                        Checkpoint(
                            self.side,
                            checkpoint.table,
                            page.checkpoint,
                            now,
                            now if full else checkpoint.full_at,
                        )
                    )
        return count

    async def _absent(self, table: str, seen: set[str], published: set[str] | None) -> int:
        """Rows that a full pass did not meet: read them, and believe what that says."""
        async with self._store.transaction() as tx:
            versions = await tx.versions(self.side, table)
        missing = [RowRef(self.side, table, i) for i in sorted(versions) if i not in seen]
        count = 0
        for start in range(0, len(missing), _READ_AT_ONCE):
            count += await self.rows(missing[start : start + _READ_AT_ONCE], published)
        return count

    async def _known(self, refs: list[RowRef]) -> dict[RowRef, KnownRow]:
        if not refs:
            return {}
        async with self._store.transaction() as tx:
            return await tx.rows(refs)

    def _changed(self, rows: Iterable[Row], known: Mapping[RowRef, KnownRow]) -> list[ChangeEvent]:
        """Events for rows that are not known at that version: our own writes are."""
        return [
            upserted(row, after=known[row.ref].event_id if row.ref in known else None)
            for row in rows
            if row.ref not in known
            or known[row.ref].deleted
            or known[row.ref].row.version != row.version
        ]

    def _gone(self, known: KnownRow) -> ChangeEvent:
        now = text(self._clock.now())
        return deleted(known.row.ref, known.row.version, after=known.event_id, occurred_at=now)

    async def _publish(
        self, events: list[ChangeEvent], where: str, published: set[str] | None
    ) -> None:
        if events:
            await self._log.publish(events)
            if published is not None:
                published.update(event.id for event in events)
            self._observer.noticed(
                "changes_captured", side=self.side, table=where, events=len(events)
            )
