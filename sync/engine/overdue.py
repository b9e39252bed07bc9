"""Overdue: a record that has waited for another one longer than a person would expect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import inf

from msgspec import UNSET

from sync.core.conflict import Conflict, ConflictKind
from sync.core.finding import name_of, of_kind
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState, Problem
from sync.core.provenance import Source
from sync.core.row import Side
from sync.core.sides import of_references
from sync.core.view import Context, View
from sync.engine.options import ServiceOptions
from sync.engine.times import later, text

_REFERENCES = ("link:", "after:", "row:")
"""What a token begins with that waits for another record, and not for a record's own rest."""


def deadline_of(kinds: Kinds, link: Link, options: ServiceOptions) -> float:
    """How long a link may wait until a person is asked, in seconds: its map may say it.

    Nobody is asked at all where the service has no deadline, as in a replay.
    """
    own = kinds[link.kind].for_stage(link.stage).map.reference_deadline_seconds
    common = options.reference_deadline_seconds
    return common if own is UNSET or common == inf else own


def overdue(link: Link, now: datetime, deadline_seconds: float) -> list[str]:
    """Note since when a link waits; what it waits for in vain, once the deadline has passed.

    Args:
        link: The link, as it is given back.
        now: The time.
        deadline_seconds: How long it may wait until a person is asked; infinite: for ever.
    """
    if link.state is not LinkState.WAITING:
        # What is tried again, or decided once more, has not stopped to wait.
        if link.state not in (LinkState.RETRY, LinkState.DUE):
            link.waiting_since = None
        return []
    if link.waiting_since is None:
        link.waiting_since = text(now)
    if deadline_seconds == inf or link.waiting_since > text(later(now, -deadline_seconds)):
        return []
    return [token for token in link.waiting_on if token.startswith(_REFERENCES)]


def missing_reference(
    kinds: Kinds,
    link: Link,
    view: View,
    sources: dict[Side, dict[str, Source]],
    tokens: Iterable[str],
    now: datetime,
) -> Conflict:
    """The conflict that names what is missing; the link goes on waiting.

    It closes by itself when the record crosses.

    Args:
        kinds: All kinds.
        link: The link.
        view: Its rows.
        sources: The same rows, with what told of them.
        tokens: What it waits for in vain.
        now: The time.
    """
    tokens = sorted(tokens)
    missing = link.problem.message.rstrip(".") if link.problem is not None else tokens[0]
    cure = "Let that record cross (its map, filter or own conflict), or take the reference out."
    link.problem = Problem(
        ConflictKind.MISSING_REFERENCE.value, f"{missing}.", cure, at=link.waiting_since
    )
    compiled = kinds[link.kind].for_stage(link.stage)
    sides = of_references(kinds[link.kind], link, view, kinds.references({}, {}), tokens)
    return of_kind(
        link,
        ConflictKind.MISSING_REFERENCE,
        Context(now=text(now), running=(), map_id=compiled.map.id, sources=sources),
        message=f"{name_of(link)} waits since {link.waiting_since}: {missing}. {cure}",
        policy="it crosses by itself once the other record does",
        sides=sides,
        side=Side.CRM if sides.crm is None else Side.ERP,
        by_value=False,
        detail=tuple(tokens),
    )
