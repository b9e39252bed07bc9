"""Plans: what a decision wants to write, why, and what it establishes when it has happened."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec

from sync.core.conflict import Conflict
from sync.core.lifecycle import Way
from sync.core.link import Agreed, IntendedWrite, Intent, LinkState, Neutral, Problem
from sync.core.row import Lookup, Scalar, Side
from sync.core.write import ChangeSet, Write


class Change(msgspec.Struct, frozen=True):
    """One field of a write, explained.

    Attributes:
        field: The field.
        column: The column written.
        value: The value written.
        before: The neutral value it replaces.
        reason: Why.
        event: The event that last told of the row with the value, if one did.
        neutral: The value in the service's own terms.
    """

    field: str
    column: str
    value: Scalar | Lookup
    before: Any = None
    reason: str = ""
    event: str | None = None
    neutral: Any = None


class Part(msgspec.Struct, frozen=True):
    """What a plan does on one side, all or nothing.

    Attributes:
        side: The side.
        writes: The rows to write.
        intended: For each write, what it establishes.
        changes: Every field written, explained.
        entering: Units whose entry into scope is settled once the rows exist.
    """

    side: Side
    writes: tuple[Write, ...]
    intended: tuple[IntendedWrite, ...]
    changes: tuple[Change, ...]
    entering: tuple[str, ...] = ()

    @property
    def wanted(self) -> dict[str, Neutral]:
        """Field → what the side has once it has happened."""
        return {
            name: agreed.of(self.side)
            for intended in self.intended
            for name, agreed in intended.fields.items()
        }

    def changeset(self, plan: str) -> ChangeSet:
        """The part as a request."""
        return ChangeSet(id=f"{plan}-{self.side}", writes=self.writes)


class Plan(msgspec.Struct, frozen=True):
    """What to write for one link.

    Attributes:
        id: Hash of the link and the writes: the same decision has the same id.
        map_digest: The map that decided.
        parts: At most one part a side.
    """

    id: str
    map_digest: str
    parts: tuple[Part, ...]

    def intent(self, now: str) -> Intent:
        """What is saved before the first call."""
        return Intent(self.id, now, tuple(i for part in self.parts for i in part.intended))


def plan_id(link_id: str, parts: tuple[Part, ...]) -> str:
    """The identity of a decision: 24 hexadecimal digits."""
    body = msgspec.json.encode([(p.side, p.writes) for p in parts], order="deterministic")
    return blake2b(link_id.encode() + body, digest_size=12).hexdigest()


class Decision(msgspec.Struct):
    """What was decided for one link.

    Attributes:
        state: Where the link stands when nothing is written (or when all writes have happened).
        plan: What to write; `None` when nothing.
        agreed: Bases to save although nothing is written.
        reasons: Field → why it is agreed.
        stage: The stage both sides are in now.
        conflicts: Every disagreement found, settled ones included.
        waits: Tokens it waits for.
        problem: Why it is not settled.
        marks: Unit → mark.
        bind: `side.member` → row id of rows found to belong to it.
        alias: The alias other rows refer to it by.
        forget: Whether both records are gone, so that the link starts anew.
        map_digest: The map that decided.
        together: The step that has to be made with other records, all or none.
        renumber: Whether the CRM's row needs another number, because its own is taken in the ERP.
        look: Whether it has to be looked at once more, with its lines.
        contested: Whether the ERP's row with its number is another record's: it is not bound.
        followed: The open conflicts of which the plan does what a person decided.
        left: The ids of conflicts that are left as they are, as a person decided.
        merged: Whether fields were compared; nothing of the record crosses otherwise.
    """

    state: LinkState
    plan: Plan | None = None
    agreed: dict[str, Agreed] = {}
    reasons: dict[str, str] = {}
    stage: str | None = None
    conflicts: list[Conflict] = []
    waits: tuple[str, ...] = ()
    problem: Problem | None = None
    marks: dict[str, str] = {}
    bind: dict[str, str] = {}
    alias: str | None = None
    forget: bool = False
    map_digest: str | None = None
    together: Way | None = None
    renumber: bool = False
    look: bool = False
    contested: bool = False
    followed: list[Conflict] = []
    left: tuple[str, ...] = ()
    merged: bool = False
