"""Places: where the rows of a batch's links may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.apply import intended_refs
from sync.core.kinds import Kind, Kinds
from sync.core.link import Intent, Link
from sync.core.mapping import Member
from sync.core.row import RowRef, Side
from sync.core.rowkeys import expected_ref
from sync.ports import KnownRow

_Found = tuple[Mapping[str, str], Intent | None, dict[str, list[RowRef]]]
"""The bound rows and the intent that places were found for, and the places by member."""


class Places:
    """Knows where rows may be: bound, known to belong, intended, told by the key, or joined.

    Args:
        kinds: All kinds.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._owned: dict[str, list[RowRef]] = {}
        self._joined: dict[tuple[Side, str, str], list[RowRef]] = {}
        self._found: dict[str, _Found] = {}

    def joins(self, link: Link) -> list[Member]:
        """The members whose rows join the record by its alias."""
        return [m for m in self._kinds[link.kind].erp_members.values() if m.joins is not None]

    def unjoined(self, link: Link, alias: str | None) -> list[Member]:
        """Those of them whose rows were not looked for under this alias yet."""
        if not alias:
            return []
        return [m for m in self.joins(link) if (m.side, m.table, alias) not in self._joined]

    def join(self, side: Side, table: str, alias: str, rows: Iterable[KnownRow]) -> None:
        """Keep which rows of a table join the records of an alias."""
        self._joined[side, table, alias] = [known.row.ref for known in rows]

    def own(self, known: KnownRow) -> None:
        """Keep whose a row is known to be."""
        if known.link_id is None:
            return
        owned = self._owned.setdefault(known.link_id, [])
        if known.row.ref not in owned:
            owned.append(known.row.ref)
            self._found.pop(known.link_id, None)

    def joined(self, member: Member, alias: str | None) -> list[RowRef]:
        """Where the rows are that join a record by its alias."""
        return self._joined.get((member.side, member.table, alias or ""), [])

    def of_link(self, link: Link, alias: str | None) -> list[RowRef]:
        """Everywhere that a link's rows may be, members in the order of the map."""
        kind = self._kinds[link.kind]
        refs: dict[RowRef, None] = dict.fromkeys(intended_refs(link))
        for member in (kind.maps[0].map.crm, *kind.erp_members.values()):
            if member.joins is None:
                refs.update(dict.fromkeys(self.of_member(link, kind, member)))
        for member in self.joins(link) if alias else ():
            refs.update(dict.fromkeys(self.joined(member, alias)))
        return list(refs)

    def of_member(self, link: Link, kind: Kind, member: Member) -> list[RowRef]:
        """Where a member's row may be: bound, known to belong, intended, or told by the key."""
        found = self._found.get(link.id)
        if found is None or found[0] is not link.rows or found[1] is not link.intent:
            found = self._found[link.id] = (link.rows, link.intent, {})
        refs = found[2].get(member.name)
        if refs is None:
            refs = found[2][member.name] = self._find(link, kind, member)
        return refs

    def _find(self, link: Link, kind: Kind, member: Member) -> list[RowRef]:
        refs: dict[RowRef, None] = {}
        bound = link.row_id(member.side, member.name)
        if bound:
            refs[RowRef(member.side, member.table, bound)] = None
        for ref in self._owned.get(link.id, ()):
            if ref.side is member.side and ref.table == member.table:
                refs[ref] = None
        if link.intent is not None:
            for write in link.intent.writes:
                ref = write.ref
                if write.member == member.name and ref.side is member.side and ref.row_id:
                    refs[ref] = None
        if member.side is Side.ERP and not bound:
            for compiled in kind.maps:
                if compiled.map.anchor.name == member.name:
                    expected = expected_ref(compiled, link)
                    if expected is not None:
                        refs[expected] = None
        return list(refs)
