"""Overdue: a record that has waited for another one longer than a person would expect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sync.core.conflict import Conflict, ConflictKind, conflict_id
from sync.core.finding import name_of
from sync.core.link import Link, LinkState, Problem
from sync.core.row import Side
from sync.engine.times import later, text

_REFERENCES = ("link:", "after:", "row:")
"""What a token begins with that waits for another record, and not for a record's own rest."""


def overdue(
    link: Link, now: datetime, deadline_seconds: float, events: Iterable[str]
) -> Conflict | None:
    """Note since when a link waits; the conflict that names what is missing past the deadline.

    The link goes on waiting: the conflict closes by itself when the record crosses.

    Args:
        link: The link, as it is given back.
        now: The time.
        deadline_seconds: How long it may wait until a person is asked.
        events: The ids of the events that told of its rows.
    """
    if link.state is not LinkState.WAITING:
        # What is tried again, or decided once more, has not stopped to wait.
        if link.state not in (LinkState.RETRY, LinkState.DUE):
            link.waiting_since = None
        return None
    tokens = [token for token in link.waiting_on if token.startswith(_REFERENCES)]
    if link.waiting_since is None:
        link.waiting_since = text(now)
    if not tokens or link.waiting_since > text(later(now, -deadline_seconds)):
        return None
    missing = link.problem.message.rstrip(".") if link.problem is not None else tokens[0]
    cure = "Let that record cross (its map, filter or own conflict), or take the reference out."
    link.problem = Problem(
        ConflictKind.MISSING_REFERENCE.value, f"{missing}.", cure, at=link.waiting_since
    )
    return Conflict(
        id=conflict_id(link.id, ConflictKind.MISSING_REFERENCE, None, *sorted(tokens)),
        link_id=link.id,
        kind=ConflictKind.MISSING_REFERENCE,
        field=None,
        policy="it crosses by itself once the other record does",
        message=f"{name_of(link)} waits since {link.waiting_since}: {missing}. {cure}",
        events=tuple(dict.fromkeys(events)),
        crm_actor=link.actors.get(Side.CRM),
        erp_actor=link.actors.get(Side.ERP),
        at=text(now),
    )
