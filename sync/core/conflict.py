"""Conflicts: where two people disagreed, or a system refused, and what was decided."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b

import msgspec

from sync.core.link import NUMBER_TAKEN, Neutral
from sync.core.row import Side

Values = Neutral | dict[str, Neutral]
"""What a side has: a value, or the values of a group, or of a record, by field."""


class ConflictKind(StrEnum):
    """What kind of disagreement it is."""

    CLASH = "clash"
    """Both sides changed a field differently."""
    EDIT_AGAINST_DELETE = "edit_against_delete"
    """One side deleted what the other changed."""
    DELETED = "deleted"
    """One side deleted the record, and the map does not pass deletes on."""
    NUMBER_TAKEN = NUMBER_TAKEN
    """A record of another party has the number."""
    TWO_CANDIDATES = "two_candidates"
    """Two records could be the counterpart."""
    KEY_EDITED = "key_edited"
    """The number of a linked record was changed."""
    FIRST_CONTACT = "first_contact"
    """Both records existed before the map was started, differ, and no master was named."""
    REFUSED = "refused"
    """A business rule of the other side refused the change."""
    UNFIT = "unfit"
    """The other side cannot hold a value."""
    STAGE = "stage"
    """The sides went to stages or states that do not fit together."""
    NOT_OWNER = "not_owner"
    """A side that does not own the document moved it through its lifecycle."""
    HELD_ORDER = "held_order"
    """The ERP refused an order that the CRM made of a quotation: try it again, or undo it."""
    MISSING_REFERENCE = "missing_reference"
    """It refers to a record that has not come for longer than a deadline."""
    PING_PONG = "ping_pong"
    """A field is rewritten again and again."""


FIELD_KINDS = (ConflictKind.CLASH, ConflictKind.FIRST_CONTACT, ConflictKind.PING_PONG)
"""The kinds about a field of which each side has a value."""

DELETE_KINDS = (ConflictKind.DELETED, ConflictKind.EDIT_AGAINST_DELETE)
"""The kinds about a record that one side no longer has."""

RETRY, UNDO = "retry", "undo"
"""What a person may ask of a held order."""


class Take(StrEnum):
    """What a person decides about a conflict."""

    CRM = "crm"
    """The ERP gets what the CRM has."""
    ERP = "erp"
    """The CRM gets what the ERP has."""
    VALUE = "value"
    """Both get a value that the person gives."""
    LEAVE = "leave"
    """Each keeps what it has; that is no difference any more until somebody edits it."""


class ConflictState(StrEnum):
    """Whether a person has to act."""

    OPEN = "open"
    """It waits for a person."""
    RESOLVED = "resolved"
    """It was decided, by policy or by a person."""


class Seen(msgspec.Struct, frozen=True):
    """A row that was looked at when a conflict was found.

    Attributes:
        side: The system that holds it.
        row: Which row, as text.
        member: Its role in the record, e.g. `main`, `prospect`; `None` for one that is gone, and
            for another one that could be the counterpart.
        version: Its version.
        event: The event that last told of it.
        actor: Who changed it last, as far as the system tells.
        changed_at: When, by the system's clock, as far as the system tells.
    """

    side: Side
    row: str
    member: str | None = None
    version: str | None = None
    event: str | None = None
    actor: str | None = None
    changed_at: str | None = None


class Conflict(msgspec.Struct, frozen=True):
    """A disagreement, with everything needed to settle it.

    Attributes:
        id: The same disagreement found again has the same id.
        link_id: The link.
        kind: What kind.
        field: The field or field group; `None` when the record as a whole is meant.
        crm: The CRM's value, in neutral form (a group's values by field).
        erp: The ERP's value.
        base_crm: What the CRM had when they were last agreed.
        base_erp: What the ERP had.
        policy: What decided, or why nothing could.
        winner: The side that was taken, if one was.
        state: Whether a person has to act.
        message: A sentence that names record, field and cure.
        events: The ids of the events that brought the values.
        crm_actor: Who changed it in the CRM, as far as the system tells.
        erp_actor: Who changed it in the ERP.
        crm_at: When it was changed in the CRM, by its own clock, as far as the system tells.
        erp_at: When it was changed in the ERP.
        seen: Every row of both sides that was looked at, with who changed it and when.
        side: The side at which it is stuck: whose value was replaced; that refused what came, or
            cannot hold it; that no longer has the record, or not yet what it refers to; that has
            the number or several candidates; where a key was edited, or a state moved against the
            rules. `None` where both are concerned alike, as by a clash that nobody decided.
        map_id: The map of the record's stage.
        at: When it was found (ISO 8601, UTC).
        resolved_at: When it was settled.
        resolved_by: Who settled it: `policy` or a person.
        asked: What a person has asked the service to do about it: `retry`, `undo` or one of `Take`.
        asked_by: Who asked.
        asked_at: When.
        asked_value: The value given, by field, where that is what was asked.
        replaced: What earlier decisions wanted, by field; a part of it may be written already.
        reopened_by: Who opened it again after it was settled.
        reopened_at: When.
        now_crm: What the CRM had when it was opened again.
        now_erp: What the ERP had then.
    """

    id: str
    link_id: str
    kind: ConflictKind
    field: str | None
    crm: Values = None
    erp: Values = None
    base_crm: Values = None
    base_erp: Values = None
    policy: str = ""
    winner: str | None = None
    state: ConflictState = ConflictState.OPEN
    message: str = ""
    events: tuple[str, ...] = ()
    crm_actor: str | None = None
    erp_actor: str | None = None
    at: str | None = None
    resolved_at: str | None = None
    resolved_by: str | None = None
    asked: str | None = None
    asked_by: str | None = None
    asked_at: str | None = None
    asked_value: dict[str, Neutral] | None = None
    replaced: tuple[dict[str, Neutral], ...] = ()
    reopened_by: str | None = None
    reopened_at: str | None = None
    now_crm: dict[str, Neutral] | None = None
    now_erp: dict[str, Neutral] | None = None
    crm_at: str | None = None
    erp_at: str | None = None
    seen: tuple[Seen, ...] = ()
    side: Side | None = None
    map_id: str | None = None

    def of(self, side: Side) -> dict[str, Neutral]:
        """What a side had when a person last saw it, by field."""
        if self.reopened_at is not None:
            now = self.now_erp if side is Side.ERP else self.now_crm
            return now or {}
        return self.found(side)

    def may_have(self, side: Side) -> tuple[dict[str, Neutral], ...]:
        """What a side may have by what a person saw, and what was decided until then, by field."""
        return (self.of(side), *self.replaced)

    def found(self, side: Side) -> dict[str, Neutral]:
        """What a side had when it was found, by field."""
        values = self.erp if side is Side.ERP else self.crm
        if isinstance(values, dict):
            return values
        return {self.field: values} if self.field is not None else {}

    @property
    def wanted(self) -> dict[str, Neutral] | None:
        """What both sides shall have, by field, as a person decided; `None` where nobody did."""
        if self.asked == Take.VALUE:
            return self.asked_value
        return self.found(Side(self.asked)) if self.asked in tuple(Side) else None

    def decided(
        self, take: Take, by: str, at: str, value: dict[str, Neutral] | None = None
    ) -> Conflict:
        """The conflict with a person's decision in place of an earlier one."""
        wanted = self.wanted if self.kind not in DELETE_KINDS else None
        return msgspec.structs.replace(
            self,
            asked=take.value,
            asked_by=by,
            asked_at=at,
            asked_value=value,
            replaced=self.replaced if wanted is None else (*self.replaced, wanted),
        )


def conflict_id(link_id: str, kind: ConflictKind, field: str | None, *values: object) -> str:
    """The identity of a disagreement: 32 hexadecimal digits."""
    text = "\x1f".join((link_id, kind, field or "", *(repr(v) for v in values)))
    return blake2b(text.encode(), digest_size=16).hexdigest()
