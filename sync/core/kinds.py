"""Kinds: the compiled maps of everything that is linked, and which rows concern which kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from sync.core.compiled import CompiledMap
from sync.core.link import Link
from sync.core.mapping import Company, FieldMap, Member, TableMap
from sync.core.references import References, key_text
from sync.core.row import Image, Row, Side, TableSpec
from sync.core.values import Reading, Unfit, Unresolved, is_blank


class Identity:
    """What a row says it is.

    Attributes:
        key: The comparable integration key.
        natural: The key's parts as people wrote them, by field name; `code` is the first text part.
        company: The company code, in upper case.
    """

    def __init__(self, key: str, natural: dict[str, str], company: str | None) -> None:
        self.key, self.natural, self.company = key, natural, company


class Kind:
    """Everything about one kind of link.

    Attributes:
        name: The kind.
        maps: Its maps, lowest rank first.
        company: Whether it is company-specific.
    """

    def __init__(self, name: str, maps: Iterable[TableMap]) -> None:
        self.name = name
        self.maps = tuple(CompiledMap(m) for m in sorted(maps, key=lambda m: m.rank))
        self.company = self.maps[0].map.company is not None
        self.on_demand = self.maps[0].map.on_demand
        self.crm_table = self.maps[0].map.crm.table

    def for_stage(self, stage: str | None) -> CompiledMap:
        """The map of a stage; the lowest one for `None`."""
        return next((m for m in self.maps if m.map.stage == stage), self.maps[0])

    def crm_map(self, image: Image) -> CompiledMap | None:
        """The map whose CRM filter the row passes, if any."""
        return next((m for m in self.maps if m.map.crm.matches(image)), None)

    @cached_property
    def family(self) -> dict[str, FieldMap]:
        """The lookups that say which records belong together, by name."""
        return {f.name: f for m in self.maps for f in m.map.fields if f.family is not None}

    @cached_property
    def erp_members(self) -> dict[str, Member]:
        """Every ERP row the kind knows, by name."""
        return {member.name: member for m in self.maps for member in m.map.erp}

    def takes(self, row: Row) -> bool:
        """Whether a row may be of one of the kind's records: it passes the filter of its role."""
        roles = [
            (member, member is compiled.map.anchor or member.side is Side.CRM)
            for compiled in self.maps
            for member in (compiled.map.crm, *compiled.map.erp)
            if member.side is row.ref.side and member.table == row.ref.table
        ]
        own = [member for member, tells in roles if tells] or [member for member, _ in roles]
        return any(member.matches(row.image) for member in own)

    def plays(self, role: str, row: Row) -> bool:
        """Whether a row passes the filter of a role in some stage of the kind."""
        return any(
            member.name == role and member.matches(row.image)
            for compiled in self.maps
            for member in compiled.map.erp
        )

    def identify(
        self, compiled: CompiledMap, member: Member, image: Image, refs: References
    ) -> Identity | Unresolved | Unfit:
        """Which record a row is of, by its integration key."""
        side, rows = member.side, {member.name: image}
        company: str | None = None
        if compiled.map.company is not None:
            found = self._company(compiled.map.company, member, image, refs)
            if not isinstance(found, str):
                return found
            company = found
        parts: list[str] = []
        natural: dict[str, str] = {}
        for field in compiled.keys:
            value = compiled.read_field(side, field, rows, refs, company)
            if isinstance(value, Unresolved | Unfit):
                return value
            if value is None:
                column = field.half(side).column
                return Unfit(
                    f"{column} of {member.table} is empty: a record without its key cannot cross.",
                    f"Fill {column} in the {side.upper()}.",
                )
            parts.append(str(value))
            natural[field.name] = str(value)
            if not field.lookup:
                natural.setdefault("code", str(value))
        return Identity(key_text(company, tuple(parts)), natural, company)

    def unnumbered(self, image: Image, refs: References) -> tuple[FieldMap, str] | None:
        """Whether a CRM row lacks a number that the service makes: its key field and company."""
        compiled = self.crm_map(image)
        if compiled is None or compiled.map.company is None:
            return None
        crm, field = compiled.map.crm, compiled.keys[0]
        if field.assign is None or not is_blank(
            compiled.read_field(Side.CRM, field, {crm.name: image}, refs, None)
        ):
            return None
        company = self._company(compiled.map.company, crm, image, refs)
        return (field, company) if isinstance(company, str) else None

    @cached_property
    def assigned(self) -> FieldMap | None:
        """The key field whose missing number the service makes, if there is one."""
        return next((f for m in self.maps for f in m.keys if f.assign is not None), None)

    def _company(
        self, columns: Company, member: Member, image: Image, refs: References
    ) -> str | Unresolved | Unfit:
        column = columns.column(member.side)
        value = image.get(column)
        company: Reading
        if member.side is Side.CRM:
            company = refs.company(value, columns.through)
        else:
            company = str(value or "").upper()
        if isinstance(company, Unresolved | Unfit):
            return company
        if company:
            return str(company)
        return Unfit(
            f"{column} of {member.table} is empty: a record without company cannot cross.",
            f"Choose the company ({column}) in the {member.side.upper()}.",
        )


class Kinds(Mapping[str, Kind]):
    """All kinds, and where rows belong.

    Args:
        maps: Every table map, in start order.
    """

    def __init__(self, maps: Iterable[TableMap]) -> None:
        self.table_maps = tuple(maps)
        by_kind: dict[str, list[TableMap]] = {}
        for table_map in self.table_maps:
            by_kind.setdefault(table_map.kind, []).append(table_map)
        self._kinds = {name: Kind(name, of_kind) for name, of_kind in by_kind.items()}
        self.company_kinds = frozenset(k.name for k in self._kinds.values() if k.company)
        self.crm_tables = {kind.name: kind.crm_table for kind in self._kinds.values()}

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def sharing(self, kind: Kind) -> tuple[str, ...]:
        """The kinds that share their numbers with one: their records are in the same ERP tables."""
        tables = {m.map.anchor.table for m in kind.maps}
        return tuple(
            sorted(
                other.name
                for other in self._kinds.values()
                if any(m.map.anchor.table in tables for m in other.maps)
            )
        )

    @cached_property
    def namesakes(self) -> dict[str, tuple[tuple[Kind, CompiledMap], ...]]:
        """ERP table → the maps whose records are known by its rows, where they are of many kinds.

        A row of such a table has the number of one record, and takes it from those of other kinds.
        """
        found: dict[str, list[tuple[Kind, CompiledMap]]] = {}
        for kind in self._kinds.values():
            for compiled in kind.maps if len(self.sharing(kind)) > 1 else ():
                found.setdefault(compiled.map.anchor.table, []).append((kind, compiled))
        return {table: tuple(maps) for table, maps in found.items()}

    @cached_property
    def concerned(self) -> dict[tuple[Side, str], tuple[tuple[Kind, CompiledMap, Member], ...]]:
        """(side, table) → the kinds and members that a row of the table may be."""
        found: dict[tuple[Side, str], list[tuple[Kind, CompiledMap, Member]]] = {}
        for kind in self._kinds.values():
            for compiled in reversed(kind.maps):
                for member in (compiled.map.crm, *compiled.map.erp):
                    found.setdefault((member.side, member.table), []).append(
                        (kind, compiled, member)
                    )
        return {place: tuple(roles) for place, roles in found.items()}

    @cached_property
    def tables(self) -> dict[Side, dict[str, TableSpec]]:
        """What the connectors need to know of each table."""
        specs: dict[Side, dict[str, TableSpec]] = {Side.CRM: {}, Side.ERP: {}}
        for (side, table), roles in self.concerned.items():
            columns: dict[str, None] = {}
            lookups: dict[str, tuple[str, ...]] = {}
            for _, compiled, _ in roles:
                columns.update(dict.fromkeys(compiled.columns[side, table]))
                if side is Side.CRM:
                    lookups |= self._lookups(compiled)
            company = next((c.map.company for _, c, _ in roles if c.map.company), None)
            specs[side][table] = TableSpec(
                side=side,
                table=table,
                keys=roles[0][2].ids,
                columns=tuple(columns),
                lookups=lookups,
                company=company.column(side) if company else None,
                seldom=all(c.map.seldom for _, c, _ in roles),
            )
        return specs

    @cached_property
    def watched(self) -> frozenset[str]:
        """The kinds whose records' rest others wait for: lines of documents, and leaders."""
        lives = [m.lifecycle for m in self.table_maps if m.lifecycle is not None]
        return frozenset(kind for life in lives for kind in (*life.lines, life.led_by) if kind)

    def with_leaders(self, kinds: Collection[str]) -> set[str]:
        """Kinds, and those whose documents take records of them along in a step of their own."""
        found = set(kinds)
        for table_map in self.table_maps:
            for way in table_map.lifecycle.ways if table_map.lifecycle else ():
                field = self[table_map.kind].maps[0].fields.get(way.convert or "")
                if found & {*way.creates, *(field.lookup if field else ())}:
                    found.add(table_map.kind)
        return found

    @cached_property
    def wanted(self) -> dict[tuple[Side, str], frozenset[str]]:
        """(side, table) → every column that maps read."""
        return {
            (side, table): frozenset(spec.columns)
            for side, tables in self.tables.items()
            for table, spec in tables.items()
        }

    def _lookups(self, compiled: CompiledMap) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for field in compiled.map.fields:
            tables = [self._kinds[kind].crm_table for kind in field.lookup if kind in self._kinds]
            if tables:
                found[field.crm.column] = tuple(dict.fromkeys(tables))
        company = compiled.map.company
        if company is not None:
            found[company.crm] = (self._kinds[company.through or "company"].crm_table,)
        life = compiled.map.lifecycle
        if life is not None and life.leader is not None and life.led_by in self._kinds:
            found[life.leader] = (self._kinds[life.led_by].crm_table,)
        return found

    def references(
        self, links: Mapping[str, Link], owners: Mapping[tuple[str, str], str]
    ) -> References:
        """What lookups resolve to, from what was loaded for a batch."""
        return References(links, owners, self.company_kinds, self.crm_tables)
