"""How shared sequences, their blocks and their draws are shown, by the API and the commands."""

from __future__ import annotations

from typing import Any

from sync.core.drawn import DrawnNumber
from sync.core.leases import Draw, Lease, SharedSequence
from sync.engine.draws import SequenceStanding
from sync.engine.times import text


def draw_view(sequence: SharedSequence, drawn: Draw) -> dict[str, Any]:
    """A draw."""
    return {
        "sequence": sequence.id,
        "company": sequence.space.company,
        "request": drawn.request,
        "side": drawn.side.value,
        "numbers": list(drawn.numbers),
        "skipped": list(drawn.skipped),
        "at": drawn.at,
    }


def drawn_view(one: DrawnNumber) -> dict[str, Any]:
    """A number that was drawn, and what became of it."""
    return {
        "number": one.number,
        "side": one.side.value,
        "request": one.request,
        "at": one.at,
        "use": one.use.value,
        "link_id": one.link_id,
    }


def lease_view(sequence: SharedSequence, lease: Lease) -> dict[str, Any]:
    """A block, with numbers instead of values; `request` and `by` tell that it was handed over."""
    return {
        "sequence": sequence.id,
        "position": lease.position,
        "side": lease.side.value,
        "first": sequence.format.number(lease.first),
        "last": sequence.format.number(lease.last),
        "size": lease.size,
        "left": lease.left,
        "request": lease.request,
        "by": lease.by,
        "at": lease.at,
    }


def standing_view(standing: SequenceStanding) -> dict[str, Any]:
    """How a sequence stands, and until when it lasts."""
    sequence, coming = standing.sequence, standing.forecast
    return {
        "id": sequence.id,
        "company": sequence.space.company,
        "kinds": list(sequence.space.kinds),
        "format": sequence.format.text,
        "first": sequence.first,
        "last": sequence.last,
        "block": sequence.block,
        "left": coming.left,
        "unleased": standing.unleased,
        "leased": {side.value: count for side, count in standing.leased.items()},
        "per_day": round(coming.per_day, 3),
        "days_left": None if coming.days_left is None else round(coming.days_left, 1),
        "exhausted_at": text(coming.exhausted_at) if coming.exhausted_at else None,
    }
