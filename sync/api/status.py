"""How everything stands."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from sync.api.context import Context
from sync.api.health import SideHealth, breaker_item
from sync.api.maps import MapItem
from sync.api.pages import plain
from sync.engine.business import BusinessView
from sync.engine.overview import health_code, overview

router = APIRouter(tags=["status"])

_PATIENCE = 5.0


class Backlog(BaseModel):
    """Change events that no decision has covered yet; `oldest_seconds` is the oldest one's age."""

    events: int
    oldest_at: str | None
    oldest_seconds: float


class BalanceItem(BaseModel):
    """What became of every record that was taken in: `taken = settled + waiting + dead + missing`.

    `missing` is 0; anything else is a defect.
    """

    taken: int
    settled: int
    waiting: int
    dead: int
    missing: int


class CaptureItem(BaseModel):
    """How far a table's changes have been read."""

    side: str
    table: str
    read_at: str | None
    full_at: str | None
    lag_seconds: float | None


class SideStatus(SideHealth):
    """One system, with the last error in words and what to do about it."""

    message: str | None = None
    cure: str | None = None


class FigureItem(BaseModel):
    """How many records, and what they amount to: currency → a decimal as text."""

    count: int
    amounts: dict[str, str]


class BusinessItem(BaseModel):
    """Company → side → figure, counted `at` that time."""

    at: str
    companies: dict[str, dict[str, dict[str, FigureItem]]]


class Status(BaseModel):
    """How everything stands: maps, links by kind and state, and what waits for a person."""

    ready: bool
    reason: str
    versions: dict[str, str]
    sides: dict[str, SideStatus]
    maps: list[MapItem]
    links: dict[str, dict[str, int]]
    conflicts: dict[str, int]
    dead_letters: int
    backlog: Backlog
    balance: BalanceItem
    capture: list[CaptureItem]
    business: BusinessItem | None


@router.get("/status")
async def status(context: Context) -> Status:
    """How everything stands."""
    health = context.service.health()
    found = await overview(context.store, context.kinds, context.clock)
    return Status(
        ready=health["ready"],
        reason=health_code(health),
        versions={"dualwrite": context.version, "maps": context.kinds_digest},
        sides={
            side: SideStatus(
                reached=one["prepared"],
                error=one["error"],
                message=one["message"],
                cure=one["cure"],
                breaker=breaker_item(one["breaker"]),
            )
            for side, one in health["sides"].items()
        },
        maps=[MapItem.model_validate(plain(standing)) for standing in found.maps],
        links=found.links,
        conflicts=found.conflicts,
        dead_letters=found.dead_letters,
        backlog=Backlog(
            events=found.pending_events,
            oldest_at=found.oldest_pending_at,
            oldest_seconds=found.oldest_pending_seconds,
        ),
        balance=BalanceItem(**plain(found.balance), missing=found.balance.missing),
        capture=[CaptureItem.model_validate(plain(one)) for one in found.capture],
        business=_business(await context.business.current(_PATIENCE)),
    )


def _business(view: BusinessView | None) -> BusinessItem | None:
    if view is None:
        return None
    return BusinessItem(
        at=view.at,
        companies={
            company: {
                side.value: {
                    name: FigureItem(count=figure.count, amounts=plain(figure.amounts))
                    for name, figure in figures.items()
                }
                for side, figures in sides.items()
            }
            for company, sides in view.companies.items()
        },
    )
