"""Receipts: the audit of what was written, field by field, with what caused it."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.core.link import Link
from sync.core.plan import Decision, Part
from sync.core.view import Context
from sync.core.write import Outcome, Written
from sync.ports import Receipt


def receipt_of(
    link: Link, decision: Decision, part: Part, outcome: Outcome, context: Context
) -> Receipt:
    """The receipt of one part of a plan."""
    ok = isinstance(outcome, Written)
    answer: dict[str, Any] = {"ok": ok}
    if isinstance(outcome, Written):
        answer["versions"] = [row.version if row else None for row in outcome.rows]
    else:
        error = outcome.error
        answer |= {"code": error.code, "status": error.status, "remote_code": error.remote_code}
        answer["unknown"] = outcome.unknown
    return Receipt(
        link_id=link.id,
        plan=decision.plan.id if decision.plan else "",
        at=context.now,
        side=part.side,
        map_digest=decision.map_digest or "",
        changes=tuple(msgspec.to_builtins(change) for change in part.changes),
        request={"writes": [[write.op, str(write.ref), write.if_version] for write in part.writes]},
        outcome=answer,
        ok=ok,
        sources={
            member: msgspec.to_builtins(source)
            for member, source in context.sources.get(part.side.other, {}).items()
        },
    )
