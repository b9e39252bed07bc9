"""Maps: how they stand, and starting, stopping, pausing and resuming them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from sync.api.context import ApiContext, Context
from sync.api.pages import AskedFor, Page, cursor_unusable, page, plain
from sync.api.problems import Refusal
from sync.core.exact_json import decode
from sync.engine.maps import pause_maps, resume_maps, start_maps, stop_maps
from sync.engine.overview import MapStanding, map_standings
from sync.engine.versions import used_versions
from sync.ports import MapRun, MapVersion

router = APIRouter(tags=["maps"])


class MapProblem(BaseModel):
    """What keeps a map from running, and what to do about it."""

    code: str
    message: str
    cure: str


class MapItem(BaseModel):
    """A table map and how it stands."""

    id: str
    version: str
    digest: str
    kind: str
    stage: str | None
    crm_table: str
    erp_tables: list[str]
    state: str
    problem: MapProblem | None
    master: str
    since: str | None
    lag_seconds: float | None
    fields: int


class MapVersionItem(BaseModel):
    """A version of a map that the service has run with.

    `begins` is when it came to it; `says` is the map word for word.
    """

    digest: str
    version: str
    begins: list[str]
    says: dict[str, Any]


class Start(BaseModel):
    """How a map is started: who wins where both sides have a record and differ."""

    model_config = {"extra": "forbid"}

    master: Literal["crm", "erp", "none"]


class MapChange(BaseModel):
    """The maps whose state changed, prerequisites included; empty when nothing had to."""

    changed: list[MapItem]


@router.get("/maps")
async def maps(context: Context, window: AskedFor) -> Page[MapItem]:
    """Every map, in start order."""
    standings = await map_standings(context.store, context.kinds, context.clock)
    ids = [standing.id for standing in standings]
    if window.cursor is not None and window.cursor not in ids:
        raise cursor_unusable()
    start = ids.index(window.cursor) + 1 if window.cursor is not None else 0
    following = standings[start : start + window.limit + 1]
    return page(following, window, _item, lambda standing: standing.id)


@router.get("/maps/{map_id}")
async def one_map(context: Context, map_id: str) -> MapItem:
    """One map."""
    _known(context, map_id)
    standings = await map_standings(context.store, context.kinds, context.clock)
    return next(_item(standing) for standing in standings if standing.id == map_id)


@router.get("/maps/{map_id}/versions")
async def versions(context: Context, window: AskedFor, map_id: str) -> Page[MapVersionItem]:
    """The versions of a map that the service has run with, the one it came to last first."""
    _known(context, map_id)
    found = await used_versions(context.store, context.kinds, map_id)
    digests = [one.digest for one in found]
    if window.cursor is not None and window.cursor not in digests:
        raise cursor_unusable()
    start = digests.index(window.cursor) + 1 if window.cursor is not None else 0
    return page(found[start : start + window.limit + 1], window, _version, lambda one: one.digest)


@router.post("/maps/{map_id}/start", status_code=HTTPStatus.ACCEPTED)
async def start(context: Context, map_id: str, how: Start) -> MapChange:
    """Start a map and those it depends on: both sides are read whole, then it runs."""
    _known(context, map_id)
    runs = await start_maps(context.store, context.kinds, [map_id], how.master, context.clock)
    return await _changed(context, runs)


@router.post("/maps/{map_id}/stop")
async def stop(context: Context, map_id: str) -> MapChange:
    """Stop a map: its records are still captured, and nothing of them is written."""
    _known(context, map_id)
    return await _changed(
        context, await stop_maps(context.store, context.kinds, [map_id], context.clock)
    )


@router.post("/maps/{map_id}/pause")
async def pause(context: Context, map_id: str) -> MapChange:
    """Pause a running map: changes wait."""
    _known(context, map_id)
    return await _changed(
        context, await pause_maps(context.store, context.kinds, [map_id], context.clock)
    )


@router.post("/maps/{map_id}/resume")
async def resume(context: Context, map_id: str) -> MapChange:
    """Resume a paused map: everything that changed meanwhile is due at once."""
    _known(context, map_id)
    return await _changed(
        context, await resume_maps(context.store, context.kinds, [map_id], context.clock)
    )


def _known(context: ApiContext, map_id: str) -> None:
    known = [table_map.id for table_map in context.kinds.table_maps]
    if map_id not in known:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "map_unknown",
            "There is no map of that name.",
            f"Use one of {', '.join(known)}.",
        )


async def _changed(context: ApiContext, runs: list[MapRun]) -> MapChange:
    context.service.work_is_due()
    changed = {run.map_id for run in runs}
    standings = await map_standings(context.store, context.kinds, context.clock)
    return MapChange(changed=[_item(one) for one in standings if one.id in changed])


def _version(kept: MapVersion) -> MapVersionItem:
    return MapVersionItem(
        digest=kept.digest,
        version=kept.version,
        begins=list(kept.begins),
        says=decode(kept.text or "{}"),
    )


def _item(standing: MapStanding) -> MapItem:
    return MapItem.model_validate(plain(standing))
