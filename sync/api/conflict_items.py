"""Conflicts, what persons did about them, and owner rules, as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sync.api.pages import plain
from sync.core.conflict import Conflict, ConflictKind, Take
from sync.core.mapping import Owner
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.engine.dossier import Dossier
from sync.ports import Act

Name = Annotated[str, Field(min_length=1, max_length=200)]
NOBODY = "an admin"
"""Who asks where nobody is named."""


class SeenItem(BaseModel):
    """A row that was looked at; `member` null: it is gone, or could be the counterpart too."""

    side: str
    row: str
    member: str | None
    version: str | None
    event: str | None
    actor: str | None
    changed_at: str | None


class SeenShown(SeenItem):
    """The same, with when the event came that last told of it; it may have been read since."""

    seen_at: str | None


class ConflictItem(BaseModel):
    """A disagreement, with both values and what both sides had when last agreed."""

    id: str
    link_id: str
    kind: str
    field: str | None
    crm: Any
    erp: Any
    base_crm: Any
    base_erp: Any
    policy: str
    winner: str | None
    state: str
    message: str
    events: list[str]
    crm_actor: str | None
    erp_actor: str | None
    crm_at: str | None
    erp_at: str | None
    seen: Sequence[SeenItem]
    side: str | None
    map_id: str | None
    at: str | None
    resolved_at: str | None
    resolved_by: str | None
    asked: str | None
    asked_by: str | None
    asked_at: str | None
    asked_value: Any
    reopened_by: str | None
    reopened_at: str | None
    now_crm: Any
    now_erp: Any


class ActItem(BaseModel):
    """What a person did about a conflict or a rule; `position` grows with time."""

    position: int
    at: str
    by: str
    what: str
    said: dict[str, Any]
    conflict_id: str | None
    link_id: str | None


class ConflictShown(ConflictItem):
    """A conflict with what can be taken, and what persons did about it, in order."""

    seen: Sequence[SeenShown]
    choices: list[Take]
    acts: list[ActItem]


class RuleItem(BaseModel):
    """Who owns a field of a map in place of what the map says; `owner` null: it was taken back."""

    map_id: str
    field: str
    owner: Owner | None
    version: int
    by: str
    at: str


class Asking(BaseModel):
    """Who asks and why, for the record; a name that is misspelt is refused."""

    model_config = ConfigDict(extra="forbid")

    by: Name = NOBODY
    why: Annotated[str, Field(max_length=1000)] | None = None


class Deciding(Asking):
    """What is taken: a side's value, a given `value`, or neither (`leave`)."""

    take: Take
    value: Any = None
    as_rule: bool = False


class Wanted(BaseModel):
    """Which conflicts are meant; what is left out does not matter."""

    kind: ConflictKind | None = None
    record: Name | None = None
    field: Name | None = None
    winner: Side | None = None
    actor: Name | None = None
    since: Name | None = None
    side: Side | None = None
    link: Name | None = None
    map: Name | None = None


class Meant(Wanted):
    """Which open conflicts are meant; a name that is misspelt must not mean all of them."""

    model_config = ConfigDict(extra="forbid")


class DecidingMany(Deciding):
    """The same for several conflicts: by their ids, or all that are meant."""

    ids: Annotated[list[str], Field(max_length=1000)] | None = None
    where: Meant | None = None


class RefusedItem(BaseModel):
    """A conflict of which that could not be decided, and what to do instead."""

    id: str
    code: str
    detail: str
    cure: str | None


class ResolvedItems(BaseModel):
    """What became of a resolution of several conflicts."""

    items: list[ConflictItem]
    refused: list[RefusedItem]
    next: str | None = None


class Ruling(Asking):
    """Who owns the field from now on."""

    owner: Owner


def conflict_item(conflict: Conflict) -> ConflictItem:
    """A conflict as the API shows it."""
    return ConflictItem.model_validate(plain(conflict))


def conflict_shown(dossier: Dossier) -> ConflictShown:
    """A conflict with all that is known about it, as the API shows it."""
    conflict = dossier.conflict
    seen = [{**plain(row), "seen_at": learned} for row, learned in dossier.seen]
    acts = [plain(act) for act in dossier.acts]
    told = {"seen": seen, "choices": dossier.choices, "acts": acts}
    return ConflictShown.model_validate({**plain(conflict), **told})


def act_item(act: Act) -> ActItem:
    """What a person did as the API shows it."""
    return ActItem.model_validate(plain(act))


def rule_item(rule: OwnerRule) -> RuleItem:
    """An owner rule as the API shows it."""
    return RuleItem.model_validate(plain(rule))
