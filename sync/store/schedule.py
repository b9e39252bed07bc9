"""When links are looked at, and by whom.

A link is claimable when it is due and nobody holds a lease on it. Whoever asks for a link that is
held marks it as stirred; it is then due at once when it is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    not_,
    null,
    or_,
    select,
    update,
)

from sync.core.link import LinkState
from sync.ports import Claim, Settlement
from sync.store.codec import link_columns, link_of, micros, moment
from sync.store.links import SAVED
from sync.store.schema import link, pending, waiting
from sync.store.statements import among, number
from sync.store.unit import Unit


class Schedule(Unit):
    """The part of a transaction for when links are looked at."""

    async def touch(self, positions: Mapping[str, int], due_at: datetime) -> None:
        """Note that an event at that position concerns each link, and make it due."""
        due = micros(due_at)
        await self._change_each(
            _TOUCH,
            [
                {"link": touched, "at": position, "due": due}
                for touched, position in sorted(positions.items())
            ],
        )

    async def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease_until: datetime,
        kinds: Sequence[str] | None = None,
    ) -> list[Claim]:
        """Take up to `limit` due links that nobody holds, oldest due first."""
        await self._write()
        wanted: dict[str, Any] = {"now": micros(now), "number": limit}
        if kinds is not None:
            wanted["kinds"] = self._texts(kinds)
        found = await self._select(_claimable(kinds is not None, self._postgres), wanted)
        if found:
            ids = self._texts(columns["id"] for columns in found)
            await self._change(_lease(self._postgres), {"ids": ids, "lease": micros(lease_until)})
        return [
            Claim(link=link_of(columns), position=columns["latest_position"]) for columns in found
        ]

    async def claim_these(
        self, ids: Iterable[str], now: datetime, *, lease_until: datetime
    ) -> list[Claim]:
        """Take links by id that nobody holds, due or not; they are due until given back."""
        await self._write()
        wanted = {"now": micros(now), "ids": self._texts(ids)}
        found = await self._select(_claimable_these(self._postgres), wanted)
        if found:
            taken = self._texts(columns["id"] for columns in found)
            held = {"ids": taken, "lease": micros(lease_until), "due": micros(now)}
            await self._change(_lease_due(self._postgres), held)
        return [
            Claim(link=link_of(columns), position=columns["latest_position"]) for columns in found
        ]

    async def held(self, ids: Iterable[str], lease_until: datetime) -> set[str]:
        """Which of the links are still held under that lease; nobody else takes them meanwhile."""
        await self._write()
        asked = {"ids": self._texts(ids), "lease": micros(lease_until)}
        found = await self._select(_held_under(self._postgres), asked)
        return {columns["id"] for columns in found}

    async def settle(self, settlements: Iterable[Settlement]) -> None:
        """Give claimed links back. One that was touched meanwhile is due at once."""
        given = list(settlements)
        if not given:
            return
        await self._change_each(_SETTLE, [_settled(settlement) for settlement in given])
        done = [
            {"link": settlement.link.id, "at": settlement.position}
            for settlement in given
            if settlement.settled
        ]
        await self._change_each(_FORGET_PENDING, done)
        ids = self._texts(settlement.link.id for settlement in given)
        await self._change(_forget_waiting("link_id", self._postgres), {"wanted": ids})
        waits = [
            {"token": token, "link_id": settlement.link.id}
            for settlement in given
            for token in dict.fromkeys(settlement.link.waiting_on)
        ]
        await self._change_each(insert(waiting), waits)

    async def let_go(self, ids: Iterable[str]) -> None:
        """Settle the events of dead links that nobody holds and nobody has asked for since."""
        wanted = {"wanted": self._texts(ids)}
        await self._change(_forget_dead(self._postgres), wanted)
        await self._change(_let_go(self._postgres), wanted)

    async def wake(self, ids: Iterable[str], due_at: datetime) -> None:
        """Make links due, without an event (redrive, resolution, a map that starts)."""
        await self._change(
            _wake(self._postgres), {"wanted": self._texts(ids), "due": micros(due_at)}
        )

    async def wake_kinds(self, kinds: Sequence[str], due_at: datetime, master: str | None) -> int:
        """Make every link of the kinds due; sets `master` on those that have no base yet."""
        woken = {"wanted": self._texts(kinds), "due": micros(due_at), "named": master}
        return await self._change(_wake_kinds(self._postgres), woken)

    async def release(self, tokens: Iterable[str], due_at: datetime) -> int:
        """Make every link due that waits for one of the tokens; returns how many."""
        wanted = self._texts(tokens)
        released = await self._change(
            _release(self._postgres), {"wanted": wanted, "due": micros(due_at)}
        )
        if released:
            await self._change(_forget_waiting("token", self._postgres), {"wanted": wanted})
        return released

    async def awaited(self, tokens: Iterable[str]) -> set[str]:
        """Which of the tokens some link waits for."""
        found = await self._select(_awaited(self._postgres), {"wanted": self._texts(tokens)})
        return {columns["token"] for columns in found}

    async def next_due(self) -> datetime | None:
        """When the next link can be claimed; of a claimed one, when its lease ends."""
        due: int | None = (await self._connection.execute(_NEXT_DUE)).scalar_one()
        return None if due is None else moment(due)


def _settled(settlement: Settlement) -> dict[str, Any]:
    return {
        "link": settlement.link.id,
        "at": settlement.position,
        "due": None if settlement.due_at is None else micros(settlement.due_at),
        "done": settlement.settled,
        **link_columns(settlement.link),
    }


_ID: BindParameter[str] = bindparam("link")
_DUE, _AT = number("due"), number("at")
_HELD = link.c.lease_until.is_not(None)
_TOUCHED = link.c.latest_position > _AT
_MADE_DUE = {
    "due_at": case(
        (or_(_HELD, link.c.due_at.is_(None), link.c.due_at > _DUE), _DUE), else_=link.c.due_at
    ),
    "stirred": or_(_HELD, link.c.stirred),
}
_TOUCH = (
    update(link)
    .where(link.c.id == _ID)
    .values(
        **_MADE_DUE,
        latest_position=case((link.c.latest_position < _AT, _AT), else_=link.c.latest_position),
        oldest_position=case(
            (or_(link.c.oldest_position == 0, link.c.oldest_position > _AT), _AT),
            else_=link.c.oldest_position,
        ),
    )
)
_SETTLE = (
    update(link)
    .where(link.c.id == _ID)
    .values(
        **SAVED,
        due_at=case(
            (or_(link.c.stirred, _TOUCHED), func.coalesce(link.c.due_at, _DUE, 0)), else_=_DUE
        ),
        lease_until=null(),
        stirred=False,
        settled_position=case(
            (and_(bindparam("done"), link.c.settled_position < _AT), _AT),
            else_=link.c.settled_position,
        ),
        oldest_position=case(
            (not_(bindparam("done")), link.c.oldest_position), (_TOUCHED, _AT + 1), else_=0
        ),
    )
)
_FORGET_PENDING = delete(pending).where(
    pending.c.link_id == bindparam("link"), pending.c.position <= _AT
)
_NEXT_DUE = select(
    func.min(
        case(
            (link.c.lease_until > link.c.due_at, link.c.lease_until),
            else_=link.c.due_at,
        )
    )
).where(link.c.due_at.is_not(None))


@cache
def _claimable(kinds: bool, postgres: bool) -> Select[tuple[str, str, str | None, int]]:
    now = number("now")
    statement = (
        select(link.c.id, link.c.body, link.c.master, link.c.latest_position)
        .where(link.c.due_at <= now, or_(link.c.lease_until.is_(None), link.c.lease_until <= now))
        .order_by(link.c.due_at, link.c.oldest_position, link.c.id)
        .limit(number("number"))
        .with_for_update(skip_locked=True)
    )
    if kinds:
        statement = statement.where(among(link.c.kind, "kinds", postgres=postgres))
    return statement


@cache
def _claimable_these(postgres: bool) -> Select[tuple[str, str, str | None, int]]:
    free = or_(link.c.lease_until.is_(None), link.c.lease_until <= number("now"))
    return (
        select(link.c.id, link.c.body, link.c.master, link.c.latest_position)
        .where(among(link.c.id, "ids", postgres=postgres), free)
        .order_by(link.c.id)
        .with_for_update(skip_locked=True)
    )


@cache
def _lease_due(postgres: bool) -> Update:
    due = case((or_(link.c.due_at.is_(None), link.c.due_at > _DUE), _DUE), else_=link.c.due_at)
    return (
        update(link)
        .where(among(link.c.id, "ids", postgres=postgres))
        .values(lease_until=number("lease"), stirred=False, due_at=due)
    )


@cache
def _held_under(postgres: bool) -> Select[tuple[str]]:
    ours = among(link.c.id, "ids", postgres=postgres)
    return select(link.c.id).where(ours, link.c.lease_until == number("lease"))


@cache
def _lease(postgres: bool) -> Update:
    return (
        update(link)
        .where(among(link.c.id, "ids", postgres=postgres))
        .values(lease_until=number("lease"), stirred=False)
    )


def _set_aside(postgres: bool) -> ColumnElement[bool]:
    return and_(
        among(link.c.id, "wanted", postgres=postgres),
        link.c.state == str(LinkState.DEAD),
        link.c.due_at.is_(None),
    )


@cache
def _forget_dead(postgres: bool) -> Delete:
    return delete(pending).where(
        pending.c.link_id.in_(select(link.c.id).where(_set_aside(postgres)))
    )


@cache
def _let_go(postgres: bool) -> Update:
    return (
        update(link)
        .where(_set_aside(postgres))
        .values(settled_position=link.c.latest_position, oldest_position=0)
    )


@cache
def _wake(postgres: bool) -> Update:
    return update(link).where(among(link.c.id, "wanted", postgres=postgres)).values(_MADE_DUE)


@cache
def _wake_kinds(postgres: bool) -> Update:
    named = bindparam("named", type_=link.c.master.type)
    master = case((and_(named.is_not(None), not_(link.c.based)), named), else_=link.c.master)
    return (
        update(link)
        .where(among(link.c.kind, "wanted", postgres=postgres))
        .values(**_MADE_DUE, master=master)
    )


@cache
def _release(postgres: bool) -> Update:
    waiters = select(waiting.c.link_id).where(among(waiting.c.token, "wanted", postgres=postgres))
    return update(link).where(link.c.id.in_(waiters)).values(_MADE_DUE)


@cache
def _awaited(postgres: bool) -> Select[tuple[str]]:
    tokens = select(waiting.c.token).distinct()
    return tokens.where(among(waiting.c.token, "wanted", postgres=postgres))


@cache
def _forget_waiting(column: str, postgres: bool) -> Delete:
    return delete(waiting).where(among(waiting.c[column], "wanted", postgres=postgres))
