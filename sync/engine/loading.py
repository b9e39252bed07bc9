"""Loading: everything a batch of decisions looks at, in a handful of queries and requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sync.core.apply import intended_refs
from sync.core.kinds import Kinds
from sync.core.link import MAIN, Link
from sync.core.mapping import Member
from sync.core.provenance import Source
from sync.core.row import Row, RowRef, Side
from sync.core.values import Unresolved
from sync.core.view import View
from sync.engine.before import Before
from sync.engine.places import Places
from sync.ports import Connector, KnownRow, Transaction, VersionKind

_PREFERRED, _OTHER = 0, 1


class Batch:
    """The links of one batch and the rows that belong to them.

    Attributes:
        links: The links, by id.
        before: The links as they were claimed, by id.
        known: The rows as the store has them.
        rows: The rows as they are now, as far as is known; absent ones map to `None`.
        lines: What the lines of documents that move still have to do, by the document's link id.
        looked_at: Other links, by id, as they were when something was first decided by them.
    """

    def __init__(self, kinds: Kinds, links: Iterable[Link]) -> None:
        self._kinds = kinds
        self.links = {link.id: link for link in links}
        self.before = {link.id: Before.of(link) for link in self.links.values()}
        self.known: dict[RowRef, KnownRow] = {}
        self.rows: dict[RowRef, Row | None] = {}
        self._places = Places(kinds)
        self._asked: dict[RowRef, str] = {}
        self.lines: dict[str, tuple[Unresolved, ...]] = {}
        self.looked_at: dict[str, Link] = {}

    async def load(self, tx: Transaction) -> None:
        """Load the rows of the links, and rows joined by the aliases known so far."""
        self._take(await tx.rows_of(self.links))
        await self.load_joined(tx)

    async def load_joined(self, tx: Transaction) -> list[RowRef]:
        """Load the rows joined by every alias known now; returns the ones not known before."""
        wanted: dict[tuple[Side, str], set[str]] = {}
        for link in self.links.values():
            alias = self.alias(link)
            for member in self._places.unjoined(link, alias):
                wanted.setdefault((member.side, member.table), set()).add(str(alias))
        fresh: list[RowRef] = []
        for (side, table), aliases in wanted.items():
            ordered = sorted(aliases)
            found = await tx.rows_joined(side, table, ordered)
            for alias in ordered:
                rows = found.get(alias, [])
                self._places.join(side, table, alias, rows)
                fresh += self._take(rows)
        return fresh

    async def joined_meanwhile(self, tx: Transaction) -> set[str]:
        """The links whose alias is new and that rows refer to which are not known here.

        Who took such a row in could not know whose it is, and woke nobody.
        """
        wanted: dict[tuple[Side, str], dict[str, str]] = {}
        for link in self.links.values():
            if link.alias is not None and link.alias != self.before[link.id].alias:
                for member in self._places.joins(link):
                    wanted.setdefault((member.side, member.table), {})[link.alias] = link.id
        late: set[str] = set()
        for (side, table), owners in wanted.items():
            found = await tx.rows_joined(side, table, sorted(owners))
            late.update(
                owners[alias]
                for alias, rows in found.items()
                if any(known.row.ref not in self.known for known in rows)
            )
        return late

    def to_read(
        self, connectors: Mapping[Side, Connector], *, everything: bool = False
    ) -> dict[Side, list[RowRef]]:
        """The rows that must be read before deciding.

        A side whose versions are not ordered is read whole, with the rows that must exist there
        if the record does. On an ordered side: rows said to be deleted, those of unanswered
        intents, and those that were seen before a map named one more column.
        """
        wanted: dict[Side, dict[RowRef, None]] = {side: {} for side in connectors}
        for link in self.links.values():
            refs = [ref for ref in self._of_link(link) if ref.row_id]
            intended = set(intended_refs(link))
            for ref in refs:
                known = self.known.get(ref)
                if (
                    everything
                    or connectors[ref.side].versions is VersionKind.EQUALITY
                    or ref in intended
                    or known is None
                    or known.deleted
                    or not self._told(known)
                ):
                    wanted[ref.side][ref] = None
                    self._asked.setdefault(ref, link.id)
        return {side: list(refs) for side, refs in wanted.items() if refs}

    def _told(self, known: KnownRow) -> bool:
        """Whether a row's image has every column that is asked for: one it lacks is not empty."""
        ref = known.row.ref
        return known.row.image.keys() >= self._kinds.wanted.get((ref.side, ref.table), frozenset())

    def expected(self) -> list[RowRef]:
        """Every row that the links have, or must have if the record exists."""
        return [ref for link in self.links.values() for ref in self._of_link(link) if ref.row_id]

    def has_joins(self) -> bool:
        """Whether any of the records may have joined rows."""
        return any(self._places.joins(link) for link in self.links.values())

    def needs(self, link: Link, side: Side, versions: VersionKind) -> bool:
        """Whether a decision on the link needs a side to be read."""
        return versions is VersionKind.EQUALITY or any(
            ref.side is side and ref in self._asked for ref in self._of_link(link)
        )

    def adopt(self, known: KnownRow) -> None:
        """Let a row that was found belong to its link."""
        self._take([known])
        self.rows[known.row.ref] = known.row

    def changed_rows(self, owners: Mapping[RowRef, str]) -> list[KnownRow]:
        """Rows that are new, or differ from what the store has.

        Args:
            owners: The link of each row that belongs to one.
        """
        changed = []
        for ref, row in self.rows.items():
            if row is None:
                continue
            known = self.known.get(ref)
            link = owners.get(ref) or (known.link_id if known else self._asked.get(ref))
            if known is None and link is not None and not self._takes(link, row):
                continue  # it only has the number, and finds its own link when it is told of
            now = KnownRow(
                row,
                link,
                known.joins if known else None,
                event_id=known.event_id if known else None,
            )
            if now != known:
                changed.append(now)
        return changed

    def _takes(self, link: str, row: Row) -> bool:
        return link not in self.links or self._kinds[self.links[link].kind].takes(row)

    def vanished_rows(self) -> list[KnownRow]:
        """Rows that the store has and the system no longer has."""
        return [
            msgspec.structs.replace(known, deleted=True)
            for ref, known in self.known.items()
            if self.rows.get(ref) is None and not known.deleted
        ]

    def look_at(self, links: Mapping[str, Link]) -> None:
        """Keep how other links stand that decisions go by."""
        self.looked_at = {**links, **self.looked_at}

    def learn(self, found: Mapping[RowRef, Row | None]) -> None:
        """Take in rows as they are now."""
        self.rows.update(found)

    def alias(self, link: Link) -> str | None:
        """The alias of a link, from its rows where they tell."""
        kind = self._kinds[link.kind]
        for compiled in kind.maps:
            anchor = compiled.map.anchor
            if anchor.alias is None:
                continue
            for ref in self._places.of_member(link, kind, anchor):
                row = self.rows.get(ref)
                if row is not None and row.image.get(anchor.alias):
                    return link.alias or str(row.image[anchor.alias])
        return link.alias

    def view(self, link: Link) -> View:
        """What a decision on the link looks at."""
        kind = self._kinds[link.kind]
        refs = self._places.of_member(link, kind, kind.maps[0].map.crm)
        candidates = [row for row in (self.rows.get(ref) for ref in refs) if row is not None]
        crm = candidates[0] if candidates else None
        erp: dict[str, Row] = {}
        for member in kind.erp_members.values():
            if member.joins is None:
                for ref in self._places.of_member(link, kind, member):
                    row = self.rows.get(ref)
                    if row is not None:
                        erp[member.name] = row
            else:
                joined = self._pick(member, self.alias(link))
                if joined is not None:
                    erp[member.name] = joined
        rivals = tuple(row.ref.row_id for row in candidates[1:])
        return View(crm, erp, rivals, self.lines.get(link.id))

    def sources(self, link: Link, view: View) -> dict[Side, dict[str, Source]]:
        """Side → what a decision looks at: rows by member, and those that it does not see.

        A row that is gone, or that another one stands before, goes by its own name.
        """
        members = {row.ref: member for member, row in view.erp.items()}
        if view.crm is not None:
            members[view.crm.ref] = MAIN
        found: dict[Side, dict[str, Source]] = {Side.CRM: {}, Side.ERP: {}}
        for ref in self._of_link(link):
            known, row = self.known.get(ref), self.rows.get(ref)
            if row is None and known is not None:
                row = known.row
            if row is not None:
                event = known.event_id if known is not None else None
                found[ref.side][members.get(ref) or str(ref)] = Source(
                    str(ref), row.version, event, row.actor, row.changed_at
                )
        return found

    def event(self, link: Link) -> str | None:
        """The id of an event that last told of one of its rows, always the same one."""
        known = (self.known.get(ref) for ref in self._of_link(link))
        return max((k.event_id for k in known if k is not None and k.event_id), default=None)

    def _of_link(self, link: Link) -> list[RowRef]:
        return self._places.of_link(link, self.alias(link))

    def _pick(self, member: Member, alias: str | None) -> Row | None:
        """The row of a joined member: one that passes its filter, the preferred one, the oldest."""
        found = (self.rows.get(ref) for ref in self._places.joined(member, alias))
        fit = [row for row in found if row is not None and member.matches(row.image)]
        return min(fit, key=lambda row: (self._rank(member, row), row.ref.row_id), default=None)

    @staticmethod
    def _rank(member: Member, row: Row) -> int:
        preferred = all(condition.holds(row.image) for condition in member.prefer)
        return _PREFERRED if preferred else _OTHER

    def _take(self, rows: Iterable[KnownRow]) -> list[RowRef]:
        fresh = []
        for known in rows:
            ref = known.row.ref
            if ref not in self.known:
                fresh.append(ref)
            self.known[ref] = known
            self.rows.setdefault(ref, None if known.deleted else known.row)
            self._places.own(known)
        return fresh
