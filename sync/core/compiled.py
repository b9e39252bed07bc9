"""Compiled maps: a table map turned once into plain functions.

Reading a record costs one call of a generated function. Only when a value does not fit is each
field read on its own, to say which one and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sync.core.field_codec import codec_of
from sync.core.link import Neutral
from sync.core.mapping import FieldMap, Half, TableMap
from sync.core.reader import NO_ROW, Rows, blanked_column, generate_reader
from sync.core.references import References
from sync.core.row import Lookup, Scalar, Side
from sync.core.units import units_of
from sync.core.values import Reading, Unfit, Unresolved, is_blank


class CompiledMap:
    """A table map ready to use.

    Attributes:
        map: The map it was made of.
        digest: The map's digest.
        fields: Field maps by name, key fields not included.
        keys: The key fields, in order.
        units: What is merged, in the order of the map.
    """

    def __init__(self, table_map: TableMap) -> None:
        self.map = table_map
        self.digest = table_map.digest
        self.keys = tuple(field for field in table_map.fields if field.key)
        self.fields = {field.name: field for field in table_map.fields if not field.key}
        self.units = units_of(self.fields.values())
        self._codecs = {
            (side, field.name): codec_of(field, side)
            for field in table_map.fields
            if field.type != "lookup"
            for side in Side
        }
        for unit in self.units:
            unit.identity |= unit.rule.erp.column == table_map.anchor.alias
            unit.blanks = {
                side: tuple(self._blank(side, field) for field in unit.fields) for side in Side
            }
        self._readers = {
            side: generate_reader(table_map.id, side, self.fields, self._codecs) for side in Side
        }

    def _blank(self, side: Side, field: FieldMap) -> Reading:
        """What an empty column reads as."""
        if field.lookup:
            return None
        try:
            return self._codecs[side, field.name].get(None)
        except ValueError:
            return None

    def read(
        self, side: Side, rows: Rows, refs: References, company: str | None
    ) -> dict[str, Reading]:
        """What a side's rows say, field by field, in neutral values."""
        try:
            return self._readers[side](rows, refs, company)
        except ValueError:
            return {
                name: self.read_field(side, field, rows, refs, company)
                for name, field in self.fields.items()
            }

    def read_field(
        self, side: Side, field: FieldMap, rows: Rows, refs: References, company: str | None
    ) -> Reading:
        """What one field says; `Unfit` where its value cannot be carried across."""
        half = field.half(side)
        image = rows.get(half.member, NO_ROW)
        value = image.get(half.column)
        if side is Side.CRM and field.without and not image.get(blanked_column(field, self.fields)):
            value = image.get(field.without[1])
        if field.lookup:
            if side is Side.ERP:
                for column in field.by_stage.values():
                    value = value or image.get(column)
            if side is Side.CRM:
                return refs.from_crm(field.lookup, value)
            within = image.get(field.within) if field.within else None
            return refs.from_erp(field.lookup, company, value, within)
        try:
            return self._codecs[side, field.name].get(value)
        except ValueError as problem:
            where = f"{half.column} of {self.map.member(side, half.member).table}"
            return Unfit(
                f"{where} has a value that cannot be carried across: {problem}.",
                f"Correct {half.column} in the {side.upper()}.",
                value if isinstance(value, str | int | bool | None) else str(value),
            )

    def put(
        self, side: Side, field: FieldMap, value: Neutral, refs: References
    ) -> Scalar | Lookup | Unresolved | Unfit:
        """The column's value that stands for a neutral one on that side."""
        half = field.half(side)
        if field.lookup:
            if value is None:
                return None if side is Side.CRM else ""
            to = refs.to_crm if side is Side.CRM else refs.to_erp
            return to(field.lookup, str(value), passive=field.passive)
        try:
            put = self._codecs[side, field.name].put(value)
            _check_split(half, put)
        except ValueError as problem:
            where = f"{half.column} of {self.map.member(side, half.member).table}"
            other = field.half(side.other).column
            return Unfit(
                f"The value of {other} does not fit {where}: {problem}.",
                f"Shorten or correct {other} in the {side.other.upper()}.",
            )
        return put

    def read_from(self, side: Side, field: FieldMap) -> tuple[str, ...]:
        """Every column that a field is read from on a side, its own first."""
        own = field.half(side).column
        if side is Side.ERP:
            within = (field.within,) if field.within else ()
            return (own, *field.by_stage.values(), *within)
        blanked = blanked_column(field, self.fields)
        return (own, field.without[1], blanked) if field.without else (own,)

    def column_of(self, side: Side, field: FieldMap, record: Mapping[str, Reading]) -> str:
        """The column that holds a field on a side, in a record that says this in the CRM."""
        if side is Side.CRM and field.without and is_blank(record.get(field.without[0])):
            return field.without[1]
        return field.half(side).column

    def columns_of(
        self,
        side: Side,
        field: FieldMap,
        value: Neutral,
        refs: References,
        record: Mapping[str, Reading],
    ) -> dict[str, Scalar | Lookup] | Unresolved | Unfit:
        """The columns to write so that they stand for a neutral value on that side.

        Args:
            side: The side that is written.
            field: The field.
            value: Its value.
            refs: What lookups point to.
            record: What the CRM's row says, or is to say when it is created: that may tell in which
                of its columns the field stands.
        """
        column = self.column_of(side, field, record)
        written = self.put(side, field, value, refs)
        if isinstance(written, Unresolved | Unfit):
            return written
        if side is Side.CRM:
            if isinstance(written, Lookup):
                return {column: written}
            return {**field.crm.columns(written)} if field.crm.split else {column: written}
        if not field.by_stage:
            return {column: written}
        columns: dict[str, Scalar | Lookup] = dict.fromkeys((column, *field.by_stage.values()), "")
        stage = refs.stage(field.lookup, str(value)) if value is not None else None
        columns[field.by_stage.get(stage or "", column)] = written
        return columns

    def untold(self, side: Side, rows: Rows) -> list[str]:
        """The fields whose column is not in the side's row: its system has no such column."""
        return [
            name
            for member, columns in self._named[side].items()
            if member in rows and not columns.keys() <= rows[member].keys()
            for column, names in columns.items()
            if column not in rows[member]
            for name in names
        ]

    @cached_property
    def _named(self) -> dict[Side, dict[str, dict[str, list[str]]]]:
        """Side → member → column → the fields that read it."""
        found: dict[Side, dict[str, dict[str, list[str]]]] = {side: {} for side in Side}
        for side in Side:
            for name, field in self.fields.items():
                half = field.half(side)
                found[side].setdefault(half.member, {}).setdefault(half.column, []).append(name)
        return found

    @cached_property
    def columns(self) -> dict[tuple[Side, str], tuple[str, ...]]:
        """(side, table) → every column the map reads."""
        found: dict[tuple[Side, str], dict[str, None]] = {}
        for member in (self.map.crm, *self.map.erp):
            wanted = [*member.ids, *(c.column for c in (*member.where, *member.prefer))]
            wanted += [column for column in (member.alias, member.joins) if column]
            if self.map.company and not member.joins:
                wanted.append(self.map.company.column(member.side))
            life = self.map.lifecycle
            if life is not None and member in (self.map.crm, self.map.anchor):
                wanted += life.columns(member.side)
            for field in self.map.fields:
                if field.half(member.side).member == member.name:
                    wanted += self.read_from(member.side, field)
            if member.side is Side.CRM:
                wanted += [field.assign for field in self.keys if field.assign]
            found.setdefault((member.side, member.table), {}).update(dict.fromkeys(wanted))
        return {place: tuple(columns) for place, columns in found.items()}


def _check_split(half: Half, value: Scalar) -> None:
    """Whether each of the columns that a text is split into holds its part."""
    parts = half.columns(value)
    for column, limit in half.split:
        part = str(parts[column] or "")
        if len(part) > limit:
            raise ValueError(f"{column} would have {len(part)} characters and holds {limit}")
