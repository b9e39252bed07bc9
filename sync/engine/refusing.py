"""Refusing: the conflict that a system's refusal becomes, with what was to be written."""

from __future__ import annotations

from sync.core import finding
from sync.core.conflict import Conflict, ConflictKind
from sync.core.link import Link, Neutral
from sync.core.plan import Part
from sync.core.row import Side
from sync.core.sides import of_values
from sync.core.view import Context


def refused_conflict(link: Link, part: Part, message: str, told: str, context: Context) -> Conflict:
    """A business rule of a system refused a part of a plan.

    Args:
        link: The link.
        part: What was refused.
        message: What a person reads.
        told: The system's own sentence.
        context: What the decision was told.
    """
    wanted = part.wanted
    before: dict[str, Neutral] = {
        change.field: finding.plain(change.before)
        for change in part.changes
        if change.field in wanted
    }
    exists = all(intended.op != "create" for intended in part.intended)
    there = {name: before.get(name) for name in wanted} if exists else None
    values = tuple(sorted(repr(write.values) for write in part.writes))
    crm, erp = (there, wanted) if part.side is Side.CRM else (wanted, there)
    return finding.of_kind(
        link,
        ConflictKind.REFUSED,
        context,
        message=message,
        policy="a business rule of the system",
        sides=of_values(link, crm, erp),
        detail=(part.side, told, *values),
        side=part.side,
    )
