"""What a write, a value and a version of a map are explained by."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.core.link import LinkState, Problem
from sync.core.provenance import Established, Source
from sync.core.row import Side


class Receipt(msgspec.Struct, frozen=True):
    """The audit of one executed (or refused) plan on one side.

    Attributes:
        link_id: The link.
        plan: The plan's id.
        at: When.
        side: The side written.
        map_digest: The map version that decided.
        changes: Per field: field, old and new value, the reason, the event that caused it.
        request: The change set, as encoded for replay.
        outcome: The outcome, as encoded for replay.
        ok: Whether it happened.
        sources: Member → the row of the other side that the decision looked at.
    """

    link_id: str
    plan: str
    at: str
    side: Side
    map_digest: str
    changes: tuple[dict[str, Any], ...]
    request: dict[str, Any]
    outcome: dict[str, Any]
    ok: bool
    position: int = 0
    sources: dict[str, dict[str, Any]] = {}


class Provenance(msgspec.Struct, frozen=True):
    """What is new about a link that no receipt tells.

    Attributes:
        link_id: The link.
        at: When.
        map_digest: The map version that decided.
        state: Where the link stood then.
        problem: Why it was not settled; `None` from when on nothing was in the way.
        fields: Field → what was agreed on without a write, and why.
        sources: Side → member → the row that the decision looked at; only with `fields`.
    """

    link_id: str
    at: str
    map_digest: str | None
    state: LinkState
    problem: Problem | None = None
    fields: dict[str, Established] = {}
    sources: dict[Side, dict[str, Source]] = {}
    position: int = 0


class FieldRule(msgspec.Struct, frozen=True):
    """How a version of a map treats a field.

    Attributes:
        direction: Which way it flows.
        owner: Who is taken when both sides changed it.
        crm: Its column in the CRM.
        erp: Its column in the ERP.
        group: The group it is merged with, if any.
    """

    direction: str
    owner: str
    crm: str
    erp: str
    group: str | None = None


class MapVersion(msgspec.Struct, frozen=True):
    """A version of a map that this service has run with.

    Attributes:
        digest: Hash of what the map says.
        map_id: The map.
        version: Its version, as its file says.
        since: When the service first had it.
        fields: Field → how it is treated.
        kind: The kind of record.
        text: What the map says, in canonical form, see `TableMap.text`; `None` for one that was
            kept by a service that did not keep it.
        again: When the service came back to it after it had had another version.
    """

    digest: str
    map_id: str
    version: str
    since: str
    fields: dict[str, FieldRule] = {}
    kind: str | None = None
    text: str | None = None
    again: tuple[str, ...] = ()

    @property
    def begins(self) -> tuple[str, ...]:
        """Every time when the service came to it."""
        return (self.since, *self.again)
