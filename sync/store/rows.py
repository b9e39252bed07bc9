"""Rows, as the service knows them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select

from sync.core.row import RowRef, Side
from sync.ports import KnownRow
from sync.store.codec import known_row, ref_key, row_columns
from sync.store.schema import row
from sync.store.statements import Insert, among, upsert
from sync.store.unit import Unit


class Rows(Unit):
    """The row part of a transaction."""

    async def rows(self, refs: Iterable[RowRef]) -> dict[RowRef, KnownRow]:
        """Known rows, deleted ones included."""
        keys = {ref_key(ref): ref for ref in refs}
        if not keys:
            return {}
        found = await self._select(_by("ref", self._postgres), {"wanted": self._texts(keys)})
        return {keys[columns["ref"]]: known_row(columns) for columns in found}

    async def rows_of(self, link_ids: Iterable[str]) -> list[KnownRow]:
        """Every row that belongs to the links."""
        found = await self._select(
            _by("link_id", self._postgres), {"wanted": self._texts(link_ids)}
        )
        return _sorted(known_row(columns) for columns in found)

    async def rows_joined(
        self, side: Side, table: str, aliases: Iterable[str]
    ) -> dict[str, list[KnownRow]]:
        """Rows of the table that refer to each alias, deleted ones not included."""
        wanted = list(aliases)
        joined: dict[str, list[KnownRow]] = {alias: [] for alias in wanted}
        statement = _by("joins", self._postgres).where(*_OF_TABLE, row.c.deleted.is_(False))
        found = await self._select(
            statement, {"wanted": self._texts(wanted), "side": str(side), "entity_set": table}
        )
        for known in _sorted(known_row(columns) for columns in found):
            joined[str(known.joins)].append(known)
        return joined

    async def versions(self, side: Side, table: str) -> dict[str, str]:
        """Row id → version of every row of the table that is not deleted."""
        found = await self._select(_VERSIONS, {"side": str(side), "entity_set": table})
        return {columns["row_id"]: columns["version"] for columns in found}

    async def put_rows(self, rows: Iterable[KnownRow], *, newer_only: bool = False) -> None:
        """Insert or replace rows. `newer_only`: leave a known row whose `order` is not lower."""
        statement = _put(newer_only, self._postgres)
        await self._change_each(statement, [row_columns(known) for known in rows])


_OF_TABLE: tuple[ColumnElement[bool], ...] = (
    row.c.side == bindparam("side"),
    row.c.entity_set == bindparam("entity_set"),
)
_VERSIONS = (
    select(row.c.row_id, row.c.version)
    .where(*_OF_TABLE, row.c.deleted.is_(False))
    .order_by(row.c.row_id)
)


@cache
def _by(column: str, postgres: bool) -> Select[tuple[object, ...]]:
    return select(row).where(among(row.c[column], "wanted", postgres=postgres))


@cache
def _put(newer_only: bool, postgres: bool) -> Insert:
    return upsert(row, postgres=postgres, where=("version_order",) if newer_only else ())


def _sorted(rows: Iterable[KnownRow]) -> list[KnownRow]:
    return sorted(rows, key=lambda known: known.row.ref)
