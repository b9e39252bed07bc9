"""Links: which there are, and everything that is known of one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from sync.api.context import Context
from sync.api.link_items import LinkDetail, LinkItem, link_detail, link_item
from sync.api.pages import AskedFor, Page, page
from sync.api.problems import Refusal
from sync.core.link import LinkState
from sync.engine.explain import explain

router = APIRouter(tags=["links"])


@router.get("/links")
async def links(
    context: Context,
    window: AskedFor,
    kind: str | None = None,
    state: LinkState | None = None,
    q: Annotated[str | None, Query(description="The start of the key, or of a part of it.")] = None,
) -> Page[LinkItem]:
    """Links, in order of id."""
    if kind is not None and kind not in context.kinds:
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "kind_unknown",
            "There is no kind of that name.",
            f"Use one of {', '.join(context.kinds)}.",
        )
    async with context.store.transaction() as tx:
        found = await tx.list_links(
            kind=kind, state=state, search=q, after=window.cursor, limit=window.limit + 1
        )
    return page(found, window, link_item, lambda entry: entry.link.id)


@router.get("/links/{link_id:path}")
async def one_link(
    context: Context,
    link_id: str,
    receipts: Annotated[int, Query(ge=0, le=100)] = 10,
) -> LinkDetail:
    """Everything that is known of a link: by its id, or by `kind:key`."""
    found = await explain(context.store, context.kinds, link_id, receipts=receipts)
    if found is None:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "link_unknown",
            "There is no such link.",
            "Use an id of /api/v1/links, or kind:key, e.g. account:usmf|pr-000001.",
        )
    return link_detail(found)
