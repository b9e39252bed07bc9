"""Disputes: the conflicts of one batch, from being found to being saved, kept and closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sync.core.conflict import (
    DELETE_KINDS,
    FIELD_KINDS,
    Conflict,
    ConflictKind,
    ConflictState,
    Take,
)
from sync.core.kinds import Kinds
from sync.core.link import Agreed, Link, LinkState, link_id
from sync.core.row import Side
from sync.core.stage import FIELD as STAGE
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

A_LATER_EDIT = "a later edit"
"""Who settled a conflict that is no more, and of which nobody had decided anything."""


class Disputes:
    """The conflicts that the decisions of one batch found."""

    def __init__(self) -> None:
        self._found: dict[str, list[Conflict]] = {}
        self._rewritten: list[Conflict] = []
        self._done: set[str] = set()
        self._told: dict[str, Mapping[str, Conflict]] = {}

    def begin(
        self,
        link: Link,
        conflicts: Iterable[Conflict],
        told: Mapping[str, Conflict] | None = None,
    ) -> None:
        """What the link's decision found; what an earlier one found counts no more.

        Args:
            link: The link.
            conflicts: What was found.
            told: By id, the conflicts of which the decision knew that a person had decided them.
        """
        self._found[link.id] = list(conflicts)
        if told is not None:
            self._told[link.id] = told

    def add(self, link: Link, *conflicts: Conflict) -> None:
        """What was found afterwards."""
        self._found.setdefault(link.id, []).extend(conflicts)

    def done(self, link: Link, followed: Iterable[Conflict]) -> set[str]:
        """The conflicts about a field of which a person's decision was written, and answered.

        It is written once: where the system keeps another value all the same, that is its edit.
        """
        written = {
            conflict.id
            for conflict in followed
            if conflict.kind not in DELETE_KINDS
            and conflict.asked != Take.LEAVE
            and _is_done(conflict, link)
        }
        self._done |= written
        return written

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
        decided = {link.id: link for link in links if link.state is not LinkState.RETRY}
        found = {c.id for conflicts in self._found.values() for c in conflicts}
        known = await conflicts_of(tx, list(decided), state=ConflictState.OPEN)
        await self.keep(tx, (c for conflicts in self._found.values() for c in conflicts))
        await tx.put_conflicts(
            msgspec.structs.replace(
                conflict,
                state=ConflictState.RESOLVED,
                resolved_at=now,
                resolved_by=_settled_by(conflict, decided[conflict.link_id]),
            )
            for conflict in known
            if not self._is_news(conflict)
            and (
                conflict.id in self._done
                or (conflict.id not in found and _is_over(conflict, decided[conflict.link_id]))
            )
        )
        await tx.put_conflicts(self._rewritten)

    def _is_news(self, conflict: Conflict) -> bool:
        """Whether a person decided it, or opened it, while its link was being worked on.

        It stays open for that: the link is due again by it.
        """
        told = self._told.get(conflict.link_id)
        return told is not None and _by_a_person(conflict) and told.get(conflict.id) != conflict


async def disputes_of(
    tx: Transaction, links: Mapping[str, Link]
) -> dict[str, Mapping[str, Conflict]]:
    """Link → by id, its open conflicts of which a person decided something, or opened them.

    With those about a refusal that a person has left: only they tell what is not tried again.
    """
    found: dict[str, dict[str, Conflict]] = {}
    known = await conflicts_of(tx, links, state=ConflictState.OPEN)
    left = sorted({conflict_id for link in links.values() for conflict_id in link.left})
    if left:
        kept = await tx.conflicts(ids=left, limit=len(left))
        known += [one for one in kept if one.kind is ConflictKind.REFUSED]
    for conflict in known:
        if _by_a_person(conflict):
            found.setdefault(conflict.link_id, {})[conflict.id] = conflict
    return dict(found)


def lookups_given(
    kinds: Kinds,
    links: Mapping[str, Link],
    disputes: Mapping[str, Mapping[str, Conflict]],
) -> set[str]:
    """The ids of the links that a person may have meant who decided about a lookup."""
    return {
        link_id(kind, str(value))
        for id_of, conflicts in disputes.items()
        for conflict in conflicts.values()
        for name, value in (conflict.wanted or {}).items()
        for compiled in kinds[links[id_of].kind].maps
        for kind in (compiled.fields[name].lookup if name in compiled.fields else ())
    }


def _by_a_person(conflict: Conflict) -> bool:
    return conflict.asked in tuple(Take) or conflict.reopened_at is not None


def _is_over(conflict: Conflict, link: Link) -> bool:
    """Whether a link is no longer in conflict about what it is not in conflict about now.

    What a person decided is not forgotten while the record waits for another one.
    """
    if link.state is LinkState.WAITING and (conflict.asked or conflict.reopened_at):
        return _is_done(conflict, link)
    return link.state in _DECIDED


def _settled_by(conflict: Conflict, link: Link) -> str:
    if conflict.kind is ConflictKind.MISSING_REFERENCE:
        return "the reference itself"
    if conflict.asked in tuple(Take) and not _is_done(conflict, link):
        return A_LATER_EDIT
    return conflict.asked_by or A_LATER_EDIT


def _is_done(conflict: Conflict, link: Link) -> bool:
    """Whether both sides have agreed on what a person decided."""
    if conflict.asked == Take.LEAVE and conflict.id in link.left:
        return True
    if conflict.asked == Take.LEAVE and conflict.kind not in (*FIELD_KINDS, ConflictKind.REFUSED):
        return False
    if conflict.field == STAGE and conflict.asked in tuple(Side):
        return conflict.found(Side(conflict.asked)).get(STAGE) == link.stage
    if conflict.kind in DELETE_KINDS and conflict.asked is not None:
        taken = Side(conflict.asked)
        return link.has(taken.other) if conflict.found(taken) else link.state is LinkState.GONE
    if conflict.asked == Take.LEAVE:
        names = conflict.of(Side.ERP) | conflict.of(Side.CRM)
        wanted = {
            name: [
                Agreed(erp.get(name), crm.get(name))
                for erp in conflict.may_have(Side.ERP)
                for crm in conflict.may_have(Side.CRM)
            ]
            for name in names
        }
    else:
        wanted = {name: [Agreed(v, v)] for name, v in (conflict.wanted or {}).items()}
    return bool(wanted) and all(link.base.get(name) in pairs for name, pairs in wanted.items())
