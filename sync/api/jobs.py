"""Backfills and reconciliations: asked of the running service, and looked at while it does them."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sync.api.context import ApiContext, Context
from sync.api.pages import AskedFor, Page, page, plain
from sync.api.problems import Problem, Refusal
from sync.core.row import Side
from sync.engine.asking import ask_backfill, ask_reconciliation, find_job
from sync.ports import FoundDivergence, Job, JobKind, JobState

router = APIRouter()

_BUSY: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "Another one is asked for or running."}
}
_MOST_MAPS = 200


class JobError(BaseModel):
    """What kept it from being done, or keeps it for now."""

    code: str
    message: str | None
    cure: str | None


class JobItem(BaseModel):
    """How far it is: tables read of how many, and what keeps it."""

    id: str
    state: JobState
    asked_at: str
    started_at: str | None
    ended_at: str | None
    phase: str | None
    tables: int
    tables_read: int
    resumed: int
    error: JobError | None


class BackfillItem(JobItem):
    """A backfill: the change events that it found so far."""

    maps: list[str]
    side: str | None
    events: int


class ReconciliationItem(JobItem):
    """A reconciliation: what was read and compared so far, and what came of it.

    `divergences` counts the differences that nobody has accepted, `why` tells them by kind.
    """

    repair: bool
    rows_read: dict[str, int]
    links: int
    fields: int
    divergences: int
    accepted: int
    why: dict[str, int]
    repaired: int


class DivergenceItem(BaseModel):
    """Something that is not the same on both sides.

    `what` is `differs`, `only in the crm`, `only in the erp` or `never captured`; `accepted` says
    why it is known and left alone, if it is.
    """

    position: int
    link: str
    link_id: str | None
    field: str | None
    what: str
    crm: Any
    erp: Any
    accepted: str | None


class BackfillAsked(BaseModel):
    """Which maps' tables are read whole, on one side or on both."""

    model_config = {"extra": "forbid"}

    maps: Annotated[list[str], Field(min_length=1, max_length=_MOST_MAPS)]
    side: Literal["crm", "erp"] | None = None


class ReconciliationAsked(BaseModel):
    """Whether what differs is fed in as change events."""

    model_config = {"extra": "forbid"}

    repair: bool = False


class DivergencesAsked(StrEnum):
    """Which differences are asked for."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ALL = "all"


@router.post("/backfills", status_code=HTTPStatus.ACCEPTED, responses=_BUSY, tags=["backfills"])
async def ask_for_backfill(context: Context, asked: BackfillAsked) -> BackfillItem:
    """Read the tables of maps whole; what was not known is taken in as change events."""
    side = Side(asked.side) if asked.side is not None else None
    job = await ask_backfill(context.store, context.kinds, asked.maps, side, context.clock)
    context.service.job_is_asked()
    return backfill_item(job)


@router.get("/backfills", tags=["backfills"])
async def backfills(context: Context, window: AskedFor) -> Page[BackfillItem]:
    """Backfills, the newest first."""
    found = await _listed(context, JobKind.BACKFILL, window.cursor, window.limit)
    return page(found, window, backfill_item, lambda job: job.id)


@router.get("/backfills/{backfill_id}", tags=["backfills"])
async def one_backfill(context: Context, backfill_id: str) -> BackfillItem:
    """One backfill."""
    return backfill_item(await _job(context, JobKind.BACKFILL, backfill_id))


@router.post(
    "/reconciliations", status_code=HTTPStatus.ACCEPTED, responses=_BUSY, tags=["reconciliations"]
)
async def ask_for_reconciliation(
    context: Context, asked: ReconciliationAsked | None = None
) -> ReconciliationItem:
    """Read both systems afresh and compare every mapped field."""
    repair = asked is not None and asked.repair
    job = await ask_reconciliation(context.store, context.kinds, context.clock, repair=repair)
    context.service.job_is_asked()
    return reconciliation_item(job)


@router.get("/reconciliations", tags=["reconciliations"])
async def reconciliations(context: Context, window: AskedFor) -> Page[ReconciliationItem]:
    """Reconciliations, the newest first."""
    found = await _listed(context, JobKind.RECONCILIATION, window.cursor, window.limit)
    return page(found, window, reconciliation_item, lambda job: job.id)


@router.get("/reconciliations/{reconciliation_id}", tags=["reconciliations"])
async def one_reconciliation(context: Context, reconciliation_id: str) -> ReconciliationItem:
    """One reconciliation."""
    return reconciliation_item(await _job(context, JobKind.RECONCILIATION, reconciliation_id))


@router.get("/reconciliations/{reconciliation_id}/divergences", tags=["reconciliations"])
async def divergences(
    context: Context,
    window: AskedFor,
    reconciliation_id: str,
    state: DivergencesAsked = DivergencesAsked.OPEN,
) -> Page[DivergenceItem]:
    """What a reconciliation found to differ, also while it goes on."""
    job = await _job(context, JobKind.RECONCILIATION, reconciliation_id)
    after = window.position()
    accepted = None if state is DivergencesAsked.ALL else state is DivergencesAsked.ACCEPTED
    async with context.store.transaction() as tx:
        found = await tx.divergences(job.id, accepted=accepted, after=after, limit=window.limit + 1)
    return page(found, window, divergence_item, lambda one: str(one.position))


def backfill_item(job: Job) -> BackfillItem:
    """A backfill as the API shows it."""
    side = job.side.value if job.side is not None else None
    return BackfillItem(**_progress(job), maps=list(job.maps), side=side, events=job.events)


def reconciliation_item(job: Job) -> ReconciliationItem:
    """A reconciliation as the API shows it."""
    return ReconciliationItem(
        **_progress(job),
        repair=job.repair,
        rows_read=job.rows,
        links=job.links,
        fields=job.fields,
        divergences=job.divergences,
        accepted=job.accepted,
        why=job.by_why,
        repaired=job.repaired,
    )


def divergence_item(found: FoundDivergence) -> DivergenceItem:
    """A divergence as the API shows it."""
    one = found.divergence
    return DivergenceItem(
        position=found.position,
        link=one.link,
        link_id=one.link_id,
        field=one.field,
        what=one.why,
        crm=plain(one.crm),
        erp=plain(one.erp),
        accepted=one.accepted,
    )


def _progress(job: Job) -> dict[str, Any]:
    error = (
        JobError(code=job.code, message=job.message, cure=job.cure)
        if job.code is not None
        else None
    )
    return {
        "id": job.id,
        "state": job.state,
        "asked_at": job.asked_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "phase": job.phase,
        "tables": job.tables,
        "tables_read": len(job.read),
        "resumed": job.resumed,
        "error": error,
    }


async def _listed(context: ApiContext, kind: JobKind, after: str | None, limit: int) -> list[Job]:
    async with context.store.transaction() as tx:
        return await tx.jobs(kind=kind, after=after, limit=limit + 1)


async def _job(context: ApiContext, kind: JobKind, job_id: str) -> Job:
    found = await find_job(context.store, kind, job_id)
    if found is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "job_unknown",
            f"There is no such {kind.value}.",
            f"Use an id of /api/v1/{kind.value}s.",
        )
    return found
