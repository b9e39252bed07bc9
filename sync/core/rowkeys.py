"""ERP row ids: the entity key as text, the same whoever writes it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sync.core.compiled import CompiledMap
from sync.core.link import Link
from sync.core.mapping import Member
from sync.core.row import Lookup, RowRef, Scalar, Side

_BARE = {"moment", "day", "integer"}


def key_predicate(columns: tuple[str, ...], values: Mapping[str, object], bare: set[str]) -> str:
    """`dataAreaId='usmf',ProspectId='PR-000001'`; quotes in values are doubled."""
    parts = []
    for column in columns:
        text = str(values[column])
        if column not in bare:
            text = "'" + text.replace("'", "''") + "'"
        parts.append(f"{column}={text}")
    return ",".join(parts)


def bare_columns(compiled: CompiledMap) -> set[str]:
    """The ERP columns of a map whose key values are written without quotes."""
    return {field.erp.column for field in compiled.map.fields if field.type in _BARE}


def created_ref(
    compiled: CompiledMap, member: Member, values: Mapping[str, Scalar | Lookup]
) -> RowRef:
    """The row that a create will make; its id is empty when the system draws part of the key."""
    if any(not values.get(column) for column in member.ids):
        return RowRef(Side.ERP, member.table, "")
    row_id = key_predicate(member.ids, values, bare_columns(compiled))
    return RowRef(Side.ERP, member.table, row_id)


def expected_ref(compiled: CompiledMap, link: Link) -> RowRef | None:
    """Where the ERP's anchor row of a record must be, when the integration key tells it."""
    parts = _key_parts(compiled)
    if parts is None:
        return None
    texts = []
    for column, field, bare in parts:
        value = link.natural.get(field) if field is not None else (link.company or "").lower()
        if not value:
            return None
        quoted = value if bare else "'" + value.replace("'", "''") + "'"
        texts.append(f"{column}={quoted}")
    return RowRef(Side.ERP, compiled.map.anchor.table, ",".join(texts))


@cache
def _key_parts(compiled: CompiledMap) -> tuple[tuple[str, str | None, bool], ...] | None:
    """For each key column of the anchor: the key field it comes from (`None`: the company)."""
    by_column: dict[str, str | None] = {
        field.erp.column: field.name for field in compiled.keys if not field.lookup
    }
    if compiled.map.company is not None:
        by_column[compiled.map.company.erp] = None
    if any(column not in by_column for column in compiled.map.anchor.ids):
        return None
    bare = bare_columns(compiled)
    return tuple((c, by_column[c], c in bare) for c in compiled.map.anchor.ids)
