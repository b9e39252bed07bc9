"""Links as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from sync.api.conflict_items import ConflictItem, conflict_item
from sync.api.events import EventItem, event_item
from sync.api.family_items import FamilyItem, family_item
from sync.api.letter_items import DeadLetterItem, letter_item
from sync.api.pages import plain
from sync.core.row import Side
from sync.engine.comparing import FieldSeen
from sync.engine.explain import Explanation
from sync.ports import LinkRow, Receipt


class ProblemItem(BaseModel):
    """Why a link is not settled, and what to do about it."""

    code: str
    message: str
    cure: str | None
    side: str | None
    field: str | None
    at: str | None


class LinkItem(BaseModel):
    """A link in a list; `rows` is `side.member` → row id."""

    id: str
    kind: str
    key: str
    natural: dict[str, str]
    company: str | None
    alias: str | None
    state: str
    stage: str | None
    rows: dict[str, str]
    problem: ProblemItem | None
    waiting_on: list[str]
    attempts: int
    due_at: datetime | None
    outcome: str | None
    settled_at: str | None
    pending: bool


class RowItem(BaseModel):
    """A row as it is known: its role, its version and the columns that maps use."""

    member: str | None
    table: str
    row_id: str
    version: str
    deleted: bool
    image: dict[str, Any]
    actor: str | None
    changed_at: str | None


class BaseItem(BaseModel):
    """What each side had when they were last agreed."""

    crm: Any
    erp: Any


class FieldItem(BaseModel):
    """A field as a decision sees it, in the service's own terms."""

    field: str
    crm: Any
    erp: Any
    base: BaseItem | None
    equal: bool
    changed: list[str]
    direction: str
    owner: str
    mark: str | None
    problems: dict[str, str]


class ReceiptItem(BaseModel):
    """One executed or refused write: per field what changed, why, and by which event."""

    position: int
    plan: str
    at: str
    side: str
    map_digest: str
    ok: bool
    changes: list[dict[str, Any]]
    outcome: dict[str, Any]


class LinkDetail(LinkItem):
    """Everything that is known of a link."""

    map: str | None
    map_digest: str | None
    master: str | None
    sides: dict[str, list[RowItem]]
    base: dict[str, BaseItem]
    fields: list[FieldItem]
    marks: dict[str, str]
    actors: dict[str, str]
    intent: dict[str, Any] | None
    pending_events: list[EventItem]
    conflicts: list[ConflictItem]
    dead_letters: list[DeadLetterItem]
    receipts: list[ReceiptItem]
    family: FamilyItem


def link_item(entry: LinkRow) -> LinkItem:
    """A link in a list."""
    return LinkItem.model_validate(_summary(entry))


def link_detail(found: Explanation) -> LinkDetail:
    """Everything that is known of a link."""
    link = found.entry.link
    sides: dict[str, list[RowItem]] = {side.value: [] for side in Side}
    for row in found.rows:
        sides[row.side].append(RowItem.model_validate(plain(row)))
    return LinkDetail(
        **_summary(found.entry),
        map=found.map_id,
        map_digest=link.map_digest,
        master=link.master,
        sides=sides,
        base={
            name: BaseItem(crm=plain(agreed.crm), erp=plain(agreed.erp))
            for name, agreed in link.base.items()
        },
        fields=[_field(one) for one in found.fields],
        marks=link.fields,
        actors=link.actors,
        intent=plain(link.intent),
        pending_events=[event_item(event) for event in found.pending],
        conflicts=[conflict_item(conflict) for conflict in found.conflicts],
        dead_letters=[letter_item(letter) for letter in found.dead_letters],
        receipts=[_receipt(receipt) for receipt in found.receipts],
        family=family_item(found.family),
    )


def _summary(entry: LinkRow) -> dict[str, Any]:
    link = entry.link
    return {
        "id": link.id,
        "kind": link.kind,
        "key": link.key,
        "natural": link.natural,
        "company": link.company,
        "alias": link.alias,
        "state": link.state.value,
        "stage": link.stage,
        "rows": link.rows,
        "problem": plain(link.problem),
        "waiting_on": list(link.waiting_on),
        "attempts": link.attempts,
        "due_at": entry.due_at,
        "outcome": link.outcome,
        "settled_at": link.settled_at,
        "pending": entry.latest_position > entry.settled_position,
    }


def _field(seen: FieldSeen) -> FieldItem:
    base = seen.base
    return FieldItem(
        field=seen.field,
        crm=plain(seen.crm),
        erp=plain(seen.erp),
        base=BaseItem(crm=plain(base.crm), erp=plain(base.erp)) if base is not None else None,
        equal=seen.equal,
        changed=[side.value for side in seen.changed],
        direction=seen.direction.value,
        owner=seen.owner.value,
        mark=seen.mark,
        problems={side.value: text for side, text in seen.problems.items()},
    )


def _receipt(receipt: Receipt) -> ReceiptItem:
    return ReceiptItem(
        position=receipt.position,
        plan=receipt.plan,
        at=receipt.at,
        side=receipt.side,
        map_digest=receipt.map_digest,
        ok=receipt.ok,
        changes=[plain(change) for change in receipt.changes],
        outcome=plain(receipt.outcome),
    )
