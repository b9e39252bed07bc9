"""Golden examples: a full record on either side, what it means, and back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.core.row import Lookup, Side

from .golden import Golden, files_of, kinds_of

EVERY = [(gab, name) for gab in (False, True) for name in files_of(gab=gab)]


@pytest.mark.parametrize(("gab", "name"), EVERY)
@pytest.mark.parametrize("side", list(Side))
def test_there_and_back(name: str, side: Side, *, gab: bool) -> None:
    golden = Golden(name, gab=gab)
    rows = golden.rows(side)
    assert set(golden.data["neutral"]) == {field.name for field in golden.fields}
    whole = golden.compiled.read(side, rows, golden.refs, golden.company)
    for field in golden.fields:
        half = field.half(side)
        column = rows[half.member][golden.compiled.column_of(side, field, whole)]
        means = golden.compiled.read_field(side, field, rows, golden.refs, golden.company)
        assert means == golden.neutral(field), field.name
        if not field.key:
            assert whole[field.name] == means
        if field.type == "blank" and side is Side.ERP:
            continue  # that a column is empty is only seen, never written
        written = golden.compiled.put(side, field, means, golden.refs)
        if isinstance(written, Lookup):
            written = written.row_id
        if field.type == "decimal":
            column = column.quantize(Decimal(1).scaleb(-field.scale))
        assert (field.name, written) == (field.name, column)


@pytest.mark.parametrize("gab", [False, True])
def test_every_map_has_an_example(gab: bool) -> None:
    examples = {name.partition("--")[0] for name in files_of(gab=gab)}
    assert examples == {table_map.id for table_map in kinds_of(gab=gab).table_maps}
