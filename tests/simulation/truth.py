"""What is true: both systems read through the maps, without anything that the engine believes."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from sync.core.compiled import CompiledMap
from sync.core.kinds import Identity, Kind, Kinds
from sync.core.link import Link
from sync.core.mapping import Member
from sync.core.references import References
from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.stage import find_stages
from sync.core.values import Reading, Unresolved
from sync.core.view import View
from sync.ports import Connector

T = TypeVar("T")
Record = tuple[str, str]
"""Kind and integration key."""


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise RuntimeError("the coroutine waited")


class TrueReferences(References):
    """Resolves lookups by looking at the systems themselves."""

    def __init__(self, truth: Truth) -> None:
        super().__init__({}, {}, truth.kinds.company_kinds, truth.kinds.crm_tables)
        self._truth = truth

    def from_crm(self, kinds: tuple[str, ...], row_id: Scalar) -> Reading:
        if row_id is None or row_id == "":
            return None
        for table in dict.fromkeys(self._truth.kinds.crm_tables[kind] for kind in kinds):
            key = self._truth.record_of(RowRef(Side.CRM, table, str(row_id)))
            if key is not None:
                return key[1]
        return Unresolved((str(row_id),), "unknown")


class Truth:
    """Both systems as records.

    Args:
        kinds: All kinds.
        systems: Both systems, never waiting and never failing.
    """

    def __init__(self, kinds: Kinds, systems: Mapping[Side, Connector]) -> None:
        self.kinds, self._systems = kinds, systems
        self.refs = TrueReferences(self)
        self._record: dict[RowRef, Record] = {}
        self._rows: dict[tuple[Side, Record], dict[str, list[RowRef]]] = {}
        self._joined: dict[tuple[str, str], dict[str, dict[RowRef, None]]] = {}
        self._joins_of: dict[RowRef, dict[tuple[str, str], None]] = {}
        self._alias: dict[tuple[str, str], dict[Record, None]] = {}

    def row(self, ref: RowRef) -> Row | None:
        """A row as it is now."""
        return at_once(self._systems[ref.side].read([ref]))[ref]

    def record_of(self, ref: RowRef) -> Record | None:
        """The record that a row is of; what it was first stays."""
        if ref not in self._record:
            row = self.row(ref)
            if row is not None:
                self.met(row)
        return self._record.get(ref)

    def met(self, row: Row) -> list[Record]:
        """Take note of a row; returns the records that it concerns."""
        found: dict[Record, None] = {}
        ref = row.ref
        for kind, compiled, member in self.kinds.concerned.get((ref.side, ref.table), ()):
            if member.joins is not None:
                alias = str(row.image.get(member.joins) or "")
                places = self._joined.setdefault((kind.name, member.name), {})
                places.setdefault(alias, {})[ref] = None
                self._joins_of.setdefault(ref, {})[kind.name, alias] = None
                found.update(dict.fromkeys(self._alias.get((kind.name, alias), {})))
                continue
            if ref not in self._record and member.matches(row.image):
                self._identify(kind, compiled, member, row)
            record = self._record.get(ref)
            if record is not None:
                found[record] = None
                if member.alias:
                    alias = str(row.image.get(member.alias) or "")
                    self._alias.setdefault((kind.name, alias), {})[record] = None
        return list(found)

    def concerned(self, ref: RowRef) -> list[Record]:
        """The records that a row concerned when it was last met."""
        record = self._record.get(ref)
        found: dict[Record, None] = {record: None} if record else {}
        for joined in self._joins_of.get(ref, ()):
            found.update(dict.fromkeys(self._alias.get(joined, {})))
        return list(found)

    def refs_of(self, side: Side, table: str) -> list[RowRef]:
        """The rows of a table that exist and were met."""
        return [ref for ref in self._record if ref.side is side and ref.table == table]

    def records(self) -> list[Record]:
        """Every record that was ever met."""
        return list(dict.fromkeys(record for _, record in self._rows))

    def rows_of(self, side: Side, record: Record) -> list[Row]:
        """The rows of a record on one side that exist now, joined ones left out."""
        refs = [ref for refs in self._rows.get((side, record), {}).values() for ref in refs]
        return [row for row in (self.row(ref) for ref in refs) if row is not None]

    def view(self, record: Record) -> View:
        """A record's rows as they are now."""
        kind = self.kinds[record[0]]
        crm: Row | None = None
        for row in self.rows_of(Side.CRM, record):
            if crm is None or kind.crm_map(crm.image) is None:
                crm = row
        erp: dict[str, Row] = {}
        for name, refs in self._rows.get((Side.ERP, record), {}).items():
            for ref in refs:
                row = self.row(ref)
                if row is not None:
                    erp[name] = row
        alias = self._alias_now(kind, erp)
        for member in kind.erp_members.values():
            if member.joins is not None and alias:
                picked = self._pick(kind, member, alias)
                if picked is not None:
                    erp[member.name] = picked
        return View(crm, erp)

    def stage_maps(
        self, record: Record, view: View
    ) -> tuple[CompiledMap | None, CompiledMap | None, str | None]:
        """The map of each side's stage, and a row there that belongs to another party."""
        kind = self.kinds[record[0]]
        stages = find_stages(kind, Link("", record[0], record[1], {}), view)
        return stages.crm, stages.erp, stages.foreign

    def reading(
        self, side: Side, record: Record, compiled: CompiledMap, view: View
    ) -> dict[str, Reading]:
        """What a side says, in neutral values."""
        company = record[1].split("|", 1)[0].upper() if self.kinds[record[0]].company else None
        return compiled.read(side, view.images(side), self.refs, company)

    def _identify(self, kind: Kind, compiled: CompiledMap, member: Member, row: Row) -> None:
        own = [f for f in compiled.keys if f.half(member.side).member == member.name]
        if len(own) != len(compiled.keys):
            return
        identity = kind.identify(compiled, member, row.image, self.refs)
        if isinstance(identity, Identity):
            record = (kind.name, identity.key)
            self._record[row.ref] = record
            rows = self._rows.setdefault((row.ref.side, record), {})
            rows.setdefault(member.name, []).append(row.ref)

    def _alias_now(self, kind: Kind, erp: Mapping[str, Row]) -> str:
        for compiled in kind.maps:
            anchor = compiled.map.anchor
            if anchor.alias and anchor.name in erp:
                return str(erp[anchor.name].image.get(anchor.alias) or "")
        return ""

    def _pick(self, kind: Kind, member: Member, alias: str) -> Row | None:
        refs = self._joined.get((kind.name, member.name), {}).get(alias, {})
        rows = [row for row in (self.row(ref) for ref in refs) if row is not None]
        fit = [row for row in rows if member.matches(row.image)]
        preferred = [r for r in fit if all(c.holds(r.image) for c in member.prefer)]
        return min(preferred or fit, key=lambda row: row.ref.row_id, default=None)
