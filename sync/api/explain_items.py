"""The explanation of a field as the API shows it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from sync.api.link_items import BaseItem
from sync.api.pages import plain
from sync.engine.field_explained import FieldExplained
from sync.engine.field_standing import FieldStanding


class CauseItem(BaseModel):
    """Where a value came from; `event` is null when the service read it before any event told."""

    side: str
    row: str | None
    version: str | None
    event: str | None
    actor: str | None
    changed_at: str | None
    seen_at: str | None


class MomentItem(BaseModel):
    """Something that happened to the field; `values` and `causes` are by side.

    `what` is `seen`, `read`, `written`, `refused`, `agreed`, `conflict`, `resolved`, `problem` or
    `cleared`.
    """

    at: str
    what: str
    values: dict[str, Any]
    side: str | None
    before: Any
    column: str | None
    reason: str
    causes: dict[str, CauseItem]
    map_digest: str | None
    plan: str | None
    conflict: str | None
    winner: str | None


class SideItem(BaseModel):
    """What a side has, the moment since which it is so, and where the value was typed."""

    value: Any
    how: MomentItem | None
    cause: CauseItem | None


class BeatenItem(BaseModel):
    """A value that was not taken, why, and the conflict that keeps it."""

    side: str
    value: Any
    why: str
    at: str
    conflict: str


class MapUsedItem(BaseModel):
    """A version of a map; `id` and `version` are null when this service never kept it."""

    digest: str
    id: str | None
    version: str | None


class RuleItem(BaseModel):
    """How that version treats the field."""

    direction: str
    owner: str
    crm: str
    erp: str
    group: str | None


class OwnerRuleItem(BaseModel):
    """Who owns the field in place of what the map says, as a person decided."""

    owner: str
    version: int
    by: str
    at: str


class FieldExplainedItem(BaseModel):
    """One field, explained: as of `at`, or now."""

    link_id: str
    record: str
    field: str
    unit: str
    at: str | None
    standing: FieldStanding
    why: str
    map: MapUsedItem | None
    rule: RuleItem | None
    owner_rule: OwnerRuleItem | None
    sides: dict[str, SideItem]
    base: BaseItem | None
    beaten: list[BeatenItem]
    moments: list[MomentItem]
    maps: dict[str, MapUsedItem]


def explained_item(found: FieldExplained) -> FieldExplainedItem:
    """One field, explained."""
    body = plain(found)
    base = found.base
    body["base"] = {"crm": plain(base.crm), "erp": plain(base.erp)} if base is not None else None
    return FieldExplainedItem.model_validate(body)
