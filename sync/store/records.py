"""Conflicts, dead letters and receipts: what people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, func, insert, select

from sync.core.conflict import Conflict, ConflictState
from sync.ports import DeadLetter, LetterFilter, Receipt
from sync.store.codec import (
    conflict_columns,
    conflict_of,
    dead_letter_columns,
    dead_letter_of,
    receipt_columns,
    receipt_of,
)
from sync.store.schema import conflict, dead_letter, receipt
from sync.store.statements import Insert, among, upsert
from sync.store.unit import Unit


class Records(Unit):
    """The part of a transaction for conflicts, dead letters and the audit."""

    async def put_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        """Insert or replace conflicts by id."""
        columns = [conflict_columns(found) for found in conflicts]
        await self._change_each(_put(conflict, self._postgres), columns)

    async def conflicts(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: ConflictState | None = None,
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[Conflict]:
        """Conflicts in order of id."""
        wanted = None if state is None else str(state)
        found = await self._listed(conflict, wanted, link_ids, after, limit, ids)
        return [conflict_of(body) for body in found]

    async def count_conflicts(self) -> dict[str, int]:
        """State → how many."""
        found = await self._select(_CONFLICT_COUNTS)
        return {columns["state"]: columns["conflicts"] for columns in found}

    async def put_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        """Insert or replace dead letters by id."""
        columns = [dead_letter_columns(letter) for letter in letters]
        await self._change_each(_put(dead_letter, self._postgres), columns)

    async def dead_letters(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: str | None = "open",
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[DeadLetter]:
        """Dead letters in order of id."""
        found = await self._listed(dead_letter, state, link_ids, after, limit, ids)
        return [dead_letter_of(body) for body in found]

    async def find_letters(
        self, wanted: LetterFilter, *, after: str | None = None, limit: int = 100
    ) -> list[DeadLetter]:
        """Dead letters that pass the filter, in order of id."""
        statement = select(dead_letter.c.body).order_by(dead_letter.c.id).limit(limit)
        for name in ("state", "code", "kind"):
            if (value := getattr(wanted, name)) is not None:
                statement = statement.where(dead_letter.c[name] == value)
        if wanted.since is not None:
            statement = statement.where(dead_letter.c.at >= wanted.since)
        if after is not None:
            statement = statement.where(dead_letter.c.id > after)
        return [dead_letter_of(columns["body"]) for columns in await self._select(statement)]

    async def add_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Append to the audit."""
        await self._change_each(insert(receipt), [receipt_columns(added) for added in receipts])

    async def receipts(
        self, *, link_id: str | None = None, after: int = 0, limit: int = 100
    ) -> list[Receipt]:
        """Receipts in order of position."""
        statement = select(receipt).where(receipt.c.position > after)
        if link_id is not None:
            statement = statement.where(receipt.c.link_id == link_id)
        found = await self._select(statement.order_by(receipt.c.position).limit(limit))
        return [receipt_of(columns["body"], columns["position"]) for columns in found]

    async def _listed(
        self,
        table: Table,
        state: str | None,
        link_ids: Iterable[str] | None,
        after: str | None,
        limit: int,
        ids: Iterable[str] | None = None,
    ) -> list[str]:
        statement = select(table.c.body).order_by(table.c.id).limit(limit)
        parameters: dict[str, Any] = {}
        if state is not None:
            statement = statement.where(table.c.state == state)
        if link_ids is not None:
            statement = statement.where(among(table.c.link_id, "links", postgres=self._postgres))
            parameters["links"] = self._texts(link_ids)
        if ids is not None:
            statement = statement.where(among(table.c.id, "ids", postgres=self._postgres))
            parameters["ids"] = self._texts(ids)
        if after is not None:
            statement = statement.where(table.c.id > after)
        return [columns["body"] for columns in await self._select(statement, parameters)]


_CONFLICT_COUNTS = (
    select(conflict.c.state, func.count().label("conflicts"))
    .group_by(conflict.c.state)
    .order_by(conflict.c.state)
)


@cache
def _put(table: Table, postgres: bool) -> Insert:
    return upsert(table, postgres=postgres)
