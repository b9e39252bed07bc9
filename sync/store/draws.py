"""Shared sequences: leased blocks, and draws with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, and_, bindparam, func, insert, or_, select

from sync.core.leases import Draw, Lease
from sync.core.numbers import comparable
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.ports import Drawn
from sync.store.codec import micros
from sync.store.codec import moment as moment_of
from sync.store.schema import draw, drawn_number, lease
from sync.store.statements import Insert, among, number, upsert
from sync.store.unit import Unit


class Draws(Unit):
    """The part of a transaction for shared sequences."""

    async def take_turn(self) -> None:
        """Be the only one who changes the state until this unit of work ends; see the port."""
        await self._write()

    async def open_leases(self, sequence: str) -> list[Lease]:
        """The leases of a sequence that are not used up, and its newest one, in order."""
        return [_lease(found) for found in await self._select(_OPEN, {"sequence": sequence})]

    async def leases(
        self, sequence: str | None = None, *, after: tuple[str, int] | None = None, limit: int = 100
    ) -> list[Lease]:
        """Leases in order of sequence and position, of one sequence or of all; see the port."""
        name, position = after or ("", 0)
        statement = (
            select(lease)
            .where(
                or_(
                    lease.c.sequence > name,
                    and_(lease.c.sequence == name, lease.c.position > position),
                )
            )
            .order_by(lease.c.sequence, lease.c.position)
            .limit(limit)
        )
        if sequence is not None:
            statement = statement.where(lease.c.sequence == sequence)
        return [_lease(found) for found in await self._select(statement)]

    async def handed_over(self, sequence: str) -> list[Lease]:
        """The blocks of a sequence that were handed over whole, in order."""
        return [_lease(found) for found in await self._select(_HANDED, {"sequence": sequence})]

    async def put_leases(self, leases: Iterable[Lease]) -> None:
        """Insert or replace leases."""
        columns = [{**msgspec.structs.asdict(one), "side": str(one.side)} for one in leases]
        await self._change_each(_put_lease(self._postgres), columns)

    async def draws_of(self, sequence: str, requests: Iterable[str]) -> dict[str, Draw]:
        """Request → what it drew, for those that have."""
        wanted = {"sequence": sequence, "requests": self._texts(requests)}
        found = await self._select(_draws_of(self._postgres), wanted)
        draws = (msgspec.json.decode(columns["body"], type=Draw) for columns in found)
        return {draw.request: draw for draw in draws}

    async def add_draws(self, draws: Iterable[Draw]) -> None:
        """Keep draws; their numbers are taken in their number spaces from now on."""
        columns: list[dict[str, Any]] = []
        numbers: list[dict[str, Any]] = []
        for drawn in draws:
            named = {"sequence": drawn.sequence, "request": drawn.request}
            columns.append(
                {
                    **named,
                    "used": drawn.used,
                    "drawn_at": micros(datetime.fromisoformat(drawn.at)),
                    "body": msgspec.json.encode(drawn).decode(),
                }
            )
            numbers += (
                {**named, "space": drawn.space, "comparable": comparable(one)}
                for one in drawn.numbers
            )
        await self._change_each(_ADD, columns)
        await self._change_each(_ADD_NUMBER, numbers)

    async def drawn_numbers(
        self, sequence: str, space: NumberSpace, *, after: str | None = None, limit: int = 100
    ) -> dict[str, str]:
        """Numbers of a space that were drawn from a sequence → by which request; see the port."""
        wanted = {"space": space.name, "sequence": sequence, "after": after or "", "limit": limit}
        found = await self._select(_DRAWN, wanted)
        return {columns["comparable"]: columns["request"] for columns in found}

    async def draws(self, *, after: tuple[str, str] | None = None, limit: int = 100) -> list[Draw]:
        """Draws in order of sequence and request; see the port."""
        name, request = after or ("", "")
        following = and_(draw.c.sequence == name, draw.c.request > request)
        statement = (
            select(draw.c.body)
            .where(or_(draw.c.sequence > name, following))
            .order_by(draw.c.sequence, draw.c.request)
            .limit(limit)
        )
        found = await self._select(statement)
        return [msgspec.json.decode(columns["body"], type=Draw) for columns in found]

    async def drawn_since(self, moment: datetime) -> dict[str, Drawn]:
        """Sequence → what was drawn from it since then, where anything was."""
        found = await self._select(_SINCE, {"moment": micros(moment)})
        return {one["sequence"]: Drawn(int(one["used"]), moment_of(one["since"])) for one in found}


def _lease(columns: Mapping[str, Any]) -> Lease:
    return Lease(**{**columns, "side": Side(columns["side"])})


_NEWEST = (
    select(func.max(lease.c.position))
    .where(lease.c.sequence == bindparam("sequence"))
    .scalar_subquery()
)
_OPEN = (
    select(lease)
    .where(lease.c.sequence == bindparam("sequence"))
    .where(or_(lease.c.left > 0, lease.c.position == _NEWEST))
    .order_by(lease.c.position)
)
_HANDED = (
    select(lease)
    .where(lease.c.sequence == bindparam("sequence"))
    .where(lease.c.request.is_not(None))
    .order_by(lease.c.position)
)
_DRAWN = (
    select(drawn_number.c.comparable, drawn_number.c.request)
    .where(drawn_number.c.space == bindparam("space"))
    .where(drawn_number.c.sequence == bindparam("sequence"))
    .where(drawn_number.c.comparable > bindparam("after"))
    .order_by(drawn_number.c.comparable)
    .limit(number("limit"))
)
_ADD = insert(draw)
_ADD_NUMBER = insert(drawn_number)
_SINCE = (
    select(
        draw.c.sequence,
        func.sum(draw.c.used).label("used"),
        func.min(draw.c.drawn_at).label("since"),
    )
    .where(draw.c.drawn_at >= number("moment"))
    .group_by(draw.c.sequence)
)


@cache
def _draws_of(postgres: bool) -> Select[Any]:
    return (
        select(draw.c.body)
        .where(draw.c.sequence == bindparam("sequence"))
        .where(among(draw.c.request, "requests", postgres=postgres))
    )


@cache
def _put_lease(postgres: bool) -> Insert:
    return upsert(lease, postgres=postgres)
