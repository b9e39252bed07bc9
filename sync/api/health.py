"""For machines that watch the service: alive, working, and how much of what.

They need no token: they tell counts and codes only. Outside of loopback, let nobody but the
watchers reach them.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel

from sync.api.context import Context
from sync.core.breaker import Breaker, BreakerState
from sync.engine.overview import health_code
from sync.errors import DualWriteError

router = APIRouter(tags=["health"])
_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class BreakerItem(BaseModel):
    """Whether a system is asked at all: `closed` is yes; `open` and `half_open` (probing) are no.

    While it is not, what needs it waits together; `opened_at` says since when, `probe_at` when it
    is asked one small thing again.
    """

    state: BreakerState
    failures: int
    opened_at: datetime | None
    probe_at: datetime | None


class SideHealth(BaseModel):
    """One system: whether it was reached since the start, and the code of the last error."""

    reached: bool
    error: str | None
    breaker: BreakerItem


class Readiness(BaseModel):
    """Whether the service works; `reason` is `ready`, or a code of what is missing."""

    ready: bool
    reason: str
    sides: dict[str, SideHealth]


@router.get("/healthz")
async def alive() -> Alive:
    """Whether the process answers."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def ready(context: Context, response: Response) -> Readiness:
    """Whether it works: the state answers, the loops run, both systems were reached."""
    health = context.service.health()
    reason = health_code(health)
    try:
        async with context.store.transaction() as tx:
            await tx.map_runs()
    except DualWriteError as error:
        reason = error.code
    except Exception as error:  # whatever a database driver raises, the store does not answer
        context.observer.noticed("store_failed", error_type=type(error).__name__)
        reason = "store_unavailable"
    is_ready = reason == "ready"
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    sides = {
        side: SideHealth(
            reached=found["prepared"],
            error=found["error"],
            breaker=breaker_item(found["breaker"]),
        )
        for side, found in health["sides"].items()
    }
    return Readiness(ready=is_ready, reason=reason, sides=sides)


def breaker_item(breaker: Breaker) -> BreakerItem:
    """A breaker as the API shows it."""
    return BreakerItem(
        state=breaker.state,
        failures=breaker.failures,
        opened_at=breaker.opened_at,
        probe_at=breaker.probe_at,
    )


@router.get("/metrics", response_class=Response)
async def metrics(context: Context) -> Response:
    """The metrics, in Prometheus' text format."""
    return Response(await context.exposition(), headers={"Content-Type": _TEXT_FORMAT})
