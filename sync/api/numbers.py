"""Number sequences: which there are, the proof that they never meet, and what people accepted."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sync.api.context import ApiContext, Context
from sync.api.number_items import CheckItem, OverlapItem, SequenceItem
from sync.api.pages import AskedFor, Page, page
from sync.api.problems import Problem, Refusal
from sync.core.sequences import Sequence
from sync.engine.held_maps import JudgedOverlap, accept, judged, withdraw
from sync.engine.number_views import check_view, overlap_view, sequence_view

router = APIRouter(tags=["numbers"])
_BUSY: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "It is being done already."}
}

Words = Annotated[str, Field(min_length=1, max_length=500)]


class Accept(BaseModel):
    """That somebody accepts an overlap in writing."""

    model_config = {"extra": "forbid"}

    overlap: Words
    by: Words
    reason: Words


class Withdraw(BaseModel):
    """That somebody withdraws the acceptance of an overlap."""

    model_config = {"extra": "forbid"}

    overlap: Words
    by: Words


@router.get("/numbers")
async def numbers(context: Context, window: AskedFor) -> Page[SequenceItem]:
    """Every number sequence that the last check met, in order of id."""
    found, overlaps = await _known(context)
    following = [s for s in found if window.cursor is None or s.id > window.cursor]
    shown = following[: window.limit + 1]
    return page(shown, window, lambda s: _sequence(s, overlaps), lambda s: s.id)


@router.get("/numbers/overlaps")
async def every_overlap(context: Context, window: AskedFor) -> Page[OverlapItem]:
    """Every overlap of sequences with each other or with records, accepted too, in order of id."""
    _, overlaps = await _known(context)
    ordered = sorted(overlaps, key=lambda one: one.overlap.id)
    # How many were shown: the ids of overlaps are too long for a cursor.
    begin = window.position()
    shown = list(enumerate(ordered[begin : begin + window.limit + 1], begin + 1))
    return page(shown, window, lambda item: _overlap(item[1]), lambda item: str(item[0]))


@router.post("/numbers/overlaps/accept")
async def accept_overlap(context: Context, body: Accept) -> OverlapItem:
    """Accept an overlap in writing: the maps that it stopped go on."""
    one = await accept(
        context.store,
        context.kinds,
        body.overlap,
        by=body.by,
        reason=body.reason,
        clock=context.clock,
    )
    context.service.work_is_due()
    return _overlap(one)


@router.post("/numbers/overlaps/withdraw")
async def withdraw_acceptance(context: Context, body: Withdraw) -> OverlapItem:
    """Withdraw an acceptance: the maps that the overlap concerns stop again."""
    return _overlap(
        await withdraw(context.store, context.kinds, body.overlap, by=body.by, clock=context.clock)
    )


@router.post("/numbers/check", responses=_BUSY)
async def check(context: Context) -> CheckItem:
    """Read the sequences of both systems now, and prove them; stops and releases maps."""
    report = await context.numbers.once()
    context.service.work_is_due()
    async with context.store.transaction() as tx:
        found = check_view(report, await judged(context.kinds, tx, report))
    return CheckItem.model_validate(found)


@router.get("/numbers/{sequence}")
async def one_sequence(context: Context, sequence: str) -> SequenceItem:
    """One number sequence."""
    found, overlaps = await _known(context)
    for one in found:
        if one.id == sequence:
            return _sequence(one, overlaps)
    raise Refusal(
        HTTPStatus.NOT_FOUND,
        "sequence_unknown",
        "The last check met no number sequence of that id.",
        "GET /api/v1/numbers lists them; POST /api/v1/numbers/check reads them anew.",
    )


async def _known(context: ApiContext) -> tuple[tuple[Sequence, ...], list[JudgedOverlap]]:
    async with context.store.transaction() as tx:
        report = await tx.number_report()
        if report is None:
            return (), []
        return report.sequences, await judged(context.kinds, tx, report)


def _sequence(one: Sequence, overlaps: list[JudgedOverlap]) -> SequenceItem:
    return SequenceItem.model_validate(sequence_view(one, overlaps))


def _overlap(one: JudgedOverlap) -> OverlapItem:
    return OverlapItem.model_validate(overlap_view(one))
