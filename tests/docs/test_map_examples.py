"""The map files that a page tells an operator to write are maps that the service takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.loader import load_maps
from tests.docs.pages import ROOT, blocks


@pytest.mark.parametrize("gab", [False, True])
def test_a_reference_of_ones_own_is_carried(tmp_path: Path, gab: bool) -> None:
    texts = blocks((ROOT / "docs" / "maps.md").read_text("utf-8"), "yaml")
    files = [text for text in texts if text.startswith("# my-maps/")]
    for text in files:
        name = text.partition("\n")[0].removeprefix("# my-maps/")
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert {file.name for file in tmp_path.iterdir()} == {"vendors.yaml", "customers-accounts.yaml"}
    maps = {one.id: one for one in load_maps(gab=gab, overlay=tmp_path)}
    field = next(f for f in maps["customers-accounts"].fields if f.name == "vendor")
    assert field.lookup == (maps["vendors"].kind,)
    order = list(maps)
    assert order.index("vendors") < order.index("customers-accounts")
