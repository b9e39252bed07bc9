"""What persons decided: conflicts found by what they are about, the audit of acts, owner rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import insert, or_, select

from sync.core.conflict import Conflict
from sync.core.rule import OwnerRule
from sync.ports import Act, ConflictFilter
from sync.store.codec import act_columns, act_of, conflict_of, rule_columns, rule_of
from sync.store.schema import act, conflict, link, owner_rule
from sync.store.statements import Insert, upsert
from sync.store.unit import Unit


class Decisions(Unit):
    """The part of a transaction for what persons look for and decide."""

    async def find_conflicts(
        self, wanted: ConflictFilter, *, after: str | None = None, limit: int = 100
    ) -> list[Conflict]:
        """Conflicts that pass a filter, in order of id."""
        columns = conflict.c
        statement = select(columns.body).order_by(columns.id).limit(limit)
        for column, value in (
            (columns.state, wanted.state),
            (columns.kind, wanted.kind),
            (columns.field, wanted.field),
            (columns.winner, wanted.winner),
            (columns.link_id, wanted.link),
            (columns.map_id, wanted.map_id),
        ):
            if value is not None:
                statement = statement.where(column == str(value))
        if wanted.record is not None:
            of_record = select(link.c.id).where(link.c.kind == wanted.record)
            statement = statement.where(columns.link_id.in_(of_record))
        if wanted.actor is not None:
            actors = (columns.crm_actor == wanted.actor, columns.erp_actor == wanted.actor)
            statement = statement.where(or_(*actors))
        if wanted.side is not None:
            statement = statement.where(or_(columns.side.is_(None), columns.side == wanted.side))
        if wanted.since is not None:
            statement = statement.where(columns.found_at >= wanted.since)
        if after is not None:
            statement = statement.where(columns.id > after)
        return [conflict_of(found["body"]) for found in await self._select(statement)]

    async def add_acts(self, acts: Sequence[Act]) -> None:
        """Append what persons did to the audit."""
        await self._change_each(insert(act), [act_columns(done) for done in acts])

    async def acts(
        self,
        *,
        conflict_id: str | None = None,
        link_id: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Act]:
        """What persons did, in order of position."""
        statement = select(act.c.body, act.c.position).where(act.c.position > after)
        if conflict_id is not None:
            statement = statement.where(act.c.conflict_id == conflict_id)
        if link_id is not None:
            statement = statement.where(act.c.link_id == link_id)
        found = await self._select(statement.order_by(act.c.position).limit(limit))
        return [act_of(columns["body"], columns["position"]) for columns in found]

    async def rulings(self) -> list[Act]:
        """What persons did about owner rules, in order of position."""
        return [act_of(found["body"], found["position"]) for found in await self._select(_RULINGS)]

    async def rules(self) -> list[OwnerRule]:
        """Every owner rule, those that were taken back included, by map and field."""
        return [rule_of(columns["body"]) for columns in await self._select(_RULES)]

    async def put_rule(self, rule: OwnerRule) -> None:
        """Insert or replace the rule of a map's field."""
        await self._change_each(_put_rule(self._postgres), [rule_columns(rule)])


# Every other act is about a conflict.
_RULINGS = (
    select(act.c.body, act.c.position)
    .where(act.c.conflict_id.is_(None), act.c.link_id.is_(None))
    .order_by(act.c.position)
)
_RULES = select(owner_rule.c.body).order_by(owner_rule.c.map_id, owner_rule.c.field)


@cache
def _put_rule(postgres: bool) -> Insert:
    return upsert(owner_rule, postgres=postgres)
