"""When links are looked at, and by whom.

A link is claimable when it is due and nobody holds a lease on it. Whoever asks for a link that is
held marks it as stirred; it is then due at once when it is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from sync.ports import Claim, Settlement
from sync.store.codec import link_columns, link_of, micros, moment
from sync.store.schedule_statements import (
    FORGET_PENDING,
    NEXT_DUE,
    SETTLE,
    TOUCH,
    awaited_tokens,
    claimable,
    claimable_these,
    forget_dead,
    forget_waiting,
    held_under,
    lease,
    lease_due,
    let_go_of,
    make_due,
    make_kinds_due,
    release_waiting,
)
from sync.store.schema import waiting
from sync.store.unit import Unit


class Schedule(Unit):
    """The part of a transaction for when links are looked at."""

    async def touch(self, positions: Mapping[str, int], due_at: datetime) -> None:
        """Note that an event at that position concerns each link, and make it due."""
        due = micros(due_at)
        await self._change_each(
            TOUCH,
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
        found = await self._select(claimable(kinds is not None, self._postgres), wanted)
        if found:
            ids = self._texts(columns["id"] for columns in found)
            await self._change(lease(self._postgres), {"ids": ids, "lease": micros(lease_until)})
        return [
            Claim(link=link_of(columns), position=columns["latest_position"]) for columns in found
        ]

    async def claim_these(
        self, ids: Iterable[str], now: datetime, *, lease_until: datetime
    ) -> list[Claim]:
        """Take links by id that nobody holds, due or not; they are due until given back."""
        await self._write()
        wanted = {"now": micros(now), "ids": self._texts(ids)}
        found = await self._select(claimable_these(self._postgres), wanted)
        if found:
            taken = self._texts(columns["id"] for columns in found)
            held = {"ids": taken, "lease": micros(lease_until), "due": micros(now)}
            await self._change(lease_due(self._postgres), held)
        return [
            Claim(link=link_of(columns), position=columns["latest_position"]) for columns in found
        ]

    async def held(self, ids: Iterable[str], lease_until: datetime) -> set[str]:
        """Which of the links are still held under that lease; nobody else takes them meanwhile."""
        await self._write()
        asked = {"ids": self._texts(ids), "lease": micros(lease_until)}
        found = await self._select(held_under(self._postgres), asked)
        return {columns["id"] for columns in found}

    async def settle(self, settlements: Iterable[Settlement]) -> None:
        """Give claimed links back. One that was touched meanwhile is due at once."""
        given = list(settlements)
        if not given:
            return
        await self._change_each(SETTLE, [_settled(settlement) for settlement in given])
        done = [
            {"link": settlement.link.id, "at": settlement.position}
            for settlement in given
            if settlement.settled
        ]
        await self._change_each(FORGET_PENDING, done)
        ids = self._texts(settlement.link.id for settlement in given)
        await self._change(forget_waiting("link_id", self._postgres), {"wanted": ids})
        waits = [
            {"token": token, "link_id": settlement.link.id}
            for settlement in given
            for token in dict.fromkeys(settlement.link.waiting_on)
        ]
        await self._change_each(insert(waiting), waits)

    async def let_go(self, ids: Iterable[str]) -> None:
        """Settle the events of dead links that nobody holds and nobody has asked for since."""
        wanted = {"wanted": self._texts(ids)}
        await self._change(forget_dead(self._postgres), wanted)
        await self._change(let_go_of(self._postgres), wanted)

    async def wake(self, ids: Iterable[str], due_at: datetime) -> None:
        """Make links due, without an event (redrive, resolution, a map that starts)."""
        await self._change(
            make_due(self._postgres), {"wanted": self._texts(ids), "due": micros(due_at)}
        )

    async def wake_kinds(self, kinds: Sequence[str], due_at: datetime, master: str | None) -> int:
        """Make every link of the kinds due; sets `master` on those that have no base yet."""
        woken = {"wanted": self._texts(kinds), "due": micros(due_at), "named": master}
        return await self._change(make_kinds_due(self._postgres), woken)

    async def release(self, tokens: Iterable[str], due_at: datetime) -> int:
        """Make every link due that waits for one of the tokens; returns how many."""
        wanted = self._texts(tokens)
        released = await self._change(
            release_waiting(self._postgres), {"wanted": wanted, "due": micros(due_at)}
        )
        if released:
            await self._change(forget_waiting("token", self._postgres), {"wanted": wanted})
        return released

    async def awaited(self, tokens: Iterable[str]) -> set[str]:
        """Which of the tokens some link waits for."""
        found = await self._select(awaited_tokens(self._postgres), {"wanted": self._texts(tokens)})
        return {columns["token"] for columns in found}

    async def next_due(self) -> datetime | None:
        """When the next link can be claimed; of a claimed one, when its lease ends."""
        due: int | None = (await self._connection.execute(NEXT_DUE)).scalar_one()
        return None if due is None else moment(due)


def _settled(settlement: Settlement) -> dict[str, Any]:
    return {
        "link": settlement.link.id,
        "at": settlement.position,
        "due": None if settlement.due_at is None else micros(settlement.due_at),
        "done": settlement.settled,
        **link_columns(settlement.link),
    }
