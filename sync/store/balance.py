"""The balance: what became of everything that was taken in, counted four times over.

One statement, so that all four counts see the same moment, whoever works meanwhile. Each count has
a source of its own, so that a row that is missing in one of them shows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    distinct,
    exists,
    func,
    or_,
    select,
    text,
    true,
    union,
)

from sync.core.link import LinkState
from sync.ports import Balance
from sync.store.schema import dead_letter, event_link, inbox, link, pending, sequence
from sync.store.unit import Unit

_OPEN = "open"


class Balances(Unit):
    """The part of a transaction that proves that nothing is lost."""

    async def balance(self) -> Balance:
        """What became of everything that was taken in, as of one moment."""
        if self._postgres:
            # Compiling so many small counts takes longer than counting.
            await self._connection.execute(_UNCOMPILED)
        found = (await self._select(_BALANCE))[0]
        return Balance(**{name: int(found[name]) for name in Balance.__struct_fields__})


_UNCOMPILED = text("SET LOCAL jit = off")
_TAKEN = select(func.coalesce(func.sum(sequence.c.value), 0)).where(
    sequence.c.name.in_(("inbox", "own:malformed"))
)
# Links are never deleted, so there are as many as were ever made. Only if there are not is each
# event looked at: that costs more than all the rest.
_LINKS = select(func.count()).select_from(link)
_MADE = select(func.coalesce(func.sum(sequence.c.value), 0)).where(sequence.c.name == "link")
_LOST = select(true().label("lost")).where(_LINKS.scalar_subquery() < _MADE.scalar_subquery())
_FORLORN = (
    select(event_link.c.position)
    .select_from(_LOST.subquery("lost").join(event_link, true()))
    .where(~exists().where(link.c.id == event_link.c.link_id))
    .cte("forlorn")
)
"""What concerns a link that is no more: it is in no place, whatever its other links say."""
# From the inbox and the links' own watermarks.
_BEHIND = (
    select(event_link.c.position)
    .select_from(link)
    .join(
        event_link,
        and_(event_link.c.link_id == link.c.id, event_link.c.position > link.c.settled_position),
    )
    .where(link.c.latest_position > link.c.settled_position)
)
_UNCOVERED = select(func.count()).select_from(
    union(_BEHIND, select(_FORLORN.c.position)).subquery("uncovered")
)
_CLOSED = select(func.count()).where(dead_letter.c.link_id.is_(None), dead_letter.c.state != _OPEN)
# From the backlog and what the links stand in.
_AT_REST = and_(link.c.state == str(LinkState.DEAD), link.c.due_at.is_(None))
_GOES_ON = or_(link.c.state != str(LinkState.DEAD), link.c.due_at.is_not(None))
_WAITING = (
    select(func.count(distinct(pending.c.position)))
    .select_from(pending)
    .join(link, link.c.id == pending.c.link_id)
    .where(_GOES_ON, pending.c.position.not_in(select(_FORLORN.c.position)))
)
# From the dead letters.
_OTHERS = pending.alias("others")
_DEAD = (
    select(func.count(distinct(pending.c.position)))
    .select_from(pending)
    .join(link, link.c.id == pending.c.link_id)
    .join(dead_letter, dead_letter.c.link_id == link.c.id)
    .where(
        _AT_REST,
        dead_letter.c.state == _OPEN,
        pending.c.position.not_in(
            select(_OTHERS.c.position).join(link, link.c.id == _OTHERS.c.link_id).where(_GOES_ON)
        ),
        pending.c.position.not_in(select(_FORLORN.c.position)),
    )
)
_UNREADABLE = select(func.count()).where(
    dead_letter.c.link_id.is_(None), dead_letter.c.state == _OPEN
)


def _number(count: Select[Any]) -> ColumnElement[int]:
    return count.scalar_subquery()


_KEPT = _number(select(func.count()).select_from(inbox))
_BALANCE = select(
    _number(_TAKEN).label("taken"),
    (_KEPT - _number(_UNCOVERED) + _number(_CLOSED)).label("settled"),
    _number(_WAITING).label("waiting"),
    (_number(_DEAD) + _number(_UNREADABLE)).label("dead"),
)
