"""Ping-pong: fields that are rewritten again and again, because two systems do not keep a value."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core import finding
from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict, ConflictKind
from sync.core.link import Link
from sync.core.merged import Merge
from sync.core.row import Side
from sync.core.units import Unit
from sync.core.values import Reading
from sync.core.view import Context


def stop_ping_pong(
    link: Link,
    compiled: CompiledMap,
    merged: Merge,
    readings: Mapping[Side, Mapping[str, Reading] | None],
    context: Context,
) -> list[Conflict]:
    """Take fields that were rewritten too often out of the writes, and ask a person."""
    stopped: list[Conflict] = []
    decided = {context.disputes[conflict_id].field for conflict_id in merged.followed}
    for writes in merged.writes.values():
        for unit in compiled.units:
            if unit.names[0] not in writes or unit.name in decided:
                continue
            if _rewrites(link, unit) < context.rewrite_budget:
                continue
            for name in unit.names:
                writes.pop(name, None)
            message = (
                f"{finding.name_of(link)}: {unit.name} is rewritten again and again: the two "
                "systems do not keep the value that is written. Correct it, or change its map."
            )
            stopped.append(
                finding.of_unit(
                    link,
                    ConflictKind.PING_PONG,
                    unit,
                    readings,
                    context,
                    message=message,
                    policy=f"a field is rewritten {context.rewrite_budget} times at most",
                )
            )
    return stopped


def _rewrites(link: Link, unit: Unit) -> int:
    """How often a unit went back and forth; edits of one side alone never count as that."""
    return min(max(link.rewrites.get(f"{side}.{name}", 0) for name in unit.names) for side in Side)
