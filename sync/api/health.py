"""For machines that watch the service: alive, working, and how much of what.

They need no token: they tell counts and codes only. Outside of loopback, let nobody but the
watchers reach them.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel

from sync.api.context import Context
from sync.engine.overview import health_code
from sync.errors import DualWriteError

router = APIRouter(tags=["health"])
_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class Alive(BaseModel):
    """The process answers."""

    status: str = "alive"


class SideHealth(BaseModel):
    """One system: whether it was reached, and the code of the last error."""

    reached: bool
    error: str | None


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
        side: SideHealth(reached=found["prepared"], error=found["error"])
        for side, found in health["sides"].items()
    }
    return Readiness(ready=is_ready, reason=reason, sides=sides)


@router.get("/metrics", response_class=Response)
async def metrics(context: Context) -> Response:
    """The metrics, in Prometheus' text format."""
    return Response(await context.exposition(), headers={"Content-Type": _TEXT_FORMAT})
