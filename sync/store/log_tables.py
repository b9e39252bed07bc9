"""The tables of the embedded log."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, insert, select

from sync.store.engine import LOG, Database
from sync.store.schema import log_entry, log_offset
from sync.store.statements import Insert, number, upsert


class SqlLogTables:
    """The embedded log's records and its readers' progress, in the state's database.

    Whoever appends on PostgreSQL holds a lock until the records are visible: a reader that has
    seen a position will not meet a lower one later.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, topic: str, entries: Sequence[tuple[str, bytes]]) -> None:
        """Append records (key, value) as one; they are durable when this returns."""
        if not entries:
            return
        rows = [{"topic": topic, "key": key, "value": value} for key, value in entries]
        async with self._database.begin() as connection:
            await self._database.lock(connection, LOG)
            await connection.execute(insert(log_entry), rows)

    async def read(self, topic: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Positions and values after a position, in order."""
        wanted = {"topic": topic, "after": after, "number": limit}
        async with self._database.begin() as connection:
            found = await connection.execute(_READ, wanted)
            return [(position, value) for position, value in found]

    async def offset(self, reader: str, topic: str) -> int:
        """The position up to which a reader has acknowledged; 0 at first."""
        async with self._database.begin() as connection:
            found = await connection.execute(_OFFSET, {"reader": reader, "topic": topic})
            return found.scalar_one_or_none() or 0

    async def save_offset(self, reader: str, topic: str, position: int) -> None:
        """Acknowledge up to a position; never goes back."""
        row = {"reader": reader, "topic": topic, "position": position}
        async with self._database.begin() as connection:
            await connection.execute(_save(self._database.postgres), row)


_READ = (
    select(log_entry.c.position, log_entry.c.value)
    .where(log_entry.c.topic == bindparam("topic"), log_entry.c.position > number("after"))
    .order_by(log_entry.c.position)
    .limit(number("number"))
)
_OFFSET = select(log_offset.c.position).where(
    log_offset.c.reader == bindparam("reader"), log_offset.c.topic == bindparam("topic")
)


@cache
def _save(postgres: bool) -> Insert:
    return upsert(log_offset, postgres=postgres, where=("position",))
