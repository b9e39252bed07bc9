"""Leaving: a person has seen a conflict and lets things be as they are."""

from __future__ import annotations

from sync.core.conflict import ConflictState, Take
from sync.core.link import Link, LinkState
from sync.core.plan import Decision
from sync.core.view import Context


def leave_what_was_left(link: Link, decision: Decision, context: Context) -> None:
    """Take conflicts out of a decision that a person left as they are.

    They stay out for as long as the same conflict would be found; another one, of other values,
    comes as ever. What was decided beside them stands.
    """
    asked = {c.id for c in context.disputes.values() if c.asked == Take.LEAVE}
    reopened = {c.id for c in context.disputes.values() if c.asked is None}
    found = {c.id for c in decision.conflicts if c.state is ConflictState.OPEN}
    left = found & (set(link.left) | asked) - reopened
    decision.left = tuple(sorted(left))
    if not left:
        return
    decision.conflicts = [c for c in decision.conflicts if c.id not in left]
    if decision.state is LinkState.CONFLICT and found == left:
        waiting = LinkState.WAITING if decision.waits else None
        decision.state = waiting or (LinkState.SETTLED if decision.merged else LinkState.SUSPENDED)
