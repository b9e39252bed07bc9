"""Seen: the rows that were looked at when a conflict was found: who changed what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.core.conflict import Seen
from sync.core.provenance import Source
from sync.core.row import Row, Side


def seen_rows(
    sources: Mapping[Side, Mapping[str, Source]], found: Iterable[Row] = ()
) -> tuple[Seen, ...]:
    """Every row that was looked at, and those that were found afterwards."""
    looked_at = [
        Seen(
            side,
            source.row,
            member if member != source.row else None,
            source.version,
            source.event,
            source.actor,
            source.changed_at,
        )
        for side, rows in sources.items()
        for member, source in rows.items()
    ]
    known = {one.row for one in looked_at}
    return (
        *looked_at,
        *(
            Seen(row.ref.side, str(row.ref), None, row.version, None, row.actor, row.changed_at)
            for row in found
            if str(row.ref) not in known
        ),
    )


def who_and_when(seen: Iterable[Seen]) -> dict[str, Any]:
    """Who changed each side last and when, of the rows that are there."""
    told: dict[str, Any] = {"seen": tuple(seen)}
    for side in Side:
        rows = [one for one in told["seen"] if one.side is side and one.member is not None]
        last = max(rows, key=lambda one: (one.changed_at or "", one.actor or ""), default=None)
        told[f"{side}_actor"] = last.actor if last is not None else None
        told[f"{side}_at"] = last.changed_at if last is not None else None
    return told
