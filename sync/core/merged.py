"""What a merge finds: values to write, values that were agreed, clashes, and what is in the way."""

from __future__ import annotations

import msgspec

from sync.core.conflict import ConflictKind
from sync.core.link import Agreed, Neutral
from sync.core.row import Side
from sync.core.values import Unfit, Unresolved

NOT_SYNCHRONISED = "not synchronised"
"""The mark of a field whose difference is known and left alone."""
ENTERING = "entering"
"""The mark of a field that came into scope by a stage change and was not settled yet."""

Values = dict[str, Neutral]


class Clash(msgspec.Struct, frozen=True):
    """Both sides have something to say about a unit.

    Attributes:
        unit: The field or group.
        kind: What kind of conflict it is.
        erp: The ERP's values by field.
        crm: The CRM's values.
        base: What they were when last agreed, where they were.
        winner: The side taken; `None` when a person must decide.
        policy: What decided, or why nothing could.
    """

    unit: str
    kind: ConflictKind
    erp: Values
    crm: Values
    base: dict[str, Agreed]
    winner: Side | None
    policy: str


class Merge(msgspec.Struct):
    """What a merge found.

    Attributes:
        writes: Side → field → the value to write there.
        final: Field → what it shall be in the end, for rows that are created.
        agreed: Field → base to save although nothing is written.
        clashes: Units that both sides changed.
        waits: Lookups whose target must come first.
        deferred: Lookups that are written once their target is there.
        unfit: Unit, side and why a value cannot be carried across.
        marks: Unit → mark.
        reasons: Field → why it is written, or agreed without being written.
        followed: The ids of conflicts of which is done what a person decided.
        standing: The ids of conflicts that were opened again, of values that are still the same.
        overtaken: Unit → whose decision is not done, because the values changed meanwhile.
    """

    writes: dict[Side, Values] = msgspec.field(default_factory=lambda: {Side.CRM: {}, Side.ERP: {}})
    final: Values = {}
    agreed: dict[str, Agreed] = {}
    clashes: list[Clash] = []
    waits: list[Unresolved] = []
    deferred: list[Unresolved] = []
    unfit: list[tuple[str, Side, Unfit]] = []
    marks: dict[str, str] = {}
    reasons: dict[str, str] = {}
    followed: list[str] = []
    standing: list[str] = []
    overtaken: dict[str, str] = {}
