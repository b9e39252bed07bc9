"""The maps name tables, columns, lengths, types and values that both local systems have."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.enums import ENUMS
from mappings.loader import load_maps
from sync.core.mapping import FieldMap, Member, TableMap
from sync.core.row import Side


class Told(NamedTuple):
    """What a system says of a column."""

    kind: str
    length: int | None
    values: frozenset[Any]
    targets: frozenset[str] = frozenset()


_FITS = {
    Side.CRM: {
        "text": {"string", "memo"},
        "names": {"string"},
        "boolean": {"boolean"},
        "blank": {"boolean"},
        "integer": {"integer"},
        "decimal": {"decimal", "money"},
        "moment": {"datetime"},
        "day": {"date"},
        "lookup": {"lookup"},
        "choice": {"choice", "string", "boolean"},
    },
    Side.ERP: {
        "text": {"s"},
        "names": {"s"},
        "boolean": {"e"},
        "blank": {"s"},
        "integer": {"i", "n"},
        "decimal": {"d"},
        "moment": {"t"},
        "day": {"D", "t"},
        "lookup": {"s"},
        "choice": {"e", "s"},
    },
}
_CRM = {table.entity_set: table for table in all_tables().values()}


def _crm(table: str) -> dict[str, Told]:
    sets = {table.name: table.entity_set for table in _CRM.values()}
    return {
        c.name: Told(
            c.kind,
            c.max_length,
            frozenset(c.options or ()),
            frozenset(sets[target.table] for target in c.targets),
        )
        for c in _CRM[table].columns
    }


def _erp(table: str) -> dict[str, Told]:
    return {
        name: Told(
            field.kind.code[0],
            field.kind.max_length,
            frozenset(ENUMS[field.kind.enum]) if field.kind.enum else frozenset(),
        )
        for name, field in ENTITIES[table].fields.items()
    }


def _columns(member: Member) -> dict[str, Told]:
    return _crm(member.table) if member.side is Side.CRM else _erp(member.table)


MAPS = {(gab, m.id): m for gab in (False, True) for m in load_maps(gab=gab)}


@pytest.mark.parametrize("which", MAPS, ids=lambda w: f"{'gab' if w[0] else 'nogab'}-{w[1]}")
def test_both_systems_know_what_the_map_names(which: tuple[bool, str]) -> None:
    table_map = MAPS[which]
    targets = {m.kind: m.crm.table for (gab, _), m in MAPS.items() if gab is which[0]}
    for member in (table_map.crm, *table_map.erp):
        columns = _columns(member)
        assert set(_named(table_map, member)) <= set(columns)
        for field in table_map.fields:
            if field.half(member.side).member == member.name:
                _check(field, member.side, columns, targets)


def _named(table_map: TableMap, member: Member) -> list[str]:
    named = [*member.ids, *member.create, *(c.column for c in (*member.where, *member.prefer))]
    named += [column for column in (member.alias, member.joins) if column]
    for field in table_map.fields:
        if member.side is Side.CRM and field.without:
            named.append(field.without[1])
        if field.erp.member == member.name and field.within:
            named.append(field.within)
    if table_map.company and not member.joins:
        named.append(getattr(table_map.company, member.side.value))
    return named


def _check(field: FieldMap, side: Side, columns: dict[str, Told], targets: dict[str, str]) -> None:
    half = field.half(side)
    told = columns[half.column]
    fits = _FITS[side][field.type]
    if field.type == "text" and not field.direction.allows(Side.ERP):
        fits = fits | {"e"}  # a member's name that the other side keeps as a text
    assert told.kind in fits, field.name
    if field.type == "text":
        assert half.limit == told.length, field.name
    if side is Side.CRM:
        split = {column: columns[column].length for column, _ in half.split}
        assert dict(half.split) == split, field.name
    if field.type == "choice" and told.values:
        assert {value for _, value in half.pairs if value is not None} <= told.values, field.name
    if field.type == "boolean" and side is Side.ERP:
        assert told.values == {"No", "Yes"}, field.name
    if field.lookup and side is Side.CRM:
        assert {targets[kind] for kind in field.lookup} <= set(told.targets), field.name


def test_a_row_id_is_the_entitys_key() -> None:
    for table_map in MAPS.values():
        for member in table_map.erp:
            assert member.ids == ENTITIES[member.table].keys, member.table
        assert table_map.crm.ids == (_CRM[table_map.crm.table].id_column,)
