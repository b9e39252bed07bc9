"""Golden examples: a full record on either side, what it means, and back."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import mappings
from mappings.loader import load_maps
from mappings.reading import read
from sync.core.compiled import CompiledMap
from sync.core.kinds import Kinds
from sync.core.link import Link, link_id
from sync.core.mapping import FieldMap
from sync.core.references import References
from sync.core.row import Lookup, Side

GOLDEN = Path(mappings.__file__).parent / "golden"
EVERY = [(gab, table_map.id) for gab in (False, True) for table_map in load_maps(gab=gab)]


@cache
def _kinds(*, gab: bool) -> Kinds:
    return Kinds(load_maps(gab=gab))


class Golden:
    """One example with everything that reading it needs."""

    def __init__(self, identity: str, *, gab: bool) -> None:
        kinds = _kinds(gab=gab)
        folders = ("common", "gab" if gab else "nogab")
        files = [GOLDEN / folder / f"{identity}.yaml" for folder in folders]
        self.data = read(next(file for file in files if file.exists())).data
        table_map = next(m for m in kinds.table_maps if m.id == identity)
        self.compiled: CompiledMap = kinds[table_map.kind].for_stage(table_map.stage)
        self.fields = table_map.fields
        self.company: str | None = self.data.get("company")
        links, owners = {}, {}
        for kind, record in self.data.get("records", {}).items():
            link = Link(
                id=link_id(kind, record["key"]),
                kind=kind,
                key=record["key"],
                natural={"code": record["erp"]},
                rows={"crm.main": record["crm"], "erp.any": record["erp"]},
            )
            links[link.id] = link
            owners[kinds.crm_tables[kind], record["crm"]] = link.id
        self.refs: References = kinds.references(links, owners)

    def rows(self, side: Side) -> dict[str, dict[str, Any]]:
        """A side's rows, money as decimals."""
        money = {f.half(side).column for f in self.fields if f.type == "decimal"}
        return {
            member: {c: Decimal(v) if c in money else v for c, v in image.items()}
            for member, image in self.data[side.value].items()
        }

    def neutral(self, field: FieldMap) -> Any:
        """What the field means."""
        value = self.data["neutral"][field.name]
        return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize(("gab", "identity"), EVERY)
@pytest.mark.parametrize("side", list(Side))
def test_there_and_back(identity: str, side: Side, *, gab: bool) -> None:
    golden = Golden(identity, gab=gab)
    rows = golden.rows(side)
    assert set(golden.data["neutral"]) == {field.name for field in golden.fields}
    whole = golden.compiled.read(side, rows, golden.refs, golden.company)
    for field in golden.fields:
        half = field.half(side)
        column = rows[half.member][half.column]
        means = golden.compiled.read_field(side, field, rows, golden.refs, golden.company)
        assert means == golden.neutral(field), field.name
        if not field.key:
            assert whole[field.name] == means
        written = golden.compiled.put(side, field, means, golden.refs)
        if isinstance(written, Lookup):
            written = written.row_id
        if field.type == "decimal":
            column = column.quantize(Decimal(1).scaleb(-field.scale))
        assert (field.name, written) == (field.name, column)


def test_every_example_has_a_map() -> None:
    files = {(file.parent.name, file.stem) for file in GOLDEN.glob("*/*.yaml")}
    known = {("gab" if gab else "nogab", identity) for gab, identity in EVERY}
    common = {("common", name) for flavour, name in files if flavour == "common"}
    assert common == {
        ("common", file.stem) for file in (GOLDEN.parent / "maps" / "common").glob("*.yaml")
    }
    assert files - common <= known
