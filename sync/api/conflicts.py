"""Conflicts: looked through, decided, opened again, and tried again."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query

from sync.api.conflict_items import (
    ActItem,
    Asking,
    ConflictItem,
    ConflictShown,
    Deciding,
    DecidingMany,
    RefusedItem,
    ResolvedItems,
    Wanted,
    act_item,
    conflict_item,
    conflict_shown,
)
from sync.api.context import ApiContext, Context
from sync.api.pages import AskedFor, Page, page
from sync.api.problems import Refusal
from sync.core.conflict import UNDO, Conflict, ConflictState
from sync.engine.dossier import Dossier, dossier_of
from sync.engine.held_orders import ask, find_conflict
from sync.engine.naming import named_link
from sync.engine.reopening import reopen, retry
from sync.engine.resolving import Resolution, resolve
from sync.engine.times import asked_since
from sync.errors import InputUnusable
from sync.paging import found_conflicts
from sync.ports import ConflictFilter

Known = TypeVar("Known", Conflict, Dossier)

router = APIRouter(tags=["conflicts"])


class ConflictsAsked(StrEnum):
    """Which conflicts are asked for."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


@router.get("/conflicts")
async def conflicts(
    context: Context,
    window: AskedFor,
    wanted: Annotated[Wanted, Query()],
    state: ConflictsAsked = ConflictsAsked.OPEN,
) -> Page[ConflictItem]:
    """Conflicts that pass the filter, in order of id."""
    of_state = None if state is ConflictsAsked.ALL else ConflictState(state)
    passing = _filter(wanted, of_state)
    async with context.store.transaction() as tx:
        found = await tx.find_conflicts(passing, after=window.cursor, limit=window.limit + 1)
    return page(found, window, conflict_item, lambda conflict: conflict.id)


@router.post("/conflicts/resolve")
async def resolve_many(context: Context, deciding: DecidingMany) -> ResolvedItems:
    """Decide several open conflicts, each for itself: those named, or all that pass a filter."""
    if (deciding.ids is None) == (deciding.where is None):
        raise InputUnusable(
            "Conflicts are named either by ids or by a filter.", cure="Give `ids` or `where`."
        )
    ids = deciding.ids or []
    if deciding.where is not None:
        async with context.store.transaction() as tx:
            passing = _filter(deciding.where, ConflictState.OPEN)
            ids = [conflict.id for conflict in await found_conflicts(tx, passing)]
    return await _resolve(context, ids, deciding)


@router.get("/conflicts/acts")
async def acts(
    context: Context, window: AskedFor, conflict: str | None = None, link: str | None = None
) -> Page[ActItem]:
    """What persons did, in order: of one conflict, of one link, or of all."""
    after = window.position()
    async with context.store.transaction() as tx:
        found = await tx.acts(
            conflict_id=conflict, link_id=link, after=after, limit=window.limit + 1
        )
    return page(found, window, act_item, lambda act: str(act.position))


@router.get("/conflicts/{conflict_id}")
async def one_conflict(context: Context, conflict_id: str) -> ConflictShown:
    """One conflict, with what can be taken and what persons did about it."""
    return conflict_shown(_found(await dossier_of(context.store, context.kinds, conflict_id)))


@router.post("/conflicts/{conflict_id}/resolve")
async def resolve_one(context: Context, conflict_id: str, deciding: Deciding) -> ConflictItem:
    """Decide a conflict: it is merged anew at once, and closes when that is written."""
    _found(await find_conflict(context.store, conflict_id))
    resolved = await _resolve(context, [conflict_id], deciding)
    for refused in resolved.refused:
        raise Refusal(HTTPStatus.BAD_REQUEST, refused.code, refused.detail, refused.cure)
    return resolved.items[0]


@router.post("/conflicts/{conflict_id}/reopen")
async def reopen_one(
    context: Context, conflict_id: str, asking: Asking | None = None
) -> ConflictItem:
    """Open a settled conflict again; nothing is written by that."""
    _found(await find_conflict(context.store, conflict_id))
    who = asking or Asking()
    opened = await reopen(context.store, context.kinds, conflict_id, who.by, who.why, context.clock)
    context.service.work_is_due()
    return conflict_item(opened)


@router.post("/conflicts/{conflict_id}/retry")
async def retry_one(
    context: Context, conflict_id: str, asking: Asking | None = None
) -> ConflictItem:
    """Try again what is in conflict, now that its cause is cured; a held order as a whole."""
    _found(await find_conflict(context.store, conflict_id))
    again = await retry(context.store, conflict_id, (asking or Asking()).by, context.clock)
    context.service.work_is_due()
    return conflict_item(again)


@router.post("/conflicts/{conflict_id}/undo")
async def undo_held_order(
    context: Context, conflict_id: str, asking: Asking | None = None
) -> ConflictItem:
    """Take a held order back in the CRM: the order is cancelled, its quote is revised."""
    by = (asking or Asking()).by
    asked = _found(await ask(context.store, conflict_id, UNDO, by, context.clock))
    context.service.work_is_due()
    return conflict_item(asked)


async def _resolve(context: ApiContext, ids: list[str], deciding: Deciding) -> ResolvedItems:
    resolution = Resolution(
        deciding.take, deciding.by, deciding.value, deciding.why, deciding.as_rule
    )
    found = await resolve(context.store, context.kinds, ids, resolution, context.clock)
    context.service.work_is_due()
    return ResolvedItems(
        items=[conflict_item(conflict) for conflict in found.done],
        refused=[
            RefusedItem(id=one.id, code=one.code, detail=one.message, cure=one.cure)
            for one in found.refused
        ],
    )


def _filter(wanted: Wanted, state: ConflictState | None) -> ConflictFilter:
    return ConflictFilter(
        state=state,
        kind=wanted.kind,
        record=wanted.record,
        field=wanted.field,
        winner=wanted.winner,
        actor=wanted.actor,
        since=asked_since(wanted.since),
        side=wanted.side,
        link=None if wanted.link is None else named_link(wanted.link),
        map_id=wanted.map,
    )


def _found(known: Known | None) -> Known:
    if known is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "conflict_unknown",
            "There is no such conflict.",
            "Use an id of /api/v1/conflicts?state=all.",
        )
    return known
