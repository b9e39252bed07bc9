"""The golden examples that lie beside the maps, ready to be read."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import mappings
from mappings.loader import load_maps
from mappings.reading import read
from sync.core.compiled import CompiledMap
from sync.core.kinds import Kinds
from sync.core.link import Link, link_id
from sync.core.mapping import FieldMap
from sync.core.references import References
from sync.core.row import Side

GOLDEN = Path(mappings.__file__).parent / "golden"


@cache
def kinds_of(*, gab: bool) -> Kinds:
    return Kinds(load_maps(gab=gab))


def files_of(*, gab: bool) -> dict[str, Path]:
    """The examples of a flavour by name: a map's id, or `id--what-is-special`."""
    folders = (GOLDEN / "common", GOLDEN / ("gab" if gab else "nogab"))
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yaml"))}


class Golden:
    """One example with everything that reading it needs."""

    def __init__(self, name: str, *, gab: bool) -> None:
        kinds = kinds_of(gab=gab)
        self.data = read(files_of(gab=gab)[name]).data
        table_map = next(m for m in kinds.table_maps if m.id == self.data["map"])
        self.map, self.kind = table_map, table_map.kind
        self.compiled: CompiledMap = kinds[table_map.kind].for_stage(table_map.stage)
        self.fields = table_map.fields
        self.company: str | None = self.data.get("company")
        links, owners = {}, {}
        for record in self.data.get("records", ()):
            kind = record["kind"]
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
