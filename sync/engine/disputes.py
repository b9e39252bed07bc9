"""Disputes: the conflicts of one batch, from being found to being saved, kept and closed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.core.conflict import Conflict, ConflictState
from sync.core.link import Link, LinkState
from sync.paging import conflicts_of
from sync.ports import Transaction

_DECIDED = (
    LinkState.SETTLED,
    LinkState.WAITING,
    LinkState.CONFLICT,
    LinkState.GONE,
    LinkState.SUSPENDED,
)
"""The states in which what a link was in conflict about has been looked at."""


class Disputes:
    """The conflicts that the decisions of one batch found."""

    def __init__(self) -> None:
        self._found: dict[str, list[Conflict]] = {}
        self._rewritten: list[Conflict] = []

    def begin(self, link: Link, conflicts: Iterable[Conflict]) -> None:
        """What the link's decision found; what an earlier one found counts no more."""
        self._found[link.id] = list(conflicts)

    def add(self, link: Link, *conflicts: Conflict) -> None:
        """What was found afterwards."""
        self._found.setdefault(link.id, []).extend(conflicts)

    def rewrite(self, conflict: Conflict) -> None:
        """A known conflict says something else from now on, as a person asked."""
        self._rewritten.append(conflict)

    def __len__(self) -> int:
        return sum(len(conflicts) for conflicts in self._found.values())

    async def keep(self, tx: Transaction, conflicts: Iterable[Conflict]) -> None:
        """Save those that are not saved yet, or were closed and are found again.

        A conflict that is known stays as it is: when it was found first is part of it.
        """
        found = {conflict.id: conflict for conflict in conflicts}
        links = sorted({conflict.link_id for conflict in found.values()})
        known = {conflict.id: conflict for conflict in await conflicts_of(tx, links)}
        await tx.put_conflicts(
            conflict
            for conflict in found.values()
            if conflict.id not in known or known[conflict.id].state is not conflict.state
        )

    async def save(self, tx: Transaction, links: Iterable[Link], now: str) -> None:
        """Save what was found, and close what the links are no longer in conflict about."""
        states = {link.id: link.state for link in links if link.state is not LinkState.RETRY}
        found = {c.id: c for conflicts in self._found.values() for c in conflicts}
        known = await conflicts_of(tx, list(states), state=ConflictState.OPEN)
        await self.keep(tx, found.values())
        await tx.put_conflicts(
            msgspec.structs.replace(
                conflict,
                state=ConflictState.RESOLVED,
                resolved_at=now,
                resolved_by=conflict.asked_by or "a later edit",
            )
            for conflict in known
            if conflict.id not in found and states[conflict.link_id] in _DECIDED
        )
        await tx.put_conflicts(self._rewritten)
