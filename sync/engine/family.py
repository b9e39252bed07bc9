"""Family: the records that belong together, and where each of them stands.

From any member up to the record that has no parent (a prospect or customer), and from there down.
A customer may have ten thousand invoices: below a record every kind is one group, of which only
the first members are shown; the others are read page by page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from sync.core.conflict import ConflictState
from sync.core.family import Relation
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState
from sync.core.row import Side
from sync.engine.loading import Batch
from sync.engine.referring import load_references
from sync.engine.standing import Standing, standings
from sync.paging import conflicts_of
from sync.ports import Transaction

_LEVELS, _ROOTS, _SIDEWAYS, _MEMBERS = 8, 5, 50, 1000


class Named(msgspec.Struct, frozen=True):
    """A record by its names."""

    id: str
    kind: str
    key: str


class Member(msgspec.Struct, frozen=True):
    """A record of a family.

    Attributes:
        id: Its link.
        kind: Its kind.
        key: Its integration key.
        number: What people call it: the first text of its key.
        state: The state of the link.
        stage: The stage both sides last agreed on, in kinds with stages.
        problem: Code of why it is not settled.
        open_conflicts: How many conflicts wait for a person.
        sides: Where each side stands.
        kin: The records that it only stands beside, by field: the quote that an order came from.
        groups: What is below it, by kind.
    """

    id: str
    kind: str
    key: str
    number: str
    state: LinkState
    stage: str | None
    problem: str | None
    open_conflicts: int
    sides: dict[Side, Standing]
    kin: dict[str, Named]
    groups: tuple[Group, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """The records of one kind below a record.

    Attributes:
        kind: The kind.
        total: How many there are.
        members: The first of them: parts of a record from the first, others from the newest number.
        next: The cursor of the following ones; `None` when these are all.
    """

    kind: str
    total: int
    members: tuple[Member, ...]
    next: str | None


class Family(msgspec.Struct, frozen=True):
    """A record's family.

    Attributes:
        path: The records from the top down to the one asked for, which is the last.
        roots: The trees under the records that have no parent; more than one where a record is
            shared (a party of two customers).
    """

    path: tuple[Member, ...]
    roots: tuple[Member, ...]


async def family(tx: Transaction, kinds: Kinds, link: Link, size: int) -> Family:
    """The family of a link.

    Args:
        tx: The unit of work to read in.
        kinds: All kinds.
        link: Any member.
        size: How many members of a group at most.
    """
    path, roots = await _climb(tx, link.id)
    tree = _Tree()
    await tree.grow(tx, roots, size)
    members = await _members(tx, kinds, {*path, *tree.ids})
    return Family(
        path=tuple(members[i] for i in path if i in members),
        roots=tuple(tree.whole(members, root) for root in roots if root in members),
    )


async def children(
    tx: Transaction, kinds: Kinds, parent: str, kind: str, *, after: str | None, limit: int
) -> list[Member]:
    """Further records of one kind right below a record, without what is below them."""
    found = await tx.children([parent], limit, kind=kind, after=after)
    ids = found.get((parent, kind), [])
    members = await _members(tx, kinds, ids)
    return [members[i] for i in ids]


async def _climb(tx: Transaction, start: str) -> tuple[list[str], list[str]]:
    """The way from the first record at the top down to a link, and all records at the top."""
    below: dict[str, str | None] = {start: None}
    frontier, roots = [start], list[str]()
    for _ in range(_LEVELS):
        above = await tx.parents(frontier)
        roots += [i for i in frontier if i not in above]
        found: list[str] = []
        for child in frontier:
            for parent in above.get(child, ()):
                if parent not in below and len(found) < _SIDEWAYS:
                    below[parent] = child
                    found.append(parent)
        frontier = found
        if not frontier:
            break
    # Records that are above each other have no top: the one that was asked for stands for them.
    roots = roots[:_ROOTS] or [start]
    path: list[str] = []
    at: str | None = roots[0]
    while at is not None:
        path.append(at)
        at = below[at]
    return path, roots


class _Tree:
    """Who is shown below whom."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._totals: dict[str, dict[str, int]] = {}
        self._shown: dict[tuple[str, str], list[str]] = {}
        self._last: dict[tuple[str, str], str] = {}

    async def grow(self, tx: Transaction, roots: list[str], size: int) -> None:
        """Go down level by level; a record that several are above of is shown below the first."""
        self.ids.update(roots)
        frontier = roots
        for _ in range(_LEVELS):
            if not frontier or len(self.ids) > _MEMBERS:
                break
            for (parent, kind), total in (await tx.count_children(frontier)).items():
                self._totals.setdefault(parent, {})[kind] = total
            # The deeper, the more records there may be: a few of each are shown then.
            few = min(size, max(1, _MEMBERS // len(frontier)))
            below = await tx.children(frontier, few) if size else {}
            following: list[str] = []
            for parent in frontier:
                for kind in self._totals.get(parent, ()):
                    listed = below.get((parent, kind), [])
                    fresh = [i for i in listed if i not in self.ids]
                    self.ids.update(fresh)
                    following += fresh
                    self._shown[parent, kind] = fresh
                    if listed and len(listed) < self._totals[parent][kind]:
                        self._last[parent, kind] = listed[-1]
            frontier = following

    def whole(self, members: dict[str, Member], at: str) -> Member:
        """A member with everything that is shown below it."""
        groups = tuple(
            Group(
                kind,
                total,
                tuple(
                    self.whole(members, i) for i in self._shown.get((at, kind), ()) if i in members
                ),
                self._last.get((at, kind)),
            )
            for kind, total in self._totals.get(at, {}).items()
        )
        return msgspec.structs.replace(members[at], groups=groups)


async def _members(tx: Transaction, kinds: Kinds, ids: Iterable[str]) -> dict[str, Member]:
    links = await tx.links(sorted(set(ids)))
    known = {i: link for i, link in links.items() if link.kind in kinds and not link.is_stray}
    batch = Batch(kinds, known.values())
    await batch.load(tx)
    refs = await load_references(kinds, tx, batch)
    opened = Counter(
        conflict.link_id
        for conflict in await conflicts_of(tx, list(links), state=ConflictState.OPEN)
    )
    kin = [one for one in sorted(await tx.relations(links)) if one.kin]
    named = await _named(tx, kin)
    beside: dict[str, dict[str, Named]] = {}
    for one in kin:
        if one.parent_id in named:
            beside.setdefault(one.link_id, {})[one.field] = named[one.parent_id]
    return {
        i: Member(
            id=i,
            kind=link.kind,
            key=link.key,
            number=link.natural.get("code", link.key),
            state=link.state,
            stage=link.stage,
            problem=link.problem.code if link.problem else None,
            open_conflicts=opened[i],
            sides=standings(kinds[link.kind], link, batch.view(link), refs) if i in known else {},
            kin=beside.get(i, {}),
        )
        for i, link in links.items()
    }


async def _named(tx: Transaction, kin: list[Relation]) -> dict[str, Named]:
    links = await tx.links(sorted({one.parent_id for one in kin}))
    return {i: Named(i, link.kind, link.key) for i, link in links.items()}
