"""Numbers of shared sequences: drawing them, who has which block, and how long they last."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from sync.api.context import ApiContext, Context
from sync.api.pages import AskedFor, Page, page
from sync.api.problems import Problem, Refusal
from sync.core.blocks import BlockAsked
from sync.core.drawn import Use
from sync.core.leases import Lease, SharedSequence
from sync.core.row import Side
from sync.engine.draw_views import draw_view, drawn_view, lease_view, standing_view
from sync.engine.drawing import MOST, Asked
from sync.engine.drawn_numbers import MOST_DAYS, Wanted, drawn_numbers
from sync.engine.draws import SequenceStanding
from sync.engine.handing_over import LARGEST, hand_over

router = APIRouter(tags=["numbers"])

_REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "Not so many are left, or the key is another draw's."}
}


class DrawRequest(BaseModel):
    """What is asked for; the same `request` gets the same numbers for ever."""

    model_config = {"extra": "forbid"}

    side: Literal["crm", "erp"]
    request: Annotated[str, Field(min_length=1, max_length=200)]
    count: Annotated[int, Field(ge=1, le=MOST)] = 1


class DrawItem(BaseModel):
    """Numbers that were drawn; `skipped` are those before them that records had already."""

    sequence: str
    company: str
    request: str
    side: str
    numbers: list[str]
    skipped: list[str]
    at: str


class DrawnItem(BaseModel):
    """A number that was drawn, and what became of it.

    `use` is `unused`, `used`, or `other_side` for one that a record has which was made on the other
    side than the one it was drawn for.
    """

    number: str
    side: str
    request: str
    at: str
    use: str
    link_id: str | None


class LeaseRequest(BaseModel):
    """What is asked for; the same `request` gets the same block for ever."""

    model_config = {"extra": "forbid"}

    side: Literal["crm", "erp"]
    request: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=1, le=LARGEST)]
    by: Annotated[str, Field(min_length=1, max_length=500)]


class LeaseItem(BaseModel):
    """A block of a sequence's numbers that is one side's.

    `request` and `by` say that it was handed over whole, for whom; nothing of it is `left` to draw.
    """

    sequence: str
    position: int
    side: str
    first: str
    last: str
    size: int
    left: int
    request: str | None
    by: str | None
    at: str


class SharedSequenceItem(BaseModel):
    """A shared sequence, how much of it is left, and until when at the rate of the last 30 days."""

    id: str
    company: str
    kinds: list[str]
    format: str
    first: int
    last: int
    block: int
    left: int
    unleased: int
    leased: dict[str, int]
    per_day: float
    days_left: float | None
    exhausted_at: str | None


@router.get("/numbers/shared")
async def shared(context: Context, window: AskedFor) -> Page[SharedSequenceItem]:
    """Every shared sequence, in order of id."""
    standings = await context.draws.standings(context.store)
    following = [one for one in standings if one.sequence.id > (window.cursor or "")]
    shown = following[: window.limit + 1]
    return page(shown, window, _shared, lambda one: one.sequence.id)


@router.get("/numbers/{sequence}/leases")
async def leases(context: Context, sequence: str, window: AskedFor) -> Page[LeaseItem]:
    """The blocks of a shared sequence, in the order in which they were leased."""
    wanted = _named(context, sequence)
    after = (wanted.id, window.position())
    async with context.store.transaction() as tx:
        found = await tx.leases(wanted.id, after=after, limit=window.limit + 1)

    def item(lease: Lease) -> LeaseItem:
        return LeaseItem.model_validate(lease_view(wanted, lease))

    return page(found, window, item, lambda lease: str(lease.position))


@router.get("/numbers/{sequence}/draws")
async def draws(
    context: Context,
    sequence: str,
    window: AskedFor,
    use: Annotated[Use | None, Query(description="Only those of which that became.")] = None,
    older_than: Annotated[
        int | None, Query(ge=0, le=MOST_DAYS, description="Only those drawn so many days ago.")
    ] = None,
) -> Page[DrawnItem]:
    """The numbers that were drawn, and what became of each, in order of number.

    A page may have fewer than asked for although another one follows, where few of many fit.
    """
    wanted = Wanted.of(use, older_than, context.clock.now())
    found, following = await drawn_numbers(
        context.store,
        _named(context, sequence),
        wanted,
        after=window.cursor,
        limit=window.limit,
    )
    items = [DrawnItem.model_validate(drawn_view(one)) for one in found]
    return Page(items=items, next=following)


@router.post("/numbers/{sequence}/lease", responses=_REFUSED)
async def lease(context: Context, sequence: str, wanted: LeaseRequest) -> LeaseItem:
    """Hand a whole block over to a side that gives the numbers itself."""
    shared = _named(context, sequence)
    asked = BlockAsked(
        side=Side(wanted.side), request=wanted.request, size=wanted.size, by=wanted.by
    )
    block = await hand_over(context.store, shared, asked, context.clock)
    context.observer.noticed(
        "numbers_handed_over", sequence=shared.id, side=wanted.side, numbers=block.size
    )
    return LeaseItem.model_validate(lease_view(shared, block))


@router.post("/numbers/{sequence}/draw", responses=_REFUSED)
async def draw(context: Context, sequence: str, wanted: DrawRequest) -> DrawItem:
    """Draw numbers for records that somebody is going to make on a side."""
    shared = _named(context, sequence)
    asked = Asked(side=Side(wanted.side), request=wanted.request, count=wanted.count)
    drawn = await context.draws.draw(context.store, shared, asked)
    context.observer.noticed(
        "numbers_drawn",
        sequence=shared.id,
        side=wanted.side,
        numbers=len(drawn.numbers),
        skipped=len(drawn.skipped),
    )
    return DrawItem.model_validate(draw_view(shared, drawn))


def _named(context: ApiContext, name: str) -> SharedSequence:
    if name not in context.draws.sequences:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "sequence_unknown",
            "There is no shared sequence of that name.",
            f"Use one of {', '.join(context.draws.sequences) or 'the setting shared_sequences'}.",
        )
    return context.draws.sequences[name]


def _shared(standing: SequenceStanding) -> SharedSequenceItem:
    return SharedSequenceItem.model_validate(standing_view(standing))
