"""The API as an application."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI

from sync.api import (
    conflicts,
    draws,
    events,
    health,
    hooks,
    jobs,
    letters,
    links,
    maps,
    numbers,
    problems,
    rules,
    status,
)
from sync.api.context import ApiContext
from sync.api.guard import require_token
from sync.api.limits import BodyLimit
from sync.api.masking import Masking
from sync.api.problems import Problem

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "Something in the request cannot be used."},
    401: {"model": Problem, "description": "The token is missing or wrong."},
    403: {"model": Problem, "description": "The lesser token may not do that."},
    404: {"model": Problem, "description": "There is no such thing."},
}


def create_app(context: ApiContext) -> FastAPI:
    """The API of a service.

    Args:
        context: What it works with.

    Returns:
        An ASGI application; its description is at `/openapi.json`.
    """
    app = FastAPI(
        title="dualwrite",
        version=context.version,
        summary="Status and administration of the synchronisation.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.context = context
    app.add_middleware(Masking)
    app.add_middleware(BodyLimit)
    problems.install(app)
    guarded = APIRouter(
        prefix="/api/v1", dependencies=[Depends(require_token)], responses=_PROBLEMS
    )
    for part in (status, maps, links, conflicts, rules, letters, events, draws, numbers, jobs):
        guarded.include_router(part.router)
    app.include_router(health.router)
    app.include_router(hooks.router)
    app.include_router(guarded)
    return app
