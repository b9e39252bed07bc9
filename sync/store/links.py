"""Links: their bodies, and how they are found and listed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Select, and_, bindparam, case, distinct, func, insert, select, update

from sync.core.link import Link, LinkState
from sync.core.numbers import comparable_number
from sync.ports import LinkRow
from sync.store.codec import link_columns, link_of, moment, search_pattern
from sync.store.schema import inbox, link, pending
from sync.store.service import Sequences
from sync.store.statements import among


class Links(Sequences):
    """The part of a transaction for what links say."""

    async def links(self, ids: Iterable[str]) -> dict[str, Link]:
        """Links by id."""
        found = await self._select(_by_id(self._postgres), {"ids": self._texts(ids)})
        return {columns["id"]: link_of(columns) for columns in found}

    async def links_by_alias(self, kind: str, aliases: Iterable[str]) -> dict[str, Link]:
        """Alias → link, for links of that kind; the lowest id where several have it."""
        wanted = {"kind": kind, "aliases": self._texts(aliases)}
        found = await self._select(_by_alias(self._postgres), wanted)
        links: dict[str, Link] = {}
        for columns in found:
            links.setdefault(columns["alias"], link_of(columns))
        return links

    async def add_links(self, links: Iterable[Link]) -> None:
        """Insert links; one that exists is left alone."""
        wanted = {added.id: added for added in links}
        if not wanted:
            return
        # What is new is counted, so that nobody else may add any of them meanwhile.
        await self._write()
        known = await self._select(_known(self._postgres), {"ids": self._texts(wanted)})
        new = wanted.keys() - {columns["id"] for columns in known}
        if new:
            await self._draw("link", len(new))
        await self._change_each(
            insert(link),
            [
                {"id": name, "number": comparable_number(added), **link_columns(added)}
                for name, added in wanted.items()
                if name in new
            ],
        )

    async def update_links(self, links: Iterable[Link]) -> None:
        """Save the bodies of claimed links, keeping the claim (intents)."""
        await self._change_each(
            _UPDATE, [{"link": saved.id, **link_columns(saved)} for saved in links]
        )

    async def list_links(
        self,
        *,
        kind: str | None = None,
        state: LinkState | None = None,
        search: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[LinkRow]:
        """Links in order of id; `search` matches the start of the key or a natural key part."""
        statement = _LISTED.order_by(link.c.id).limit(limit)
        if kind is not None:
            statement = statement.where(link.c.kind == kind)
        if state is not None:
            statement = statement.where(link.c.state == str(state))
        if after is not None:
            statement = statement.where(link.c.id > after)
        if search is not None:
            statement = statement.where(link.c.search.like(search_pattern(search), escape="\\"))
        return [
            LinkRow(
                link=link_of(columns),
                due_at=None if columns["due_at"] is None else moment(columns["due_at"]),
                latest_position=columns["latest_position"],
                settled_position=columns["settled_position"],
            )
            for columns in await self._select(statement)
        ]

    async def count_links(self) -> dict[tuple[str, str], int]:
        """(kind, state) → how many."""
        found = await self._select(_COUNTS)
        return {(columns["kind"], columns["state"]): columns["links"] for columns in found}

    async def backlog(self) -> tuple[int, str | None]:
        """How many events are not settled, and when the oldest of them was received."""
        measured = (await self._select(_BACKLOG))[0]
        return measured["events"], measured["received_at"]


# What a worker saves. A master that was named while it worked stays named.
SAVED = {
    **{
        name: bindparam(name)
        for name in ("kind", "key", "company", "alias", "state", "based", "search", "body")
    },
    "master": case(
        (and_(link.c.stirred, link.c.master.is_not(None)), link.c.master),
        else_=bindparam("master"),
    ),
}
_UPDATE = update(link).where(link.c.id == bindparam("link")).values(SAVED)
_LISTED = select(
    link.c.body, link.c.master, link.c.due_at, link.c.latest_position, link.c.settled_position
)
_COUNTS = (
    select(link.c.kind, link.c.state, func.count().label("links"))
    .group_by(link.c.kind, link.c.state)
    .order_by(link.c.kind, link.c.state)
)
_OLDEST = (
    select(inbox.c.received_at)
    .where(inbox.c.position == select(func.min(pending.c.position)).scalar_subquery())
    .scalar_subquery()
)
_BACKLOG = select(
    select(func.count(distinct(pending.c.position))).scalar_subquery().label("events"),
    _OLDEST.label("received_at"),
)


@cache
def _by_id(postgres: bool) -> Select[tuple[str, str, str | None]]:
    statement = select(link.c.id, link.c.body, link.c.master)
    return statement.where(among(link.c.id, "ids", postgres=postgres))


@cache
def _by_alias(postgres: bool) -> Select[tuple[str, str, str | None]]:
    return (
        select(link.c.alias, link.c.body, link.c.master)
        .where(link.c.kind == bindparam("kind"))
        .where(among(link.c.alias, "aliases", postgres=postgres))
        .order_by(link.c.id)
    )


@cache
def _known(postgres: bool) -> Select[tuple[str]]:
    return select(link.c.id).where(among(link.c.id, "ids", postgres=postgres))
