"""Waking: who goes on because a link of this batch was settled, and who is asked to come first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sync.core.link import (
    Link,
    LinkState,
    awaited_link,
    awaited_row,
    changed_token,
    linked_token,
    rested_link,
    row_token,
    settled_token,
    wanted_link,
)
from sync.core.row import RowRef, Side
from sync.engine.loading import Batch
from sync.ports import Transaction


class Waking:
    """Wakes links after a batch.

    Args:
        batch: The batch, as it was claimed: what changes from here on wakes others.
        watched: The kinds whose records others wait for to come to rest.
    """

    def __init__(self, batch: Batch, watched: Collection[str]) -> None:
        self._batch, self._watched = batch, watched
        self._tokens: set[str] = set()

    def bound(self, refs: Iterable[RowRef]) -> None:
        """Rows have found their link."""
        self._tokens.update(row_token(ref) for ref in refs)

    async def after(self, tx: Transaction, links: Sequence[Link], now: datetime) -> None:
        """Release who waits for these links, ask those they wait for, and miss nothing in between.

        Their own waits are saved already: a target that is settled later releases them, and one
        that was settled before is seen here.
        """
        for link in links:
            if link.kind in self._watched and link.state in _AT_REST:
                self._tokens.add(settled_token(link.kind, link.key))
            before = self._batch.before[link.id]
            over = before.contested and not link.is_contested
            new = over or link.rows != before.rows
            if new:
                self._tokens.add(changed_token(link.kind, link.key))
            if new or (link.state in _NOT_CROSSING and link.state is not before.state):
                # Who waits for a record that does not cross rests with it.
                self._tokens.add(linked_token(link.kind, link.key))
                self._tokens.add(linked_token(link.kind, link.key, passive=True))
        await tx.release(sorted(self._tokens), now)
        wanted = await self._targets(tx, links) | await _met_rows(tx, links)
        wanted |= await self._batch.joined_meanwhile(tx)
        wanted |= await self._rested(tx, links)
        await tx.wake(sorted(wanted), now)

    async def _targets(self, tx: Transaction, links: Sequence[Link]) -> set[str]:
        """Links to ask to cross, and links whose target has crossed meanwhile."""
        waiting = {
            link.id: {found for token in link.waiting_on if (found := awaited_link(token))}
            for link in links
        }
        targets = await tx.links(sorted({i for ids in waiting.values() for i in ids}))
        there = {
            i
            for i, link in targets.items()
            if link.has(Side.CRM) and link.has(Side.ERP) and not link.is_contested
        }
        # Only a wait that is new asks for its link: two that wait for each other would never rest.
        asked = {
            found
            for link in links
            for token in set(link.waiting_on) - self._batch.before[link.id].waits
            if (found := wanted_link(token))
        }
        asked |= {i for i, link in targets.items() if link.state is LinkState.DORMANT}
        return asked | {i for i, ids in waiting.items() if ids & there}

    async def _rested(self, tx: Transaction, links: Sequence[Link]) -> set[str]:
        """Links that wait for the rest of others which have come to rest since they were looked at.

        Who settled those did not know of the wait yet, and woke nobody.
        """
        waiting = {
            link.id: {found for token in link.waiting_on if (found := rested_link(token))}
            for link in links
        }
        seen = self._batch.looked_at
        targets = await tx.links(sorted({i for ids in waiting.values() for i in ids if i in seen}))
        rested = {i for i, link in targets.items() if link.state in _AT_REST and link != seen[i]}
        return {i for i, ids in waiting.items() if ids & rested}


_NOT_CROSSING = (LinkState.SUSPENDED, LinkState.DORMANT)
_AT_REST = (LinkState.SETTLED, LinkState.GONE, LinkState.SUSPENDED)


async def _met_rows(tx: Transaction, links: Sequence[Link]) -> set[str]:
    """The links that wait for a row which has found its link meanwhile."""
    waiting = {
        link.id: {ref for token in link.waiting_on if (ref := awaited_row(token))} for link in links
    }
    refs = {ref for awaited in waiting.values() for ref in awaited}
    if not refs:
        return set()
    known = await tx.rows(sorted(refs))
    owners = await tx.links(sorted({k.link_id for k in known.values() if k.link_id}))
    met = {
        ref
        for ref, row in known.items()
        if row.link_id in owners and not (row.deleted or owners[row.link_id].is_stray)
    }
    return {link for link, awaited in waiting.items() if awaited & met}
