"""How number sequences and what is wrong with them are shown, by the API and the commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sync.core.overlaps import Overlap
from sync.core.sequences import Sequence
from sync.engine.held_maps import JudgedOverlap
from sync.ports import NumberReport


def sequence_view(sequence: Sequence, overlaps: Iterable[JudgedOverlap]) -> dict[str, Any]:
    """A sequence, with the ids of those of the overlaps that it is part of."""
    return {
        "id": sequence.id,
        "side": sequence.side.value,
        "company": sequence.company or None,
        "kinds": list(sequence.kinds),
        "numbers": sequence.numbers,
        "format": sequence.format.text,
        "first": sequence.first,
        "last": sequence.last,
        "next": sequence.next,
        "next_number": sequence.next_number,
        "step": sequence.step,
        "left": sequence.left,
        "per_day": round(sequence.per_day, 3),
        "days_left": None if sequence.days_left is None else round(sequence.days_left, 1),
        "drawn_by": sequence.drawn_by.value,
        "continuous": sequence.continuous,
        "cyclical": sequence.cyclical,
        "told": sequence.told.value,
        "overlaps": sorted({o.overlap.id for o in overlaps if sequence.id in o.overlap.sequences}),
    }


def overlap_view(one: JudgedOverlap) -> dict[str, Any]:
    """Two sequences that can give the same number, or one that gives numbers of records."""
    overlap = one.overlap
    return {
        "id": overlap.id,
        "company": overlap.space.company or None,
        "kinds": list(overlap.space.kinds),
        **_meeting(one),
        "maps": list(one.maps),
        "accepted": one.acceptance is not None,
        "acceptances": [msgspec.to_builtins(acceptance) for acceptance in one.history],
    }


def _meeting(one: JudgedOverlap) -> dict[str, Any]:
    """Who meets whom, and at which number."""
    overlap = one.overlap
    if isinstance(overlap, Overlap):
        return {
            "one": overlap.one,
            "other": overlap.other,
            "number": overlap.number,
            "one_draws": overlap.one_draws,
            "other_draws": overlap.other_draws,
            "records": 0,
            "link_id": None,
        }
    return {
        "one": overlap.sequence,
        "other": None,
        "number": overlap.number,
        "one_draws": overlap.draws,
        "other_draws": None,
        "records": overlap.records,
        "link_id": overlap.link_id,
    }


def check_view(report: NumberReport, overlaps: Iterable[JudgedOverlap]) -> dict[str, Any]:
    """What a check found."""
    shown = [overlap_view(one) for one in overlaps]
    return {
        "at": report.at,
        "disjoint": not shown and not report.untold,
        "sequences": len(report.sequences),
        "records": report.records,
        "overlaps": shown,
        "ahead": [msgspec.to_builtins(one) for one in report.ahead],
        "untold": report.untold,
    }
