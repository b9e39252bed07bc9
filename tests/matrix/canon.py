"""Both systems as text, without what may differ: ids, times, versions and drawn numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from sync.core.row import Side
from tests.simulation.systems import Systems

_DRAWN = re.compile(r"^(?:[ce](?:pa|lo|ea|cp)|lot)-\d{6}$", re.IGNORECASE)
"""Numbers of parties, addresses, contacts and lots: drawn for whoever is first."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*")
_NOT_ITS_OWN = (
    "@odata.etag",
    "RecordId",
    "SalesOrderName",
    "createdon",
    "modifiedon",
    "name",
    "versionnumber",
)
"""Columns that do not tell one row from another however it came to be."""
_DEFAULTS = {"quote": ("contact_person",), "order": ("contact_person", "name")}
"""What the ERP gives a new document that says nothing itself: what its customer has by then."""


def unnumbered(row: Mapping[str, Any]) -> dict[str, str]:
    """What a row says, column by column."""
    said = {name: _plain(value) for name, value in row.items() if value not in (None, "")}
    return {
        name: text
        for name, text in said.items()
        if name not in _NOT_ITS_OWN and not name.startswith("_") and text != "#"
    }


def dump(systems: Systems) -> list[str]:
    """Every record of both systems, as the maps read it, in an order of its own."""
    truth, lines = systems.truth, []
    for record in truth.records():
        view = truth.view(record)
        maps = dict(zip((Side.CRM, Side.ERP), truth.stage_maps(record, view)[:2], strict=True))
        for side, compiled in maps.items():
            if compiled is None:
                continue
            values = truth.reading(side, record, compiled, view)
            left = _DEFAULTS.get(record[0], ())
            told = sorted((name, v) for name, v in values.items() if name not in left)
            said = ", ".join(f"{name}={_plain(value)}" for name, value in told)
            key = "|".join(_plain(part) for part in record[1].split("|"))
            lines.append(f"{side} {compiled.map.id} {key}: {said}")
    return sorted(lines)


def apart(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """What two dumps have differently, record by record, without what each record has equally."""
    mine, theirs = sorted({*one} - {*other}), sorted({*other} - {*one})
    found = []
    for here, there in zip_longest(mine, theirs, fillvalue=""):
        said, instead = here.split(", "), there.split(", ")
        parts = [f"{a} / {b}" for a, b in zip_longest(said, instead, fillvalue="") if a != b]
        found.append(f"{here.partition(':')[0]}: {'; '.join(parts)}")
    return found


def _plain(value: Any) -> str:
    text = str(value)
    parts = [_DRAWN.sub("#", part) for part in text.split("|")]
    return _TIME.sub("(time)", _ID.sub("(id)", "|".join(parts)))
