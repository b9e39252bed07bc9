"""Links: which there are, and everything that is known of one."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from sync.api.context import Context
from sync.api.explain_items import FieldExplainedItem, explained_item
from sync.api.family_items import MemberItem, member_item
from sync.api.link_items import LinkDetail, LinkItem, link_detail, link_item
from sync.api.pages import AskedFor, Page, cursor_unusable, page
from sync.api.problems import Refusal
from sync.core.link import LinkState
from sync.engine.explain import explain
from sync.engine.explain_field import explain_field
from sync.engine.family import children
from sync.engine.naming import check_kind, named_link
from sync.engine.times import asked_for

router = APIRouter(tags=["links"])

_IS_ID = re.compile(r"[0-9a-f]{32}")


@router.get("/links")
async def links(
    context: Context,
    window: AskedFor,
    kind: str | None = None,
    state: LinkState | None = None,
    q: Annotated[str | None, Query(description="The start of the key, or of a part of it.")] = None,
) -> Page[LinkItem]:
    """Links, in order of id."""
    if kind is not None:
        check_kind(context.kinds, kind)
    async with context.store.transaction() as tx:
        found = await tx.list_links(
            kind=kind, state=state, search=q, after=window.cursor, limit=window.limit + 1
        )
    return page(found, window, link_item, lambda entry: entry.link.id)


# Before the last one, which would take the last part of the path for a part of the key.
@router.get("/links/{link_id:path}/family")
async def family_of_kind(
    context: Context, window: AskedFor, link_id: str, kind: str
) -> Page[MemberItem]:
    """The records of one kind right below a record: all pages of a group of its family."""
    check_kind(context.kinds, kind)
    if window.cursor is not None and not _IS_ID.fullmatch(window.cursor):
        raise cursor_unusable()
    parent = named_link(link_id)
    async with context.store.transaction() as tx:
        if parent not in await tx.links([parent]):
            raise _unknown()
        found = await children(
            tx, context.kinds, parent, kind, after=window.cursor, limit=window.limit + 1
        )
    return page(found, window, member_item, lambda member: member.id)


@router.get("/links/{link_id:path}/explain")
async def explained(
    context: Context,
    link_id: str,
    field: Annotated[str, Query(description="The field, or a column of either system.")],
    at: Annotated[
        str | None,
        Query(description="As of when: ISO 8601, UTC unless it says otherwise; now by default."),
    ] = None,
    moments: Annotated[int, Query(ge=0, le=1000, description="Moments at most.")] = 50,
) -> FieldExplainedItem:
    """Where a field's value comes from, and what it beat: by id, `kind:key`, or a number."""
    found = await explain_field(
        context.store,
        context.kinds,
        link_id,
        field,
        at=asked_for(at) if at is not None else None,
        moments=moments,
    )
    if found is None:
        raise _unknown()
    return explained_item(found)


@router.get("/links/{link_id:path}")
async def one_link(
    context: Context,
    link_id: str,
    receipts: Annotated[int, Query(ge=0, le=100)] = 10,
    family: Annotated[
        int, Query(ge=0, le=100, description="Records of a kind below another one, at most.")
    ] = 10,
) -> LinkDetail:
    """Everything that is known of a link: by its id, or by `kind:key`."""
    found = await explain(context.store, context.kinds, link_id, receipts=receipts, members=family)
    if found is None:
        raise _unknown()
    return link_detail(found)


def _unknown() -> Refusal:
    return Refusal(
        HTTPStatus.NOT_FOUND,
        "link_unknown",
        "There is no such link.",
        "Use an id of /api/v1/links, or kind:key, e.g. account:usmf|pr-000001.",
    )
