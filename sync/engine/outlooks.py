"""Outlooks: what would become of links, as a dry run tells it."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.core.link import Link, LinkState, Problem
from sync.core.plan import Decision
from sync.core.row import Lookup, Side
from sync.core.write import Write
from sync.engine.whereabouts import place_of

_THEN = "a step that is made together with other records, once these writes are done"
_RENUMBERED = "its number is somebody else's, so it would get another one"


class PlannedWrite(msgspec.Struct, frozen=True):
    """One row that would be written.

    Attributes:
        side: Where.
        op: `create`, `update`, `delete` or `action`.
        table: The entity set.
        row_id: The row; empty where the system draws the key.
        values: Column → value; a lookup is the row it points to.
        action: The system's own action, if it is one.
    """

    side: Side
    op: str
    table: str
    row_id: str
    values: dict[str, Any]
    action: str | None = None


class Outlook(msgspec.Struct, frozen=True):
    """What would become of one link.

    Attributes:
        link_id: The link.
        kind: Its kind.
        key: Its key.
        state: Where it would stand, once everything that would be written is.
        writes: What would be written, in order.
        conflicts: What would be found to disagree, in words.
        waiting_on: What it would wait for.
        problem: Why it would not be settled.
        together: Whether it would be written in one change set with the others of which this is
            said, in their order, all or none.
        untried: What would come after its writes and was not tried, in words.
    """

    link_id: str
    kind: str
    key: str
    state: str
    writes: tuple[PlannedWrite, ...] = ()
    conflicts: tuple[str, ...] = ()
    waiting_on: tuple[str, ...] = ()
    problem: Problem | None = None
    together: bool = False
    untried: str | None = None


def of_stray(link: Link) -> Outlook:
    """A row that belongs to no record yet stays what it is."""
    return Outlook(
        link.id,
        link.kind,
        link.key,
        link.state.value,
        waiting_on=link.waiting_on,
        problem=link.problem,
    )


def undecidable(link: Link, error: Exception) -> Outlook:
    """What would be a dead letter again, as in the real run."""
    message = f"No decision can be made ({type(error).__name__} at {place_of(error)})."
    problem = Problem("decision_failed", message, "Undo the last change of its map.")
    return Outlook(link.id, link.kind, link.key, LinkState.DEAD.value, problem=problem)


def outlook_of(link: Link, decision: Decision, *, together: bool = False) -> Outlook:
    """What a decision would come to."""
    parts = decision.plan.parts if decision.plan is not None else ()
    return Outlook(
        link.id,
        link.kind,
        link.key,
        decision.state.value,
        tuple(_planned(write) for part in parts for write in part.writes),
        tuple(conflict.message for conflict in decision.conflicts),
        decision.waits,
        decision.problem,
        together,
        _untried(decision),
    )


def _untried(decision: Decision) -> str | None:
    if decision.renumber:
        return _RENUMBERED
    return _THEN if decision.together is not None else None


def _planned(write: Write) -> PlannedWrite:
    values = {
        column: f"{value.table}({value.row_id})" if isinstance(value, Lookup) else value
        for column, value in write.values.items()
    }
    ref = write.ref
    return PlannedWrite(ref.side, write.op.value, ref.table, ref.row_id, values, write.action)
