"""Number sequences and their overlaps, as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel


class SequenceItem(BaseModel):
    """A number sequence; `left` is how many numbers it still has, and `days_left` for how long.

    `per_day` is the mean of what checks have seen in 30 days; `overlaps` are whom it can meet.
    """

    id: str
    side: str
    company: str | None
    kinds: list[str]
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
    overlaps: list[str]


class AcceptanceItem(BaseModel):
    """That somebody accepted an overlap, and whether it was withdrawn."""

    overlap: str
    by: str
    reason: str
    at: str
    withdrawn_by: str | None
    withdrawn_at: str | None


class OverlapItem(BaseModel):
    """Two sequences that can give the same number, and the first one at which they meet.

    `one_draws` and `other_draws` are how many draws of each bring it; 0: it may be drawn already.
    Without `other`, it is one sequence that is going to give numbers which `records` records have,
    and the link `link_id` has the first of them.
    """

    id: str
    company: str | None
    kinds: list[str]
    one: str
    other: str | None
    number: str
    one_draws: int
    other_draws: int | None
    records: int
    link_id: str | None
    maps: list[str]
    accepted: bool
    acceptances: list[AcceptanceItem]


class AheadItem(BaseModel):
    """A number that a record has, and that a sequence gives after that many draws; no harm."""

    sequence: str
    number: str
    link_id: str
    draws: int


class CheckItem(BaseModel):
    """What a check found; `untold` says which side, or which sequence, is not known and why."""

    at: str
    disjoint: bool
    sequences: int
    records: int
    overlaps: list[OverlapItem]
    ahead: list[AheadItem]
    untold: dict[str, str]
