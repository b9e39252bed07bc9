"""Spoiled maps: everything wrong in one is refused with its file, line, field and cure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from mappings.loader import load_maps
from sync.errors import MapInvalid

from .folders import COMPANY, CUSTOMER, GROUP, PROSPECT, line_of, write

_TEXTS = {"companies": COMPANY, "groups": GROUP, "prospects": PROSPECT, "customers": CUSTOMER}


class Wrong(NamedTuple):
    """A spoiled map: in `file`, `old` becomes `new`; the refusal names the line of `at`."""

    file: str
    old: str
    new: str
    at: str
    field: str | None
    message: str
    cure: str


def refuse(wrong: Wrong, folder: Path, more: Mapping[str, str] | None = None) -> None:
    """Spoil one of some maps, and see that it is refused for what is wrong.

    Args:
        wrong: What is spoiled, and what the refusal says.
        folder: An empty folder.
        more: Further maps: file (without `.yaml`) → text.
    """
    texts = _TEXTS | dict(more or {})
    text = texts[wrong.file]
    assert text.count(wrong.old) == 1
    spoiled = text.replace(wrong.old, wrong.new)
    shipped = write(folder / "maps", **(dict(more or {}) | {wrong.file: spoiled}))
    with pytest.raises(MapInvalid) as caught:
        load_maps(gab=False, shipped=shipped)
    refused = caught.value
    assert refused.file == f"{wrong.file}.yaml"
    assert refused.line == line_of(spoiled, wrong.at), str(refused)
    assert refused.field == wrong.field
    assert wrong.message in refused.message
    assert wrong.cure in (refused.cure or "")
    assert "\n" not in str(refused)
