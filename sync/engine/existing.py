"""Existing: the row that a create met, found by its integration key."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core import finding
from sync.core.conflict import Conflict, ConflictKind
from sync.core.kinds import Kinds
from sync.core.link import Link
from sync.core.plan import Part
from sync.core.references import References
from sync.core.row import Lookup, Row, Scalar, Side
from sync.core.sides import of_number, with_number
from sync.core.view import Context, View
from sync.core.write import Write, WriteOp
from sync.errors import RemoteError
from sync.ports import Connector, KnownRow, Transaction

_UNKNOWN = References({}, {}, frozenset(), {})
"""What lookups point to is not asked for: rows are told by their own columns."""


class Existing:
    """Finds the rows that create-only writes met.

    Args:
        kinds: All kinds.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._found: dict[str, list[Row]] = {}
        self._owners: dict[str, Link] = {}

    async def find(
        self, refused: list[tuple[Link, Part]], connectors: Mapping[Side, Connector]
    ) -> None:
        """Look the rows up, all of a table in one call."""
        wanted: dict[tuple[Side, str], list[tuple[Link, dict[str, Scalar]]]] = {}
        for link, part in refused:
            write = _create(part)
            if write is not None:
                columns = self._key(link, part, write)
                wanted.setdefault((part.side, write.ref.table), []).append((link, columns))
        for (side, table), queries in wanted.items():
            try:
                rows = await connectors[side].find(table, [columns for _, columns in queries])
            except RemoteError:
                continue  # the link is due again anyway and meets the row once more
            for (link, _), found in zip(queries, rows, strict=True):
                self._found[link.id] = found

    async def know_owners(self, tx: Transaction) -> None:
        """See whether a row that was found belongs to another link: it must not get a second."""
        if not self._found:
            return
        known = await tx.rows(sorted({row.ref for rows in self._found.values() for row in rows}))
        links = await tx.links(sorted({k.link_id for k in known.values() if k.link_id}))
        for link, rows in self._found.items():
            for row in rows:
                owner = links.get((known[row.ref].link_id or "") if row.ref in known else "")
                if owner is not None and owner.id != link and not owner.is_stray:
                    self._owners[link] = owner

    def owner(self, link: Link) -> Link | None:
        """The other link that the row found belongs to."""
        return self._owners.get(link.id)

    def rows(self, link: Link) -> list[KnownRow]:
        """The row found for a link, as the service knows it from now on."""
        return [KnownRow(row, link.id) for row in self._found.get(link.id, ())]

    def several(self, link: Link) -> bool:
        """Whether more than one row could be the counterpart."""
        return len(self._found.get(link.id, ())) > 1

    def member(self, link: Link, part: Part) -> str:
        """The role of the row found."""
        write = _create(part)
        if part.side is Side.CRM or write is None:
            return self._kinds[link.kind].maps[0].map.crm.name
        kind = self._kinds[link.kind]
        return next(m.name for m in kind.erp_members.values() if m.table == write.ref.table)

    def conflict(self, link: Link, view: View, context: Context) -> Conflict:
        """Two candidates for one counterpart, or one that is another record's."""
        rows = self._found[link.id]
        owner = self._owners.get(link.id)
        kind = self._kinds[link.kind]
        known = f", linked as {finding.name_of(owner)}" if owner is not None else ""
        there = with_number(kind, link, (f"{row.ref}{known}" for row in rows))
        sides = of_number(kind, link, view, _UNKNOWN, {rows[0].ref.side: there})
        if owner is not None:
            return finding.of_kind(
                link,
                ConflictKind.NUMBER_TAKEN,
                context,
                message=f"{finding.name_of(link)}: {rows[0].ref} has its key, and is linked as "
                f"{finding.name_of(owner)}. Give one of the two another number.",
                policy="a record is linked once",
                field="number",
                sides=sides,
                by_value=False,
                detail=(owner.id,),
                found=rows,
                side=rows[0].ref.side,
            )
        names = ", ".join(str(row.ref) for row in rows)
        return finding.of_kind(
            link,
            ConflictKind.TWO_CANDIDATES,
            context,
            message=f"{finding.name_of(link)}: {len(rows)} records have its key: {names}. "
            "Merge or renumber all but one.",
            policy="a counterpart is never chosen by chance",
            field="number",
            sides=sides,
            by_value=False,
            detail=tuple(sorted(row.ref.row_id for row in rows)),
            found=rows,
            side=rows[0].ref.side,
        )

    def _key(self, link: Link, part: Part, write: Write) -> dict[str, Scalar]:
        """The key columns of a create, with the values that were to be written."""
        compiled = self._kinds[link.kind].for_stage(
            next((i.stage for i in part.intended if i.ref == write.ref), None)
        )
        columns = [field.half(part.side).column for field in compiled.keys]
        if compiled.map.company is not None:
            columns.append(compiled.map.company.column(part.side))
        return {column: _plain(write.values[column]) for column in dict.fromkeys(columns)}


def _create(part: Part) -> Write | None:
    return next((write for write in part.writes if write.op is WriteOp.CREATE), None)


def _plain(value: Scalar | Lookup) -> Scalar:
    return value.row_id if isinstance(value, Lookup) else value
