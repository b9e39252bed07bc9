"""Relations: which records belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
)

from sync.core.family import Relation
from sync.store.schema import link, relation
from sync.store.statements import among, number
from sync.store.unit import Unit


class Relations(Unit):
    """The part of a transaction for families."""

    async def relations(self, link_ids: Iterable[str]) -> set[Relation]:
        """What the links' own lookups say of their families."""
        found = await self._select(_said_by(self._postgres), {"wanted": self._texts(link_ids)})
        return {Relation(**columns) for columns in found}

    async def relate(self, said: Mapping[str, Iterable[Relation]]) -> None:
        """Replace what each link's own lookups say."""
        if not said:
            return
        await self._change(_forget(self._postgres), {"wanted": self._texts(said)})
        rows = [msgspec.structs.asdict(one) for each in said.values() for one in sorted(each)]
        await self._change_each(insert(relation), rows)

    async def parents(self, link_ids: Iterable[str]) -> dict[str, list[str]]:
        """Link → the links right above it that exist, in order of id; kin not included."""
        above: dict[str, list[str]] = {}
        for columns in await self._select(
            _parents(self._postgres), {"wanted": self._texts(link_ids)}
        ):
            above.setdefault(columns["child_id"], []).append(columns["parent_id"])
        return above

    async def children(
        self,
        link_ids: Iterable[str],
        limit: int,
        *,
        kind: str | None = None,
        after: str | None = None,
    ) -> dict[tuple[str, str], list[str]]:
        """(link, kind) → the first `limit` links right below it that exist; kin not included."""
        asked: dict[str, Any] = {"wanted": self._texts(link_ids), "limit": limit}
        asked |= {"kind": kind} if kind is not None else {}
        asked |= {"after": after} if after is not None else {}
        statement = _children(self._postgres, of_kind=kind is not None, later=after is not None)
        below: dict[tuple[str, str], list[str]] = {}
        for columns in await self._select(statement, asked):
            below.setdefault((columns["parent_id"], columns["kind"]), []).append(
                columns["child_id"]
            )
        return below

    async def count_children(self, link_ids: Iterable[str]) -> dict[tuple[str, str], int]:
        """(link, kind) → how many links right below it exist; kin not included."""
        found = await self._select(_counts(self._postgres), {"wanted": self._texts(link_ids)})
        return {(columns["parent_id"], columns["kind"]): columns["links"] for columns in found}


_THERE = and_(relation.c.kin.is_(False), link.c.id == relation.c.child_id)


def _below(postgres: bool, *more: ColumnElement[bool]) -> Subquery:
    """Who stands below whom, once each, whatever number of lookups say so."""
    r = relation.c
    return (
        select(r.parent_id, r.kind, r.child_id, r.place, r.part)
        .where(among(r.parent_id, "wanted", postgres=postgres), _THERE, *more)
        .distinct()
        .subquery("below")
    )


@cache
def _said_by(postgres: bool) -> Select[Any]:
    return select(relation).where(among(relation.c.link_id, "wanted", postgres=postgres))


@cache
def _forget(postgres: bool) -> Delete:
    return delete(relation).where(among(relation.c.link_id, "wanted", postgres=postgres))


@cache
def _parents(postgres: bool) -> Select[Any]:
    r = relation.c
    return (
        select(r.child_id, r.parent_id)
        .where(
            among(r.child_id, "wanted", postgres=postgres),
            r.kin.is_(False),
            link.c.id == r.parent_id,
        )
        .distinct()
        .order_by(r.child_id, r.parent_id)
    )


@cache
def _counts(postgres: bool) -> Select[Any]:
    below = _below(postgres).c
    return (
        select(below.parent_id, below.kind, func.count().label("links"))
        .group_by(below.parent_id, below.kind)
        .order_by(below.parent_id, below.kind)
    )


@cache
def _children(postgres: bool, *, of_kind: bool, later: bool) -> Select[Any]:
    r = relation.c
    conditions: list[ColumnElement[bool]] = []
    if of_kind:
        conditions.append(r.kind == bindparam("kind"))
    if later:
        last = relation.alias("last").c
        reached = (
            select(func.min(last.place)).where(last.child_id == bindparam("after"))
        ).scalar_subquery()
        conditions.append(
            or_(
                and_(r.part.is_(True), r.place > reached),
                and_(r.part.is_(False), r.place < reached),
            )
        )
    below = _below(postgres, *conditions).c
    rising = case((below.part, below.place))
    falling = case((~below.part, below.place))
    order = (rising.asc(), falling.desc())
    ranked = select(
        below.parent_id,
        below.kind,
        below.child_id,
        func.row_number()
        .over(partition_by=(below.parent_id, below.kind), order_by=order)
        .label("nth"),
    ).subquery("ranked")
    return (
        select(ranked.c.parent_id, ranked.c.kind, ranked.c.child_id)
        .where(ranked.c.nth <= number("limit"))
        .order_by(ranked.c.parent_id, ranked.c.kind, ranked.c.nth)
    )
