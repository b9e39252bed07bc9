"""What a decision looks at: the rows of both sides as they are known now, and what runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from sync.core.conflict import Conflict
from sync.core.link import MAIN
from sync.core.provenance import Source
from sync.core.row import Image, Row, Side
from sync.core.rule import OwnerRule
from sync.core.values import Unresolved


class View(msgspec.Struct):
    """The rows of one link.

    Attributes:
        crm: The CRM row, if it exists.
        erp: ERP rows that exist, by member; joined rows included.
        rivals: Ids of further CRM rows with the same key.
        lines: What the record's lines still have to do before it may move; `None` when nobody has
            looked at them.
    """

    crm: Row | None
    erp: dict[str, Row]
    rivals: tuple[str, ...] = ()
    lines: tuple[Unresolved, ...] | None = None

    def actors(self) -> dict[str, str]:
        """Side → who changed it last, as far as the system tells."""
        found: dict[str, str] = {}
        if self.crm is not None and self.crm.actor is not None:
            found[Side.CRM] = self.crm.actor
        for row in self.erp.values():
            if row.actor is not None:
                found[Side.ERP] = row.actor
        return found

    def images(self, side: Side) -> dict[str, Image]:
        """The images of one side, by member."""
        if side is Side.CRM:
            return {MAIN: self.crm.image} if self.crm else {}
        return {member: row.image for member, row in self.erp.items()}


class Context(msgspec.Struct, frozen=True):
    """What else a decision needs to know.

    Attributes:
        now: The time (ISO 8601, UTC), for what is recorded; no decision depends on it.
        running: The ids of the maps that run.
        map_id: The map of the record's stage, for what is recorded.
        sources: Side → the rows that are looked at, by member, and what told of them.
        awaited: Whether another record waits for this one.
        assigned: Whether the record's number is one that the service made for the CRM's row.
        together: Whether the record is decided with those that move with it.
        stage: The stage that another record's step brings this one to.
        asker: That other record, as a person calls it.
        rewrite_budget: How often one field may go back and forth before a person is asked.
        disputes: By id, the open conflicts of which a person decided something, or which a person
            opened again.
        rules: Map id → unit → who owns it in place of what the map says.
    """

    now: str
    running: Collection[str]
    map_id: str | None = None
    sources: dict[Side, dict[str, Source]] = {}
    awaited: bool = False
    assigned: bool = False
    together: bool = False
    stage: str | None = None
    asker: str | None = None
    rewrite_budget: int = 12
    disputes: Mapping[str, Conflict] = {}
    rules: Mapping[str, Mapping[str, OwnerRule]] = {}

    @property
    def events(self) -> tuple[str, ...]:
        """The ids of the events that last told of the rows."""
        told = (source.event for rows in self.sources.values() for source in rows.values())
        return tuple(dict.fromkeys(event for event in told if event is not None))

    def event(self, side: Side, member: str) -> str | None:
        """The event that last told of a row."""
        source = self.sources.get(side, {}).get(member)
        return source.event if source is not None else None
