"""The statements of the schedule, each built once for a dialect."""

from __future__ import annotations

from functools import cache

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
    not_,
    null,
    or_,
    select,
    update,
)

from sync.core.link import LinkState
from sync.store.links import SAVED
from sync.store.schema import link, pending, waiting
from sync.store.statements import among, number

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
TOUCH = (
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
SETTLE = (
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
FORGET_PENDING = delete(pending).where(
    pending.c.link_id == bindparam("link"), pending.c.position <= _AT
)
NEXT_DUE = select(
    func.min(
        case(
            (link.c.lease_until > link.c.due_at, link.c.lease_until),
            else_=link.c.due_at,
        )
    )
).where(link.c.due_at.is_not(None))


@cache
def claimable(kinds: bool, postgres: bool) -> Select[tuple[str, str, str | None, int]]:
    """Due links that nobody holds, oldest due first; `kinds`: of these only."""
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
def claimable_these(postgres: bool) -> Select[tuple[str, str, str | None, int]]:
    """Links by id that nobody holds, due or not."""
    free = or_(link.c.lease_until.is_(None), link.c.lease_until <= number("now"))
    return (
        select(link.c.id, link.c.body, link.c.master, link.c.latest_position)
        .where(among(link.c.id, "ids", postgres=postgres), free)
        .order_by(link.c.id)
        .with_for_update(skip_locked=True)
    )


@cache
def lease_due(postgres: bool) -> Update:
    """Hold links until a lease ends, also ones that were not due."""
    due = case((or_(link.c.due_at.is_(None), link.c.due_at > _DUE), _DUE), else_=link.c.due_at)
    return (
        update(link)
        .where(among(link.c.id, "ids", postgres=postgres))
        .values(lease_until=number("lease"), stirred=False, due_at=due)
    )


@cache
def held_under(postgres: bool) -> Select[tuple[str]]:
    """Which links are still held under a lease."""
    ours = among(link.c.id, "ids", postgres=postgres)
    return select(link.c.id).where(ours, link.c.lease_until == number("lease"))


@cache
def lease(postgres: bool) -> Update:
    """Hold links until a lease ends."""
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
def forget_dead(postgres: bool) -> Delete:
    """Settle the events of dead links that nobody asks for."""
    return delete(pending).where(
        pending.c.link_id.in_(select(link.c.id).where(_set_aside(postgres)))
    )


@cache
def let_go_of(postgres: bool) -> Update:
    """Make dead links that nobody asks for rest."""
    return (
        update(link)
        .where(_set_aside(postgres))
        .values(settled_position=link.c.latest_position, oldest_position=0)
    )


@cache
def make_due(postgres: bool) -> Update:
    """Make links due by their ids."""
    return update(link).where(among(link.c.id, "wanted", postgres=postgres)).values(_MADE_DUE)


@cache
def make_kinds_due(postgres: bool) -> Update:
    """Make all links of kinds due, with the side that wins on first contact."""
    named = bindparam("named", type_=link.c.master.type)
    master = case((and_(named.is_not(None), not_(link.c.based)), named), else_=link.c.master)
    return (
        update(link)
        .where(among(link.c.kind, "wanted", postgres=postgres))
        .values(**_MADE_DUE, master=master)
    )


@cache
def release_waiting(postgres: bool) -> Update:
    """Make the links due that wait for tokens."""
    waiters = select(waiting.c.link_id).where(among(waiting.c.token, "wanted", postgres=postgres))
    return update(link).where(link.c.id.in_(waiters)).values(_MADE_DUE)


@cache
def awaited_tokens(postgres: bool) -> Select[tuple[str]]:
    """Which of the tokens somebody waits for."""
    tokens = select(waiting.c.token).distinct()
    return tokens.where(among(waiting.c.token, "wanted", postgres=postgres))


@cache
def forget_waiting(column: str, postgres: bool) -> Delete:
    """Forget what waits, by link or by token."""
    return delete(waiting).where(among(waiting.c[column], "wanted", postgres=postgres))
