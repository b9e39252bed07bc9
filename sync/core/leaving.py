"""Leaving: a person has seen a conflict and lets things be as they are."""

from __future__ import annotations

from sync.core.conflict import Conflict, ConflictKind, ConflictState, Take
from sync.core.kinds import Kind
from sync.core.lifecycle import FIELD
from sync.core.link import Link, LinkState
from sync.core.merged import NOT_SYNCHRONISED
from sync.core.plan import Decision, Part, Plan, plan_id
from sync.core.row import Side
from sync.core.view import Context


def leave_what_was_left(kind: Kind, link: Link, decision: Decision, context: Context) -> None:
    """Take conflicts out of a decision that a person left as they are.

    They stay out for as long as the same conflict would be found; another one, of other values,
    comes as ever. What was decided beside them stands.
    """
    asked = {c.id for c in context.disputes.values() if c.asked == Take.LEAVE}
    reopened = {c.id for c in context.disputes.values() if c.asked is None}
    found = {c.id for c in decision.conflicts if c.state is ConflictState.OPEN}
    left = found & (set(link.left) | asked) - reopened
    decision.left = (*sorted(left), *_leave_refused(kind, link, decision, context))
    if not left:
        return
    for conflict in decision.conflicts:
        if conflict.id in left and conflict.field is not None:
            decision.marks = {**decision.marks, conflict.field: NOT_SYNCHRONISED}
    decision.conflicts = [c for c in decision.conflicts if c.id not in left]
    if decision.state is LinkState.CONFLICT and found == left:
        waiting = LinkState.WAITING if decision.waits else None
        stands = decision.merged and _on_both_sides(link, decision)
        decision.state = waiting or (LinkState.SETTLED if stands else LinkState.SUSPENDED)


def _leave_refused(kind: Kind, link: Link, decision: Decision, context: Context) -> list[str]:
    """Write nothing that a system has refused and a person has left, for as long as it is the same.

    Returns:
        The ids of the conflicts about it.
    """
    left: list[str] = []
    for conflict in context.disputes.values():
        if conflict.kind is not ConflictKind.REFUSED or conflict.asked != Take.LEAVE:
            continue
        plan = decision.plan
        refused = next((p for p in plan.parts if _is_refused(p, conflict)), None) if plan else None
        if plan is None or refused is None:
            left += [conflict.id] if plan is None and conflict.id in link.left else []
            continue
        left.append(conflict.id)
        # More may follow from what was agreed on beside it, and not at some later look only.
        decision.look = decision.look or conflict.id not in link.left
        units = {name: unit.name for m in kind.maps for unit in m.units for name in unit.names}
        apart = {units[change.field] for change in refused.changes if change.field in units}
        apart |= {FIELD} & refused.wanted.keys()
        decision.marks = {**decision.marks, **dict.fromkeys(sorted(apart), NOT_SYNCHRONISED)}
        parts = tuple(part for part in plan.parts if part is not refused)
        decision.plan = Plan(plan_id(link.id, parts), plan.map_digest, parts) if parts else None
        if decision.state is LinkState.SETTLED and not _on_both_sides(link, decision):
            decision.state = LinkState.SUSPENDED
    return left


def _is_refused(part: Part, conflict: Conflict) -> bool:
    """Whether a part would write nothing but what a system has refused already."""
    refused, wanted = conflict.found(part.side.other), part.wanted
    same = wanted == refused or (wanted and wanted.items() <= refused.items())
    return part.side is conflict.side and bool(same)


def _on_both_sides(link: Link, decision: Decision) -> bool:
    """Whether both sides have the record: one that could not be made is left as it is, whole."""
    bound = {name.split(".", 1)[0] for name in (*link.rows, *decision.bind)}
    return bound >= set(Side)
