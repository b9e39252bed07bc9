"""Owner rules: who owns a field in place of what its map says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from sync.api.conflict_items import NOBODY, Name, RuleItem, Ruling, rule_item
from sync.api.context import Context
from sync.api.pages import AskedFor, Page, page
from sync.engine.rules import remove_rule, set_rule

router = APIRouter(tags=["conflicts"])


@router.get("/rules")
async def rules(context: Context, window: AskedFor) -> Page[RuleItem]:
    """The rules in force, by map and field."""
    async with context.store.transaction() as tx:
        found = [rule for rule in await tx.rules() if rule.owner is not None]
    names = [f"{rule.map_id}/{rule.field}" for rule in found]
    later = [rule for name, rule in zip(names, found, strict=True) if name > (window.cursor or "")]
    return page(later, window, rule_item, lambda rule: f"{rule.map_id}/{rule.field}")


@router.put("/rules/{map_id}/{field}")
async def set_one(context: Context, map_id: str, field: str, ruling: Ruling) -> RuleItem:
    """Let somebody own a field of a map from now on; its open clashes are decided at once."""
    rule = await set_rule(
        context.store,
        context.kinds,
        map_id,
        field,
        ruling.owner,
        by=ruling.by,
        clock=context.clock,
    )
    context.service.work_is_due()
    return rule_item(rule)


@router.delete("/rules/{map_id}/{field}")
async def remove_one(
    context: Context,
    map_id: str,
    field: str,
    by: Annotated[Name, Query()] = NOBODY,
) -> RuleItem:
    """Let the map say again who owns a field."""
    rule = await remove_rule(
        context.store, context.kinds, map_id, field, by=by, clock=context.clock
    )
    context.service.work_is_due()
    return rule_item(rule)
