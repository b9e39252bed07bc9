"""Refusing: the conflict that a system's refusal becomes, with what was to be written."""

from __future__ import annotations

import msgspec

from sync.core import finding
from sync.core.conflict import Conflict, ConflictKind, Values
from sync.core.link import Link, Neutral
from sync.core.plan import Part
from sync.core.row import Side
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
    wanted: dict[str, Neutral] = {}
    for intended in part.intended:
        wanted |= {name: agreed.of(part.side) for name, agreed in intended.fields.items()}
    before: dict[str, Neutral] = {
        change.field: finding.plain(change.before)
        for change in part.changes
        if change.field in wanted
    }
    exists = all(intended.op != "create" for intended in part.intended)
    there: Values = {name: before.get(name) for name in wanted} if exists else None
    base = {name: link.base[name] for name in wanted if name in link.base}
    values = tuple(sorted(repr(write.values) for write in part.writes))
    found = finding.of_kind(
        link,
        ConflictKind.REFUSED,
        context,
        message=message,
        policy="a business rule of the system",
        crm=there if part.side is Side.CRM else wanted,
        erp=there if part.side is Side.ERP else wanted,
        detail=(part.side, told, *values),
    )
    return msgspec.structs.replace(
        found,
        base_crm={name: agreed.crm for name, agreed in base.items()},
        base_erp={name: agreed.erp for name, agreed in base.items()},
    )
