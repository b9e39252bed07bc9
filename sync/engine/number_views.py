"""Number sequences and what is wrong with them, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.core.overlaps import Ahead
from sync.core.sequences import Sequence
from sync.engine.held_maps import JudgedOverlap
from sync.ports import Acceptance, NumberReport


class SequenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A number sequence as it is shown.

    Attributes:
        id: Its name.
        side: Whose new records take its numbers first.
        company: The company whose records it numbers; `None` for those of every company.
        kinds: The kinds of records that it numbers.
        numbers: What it numbers, in its system's words.
        format: What its numbers look like.
        first: The value it began with.
        last: The value it ends with.
        next: The value it gives next.
        next_number: The number that makes; `None` when none is left or its counter does not say it.
        step: 1 when it counts up, -1 when it counts down.
        left: How many numbers it still has.
        per_day: How many are drawn a day, in the mean of the last 30 days.
        days_left: How many days it lasts at that rate; `None` when nobody draws from it.
        drawn_by: Who draws from it.
        continuous: Whether it leaves no gaps, where its system says.
        cyclical: Whether it begins again after the last.
        told: Where it is known from.
        overlaps: The ids of the overlaps that it is part of.
    """

    id: str
    side: str
    company: str | None
    kinds: tuple[str, ...]
    numbers: str
    format: str
    first: int
    last: int
    next: int
    next_number: str | None
    step: int
    left: int
    per_day: float
    days_left: float | None
    drawn_by: str
    continuous: bool | None
    cyclical: bool
    told: str
    overlaps: tuple[str, ...]


class OverlapView(msgspec.Struct, frozen=True, kw_only=True):
    """Two sequences that can give the same number, as they are shown.

    Attributes:
        id: What a person accepts.
        company: The company in which they meet; `None` where all companies share the numbers.
        kinds: The kinds whose records share the numbers.
        one: One sequence.
        other: The other one.
        number: Where they meet first.
        one_draws: How many draws of the first bring it; 0 when it may be drawn already.
        other_draws: How many draws of the other bring it.
        maps: The maps that it stops.
        accepted: Whether somebody accepts it.
        acceptances: Every acceptance, withdrawn ones too.
    """

    id: str
    company: str | None
    kinds: tuple[str, ...]
    one: str
    other: str
    number: str
    one_draws: int
    other_draws: int
    maps: tuple[str, ...]
    accepted: bool
    acceptances: tuple[Acceptance, ...]


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, as it is shown.

    Attributes:
        at: When it was.
        disjoint: Whether both systems told their sequences, and no two of them meet.
        sequences: How many there are.
        records: How many records' numbers were compared.
        overlaps: Every two that meet.
        ahead: Numbers of records that a sequence is still going to give.
        untold: Side, or id of a sequence → why it is not known.
    """

    at: str
    disjoint: bool
    sequences: int
    records: int
    overlaps: tuple[OverlapView, ...]
    ahead: tuple[Ahead, ...]
    untold: dict[str, str]


def sequence_view(sequence: Sequence, overlaps: Iterable[JudgedOverlap]) -> SequenceView:
    """A sequence, with those of the overlaps that it is part of."""
    ids = {o.overlap.id for o in overlaps if sequence.id in {o.overlap.one, o.overlap.other}}
    return SequenceView(
        id=sequence.id,
        side=sequence.side,
        company=sequence.company or None,
        kinds=sequence.kinds,
        numbers=sequence.numbers,
        format=sequence.format.text,
        first=sequence.first,
        last=sequence.last,
        next=sequence.next,
        next_number=sequence.next_number,
        step=sequence.step,
        left=sequence.left,
        per_day=round(sequence.per_day, 3),
        days_left=None if sequence.days_left is None else round(sequence.days_left, 1),
        drawn_by=sequence.drawn_by,
        continuous=sequence.continuous,
        cyclical=sequence.cyclical,
        told=sequence.told,
        overlaps=tuple(sorted(ids)),
    )


def overlap_view(one: JudgedOverlap) -> OverlapView:
    """An overlap."""
    overlap = one.overlap
    return OverlapView(
        id=overlap.id,
        company=overlap.space.company or None,
        kinds=overlap.space.kinds,
        one=overlap.one,
        other=overlap.other,
        number=overlap.number,
        one_draws=overlap.one_draws,
        other_draws=overlap.other_draws,
        maps=one.maps,
        accepted=one.acceptance is not None,
        acceptances=one.history,
    )


def check_view(report: NumberReport, overlaps: Iterable[JudgedOverlap]) -> CheckView:
    """What a check found."""
    shown = tuple(overlap_view(one) for one in overlaps)
    return CheckView(
        at=report.at,
        disjoint=not shown and not report.untold,
        sequences=len(report.sequences),
        records=report.records,
        overlaps=shown,
        ahead=report.ahead,
        untold=report.untold,
    )
