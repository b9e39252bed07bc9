"""FieldStanding: how the two sides of a field stand to each other, and why, for a person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from sync.core.conflict import Conflict
from sync.core.link import Link, LinkState, Neutral
from sync.core.mapping import Direction
from sync.core.merged import ENTERING
from sync.core.row import Side
from sync.engine.comparing import FieldSeen
from sync.engine.field_roles import DELETED
from sync.ports import FieldRule

_PENDING = (LinkState.DUE, LinkState.RETRY, LinkState.DEAD, LinkState.PARKED, LinkState.SUSPENDED)


class FieldStanding(StrEnum):
    """How the two sides of a field stand to each other."""

    EQUAL = "equal"
    """Both have the same."""
    ONE_SIDE = "one_side"
    """Only one side has the record."""
    CONFLICT = "conflict"
    """A person has to decide."""
    UNREADABLE = "unreadable"
    """A side has a value that cannot be carried across."""
    ONE_WAY = "one_way"
    """It goes one way only, and what differs on the other side is left alone."""
    NOT_SYNCHRONISED = "not_synchronised"
    """A value that stays where it is, on purpose."""
    WAITING = "waiting"
    """Something has to come first."""
    ACCEPTED = "accepted"
    """A difference that was there when both were last agreed, and that nobody changed since."""
    PENDING = "pending"
    """A change that has not been decided yet."""
    UNKNOWN = "unknown"
    """Neither side has the record, or the service did not know the field then."""


class Facts(msgspec.Struct, frozen=True):
    """What the answer is told from.

    Attributes:
        link: The record.
        field: The field.
        unit: The group it is merged with, or itself.
        values: Side → its value; a side without the record is left out.
        rule: How the map treats the field.
        key: Whether it is part of the integration key.
        left: Whether no map of that time has it.
        conflict: The conflict that it stands in.
        seen: The field as a decision sees it now; `None` for an earlier time.
        problem: What was in the way at an earlier time.
        now: Whether it is about now.
        mark: What a person should know of it.
    """

    link: Link
    field: str
    unit: str
    values: Mapping[Side, Neutral]
    rule: FieldRule | None
    key: bool
    left: bool
    conflict: Conflict | None
    seen: FieldSeen | None
    problem: str | None
    now: bool
    mark: str | None


def stands(facts: Facts) -> tuple[FieldStanding, str]:
    """How the sides stand to each other, and why."""
    if not facts.values:
        now, then = "Neither side has the record.", "The service had not seen the field by then."
        return FieldStanding.UNKNOWN, now if facts.now else then
    if facts.left:
        return FieldStanding.NOT_SYNCHRONISED, (
            "No map has it now; what is shown is what was known of it last."
            if facts.now
            else "No map had it then; what is shown is what had been known of it last."
        )
    if facts.now and facts.seen is None:
        return FieldStanding.NOT_SYNCHRONISED, (
            "The map of the record's present stage does not carry it; another stage's does."
        )
    if len(facts.values) < len(Side):
        return _one_side(facts)
    if facts.conflict is not None and (facts.conflict.field is not None or _differ(facts)):
        return FieldStanding.CONFLICT, facts.conflict.message
    if facts.seen is not None and facts.seen.problems:
        return _unreadable(facts, facts.seen)
    if not _differ(facts):
        return FieldStanding.EQUAL, _alike(facts)
    return _different(facts)


def _alike(facts: Facts) -> str:
    if facts.field == DELETED:
        gone = facts.values[Side.CRM] is True
        return "Both sides have deleted the record." if gone else "Both sides have the record."
    if facts.key:
        return "It is part of the key that joined both records."
    return "Both sides have the same."


def _different(facts: Facts) -> tuple[FieldStanding, str]:
    rule, link = facts.rule, facts.link
    if rule is not None and rule.direction != Direction.BOTH.value:
        target = Side.CRM if rule.direction == Direction.TO_CRM.value else Side.ERP
        if not (facts.seen and target.other in facts.seen.changed):
            return FieldStanding.ONE_WAY, (
                f"The map carries it from the {target.other.upper()} to the {target.upper()} only: "
                f"what the {target.upper()} has of its own is left alone, until the "
                f"{target.other.upper()}'s value changes."
            )
    if facts.mark is not None and facts.mark != ENTERING:
        return FieldStanding.NOT_SYNCHRONISED, (
            f"It is marked {facts.mark!r}: the value stays where it was typed until it is edited."
        )
    waits = facts.problem if not facts.now else _problem(link)
    if waits is not None:
        return FieldStanding.WAITING, waits
    if facts.seen is not None and facts.seen.base is not None and not facts.seen.changed:
        return FieldStanding.ACCEPTED, (
            "The two differed when they were last agreed, and neither side changed it since."
        )
    if facts.now and link.state in _PENDING:
        return FieldStanding.PENDING, f"The record is {link.state}: the change is not decided yet."
    return FieldStanding.PENDING, "One side changed it, and the change had not crossed."


def _one_side(facts: Facts) -> tuple[FieldStanding, str]:
    side = next(iter(facts.values))
    text = f"Only the {side.upper()} has the record."
    problem = facts.problem if not facts.now else _problem(facts.link)
    if problem is not None:
        return FieldStanding.ONE_SIDE, f"{text} {problem}"
    if facts.conflict is not None:
        return FieldStanding.ONE_SIDE, f"{text} {facts.conflict.message}"
    if facts.now:
        return FieldStanding.ONE_SIDE, f"{text} It is {facts.link.state}."
    return FieldStanding.ONE_SIDE, f"By then the service had seen it in the {side.upper()} only."


def _unreadable(facts: Facts, seen: FieldSeen) -> tuple[FieldStanding, str]:
    text = " ".join(f"{side.upper()}: {why}" for side, why in seen.problems.items())
    if facts.link.state is LinkState.WAITING:
        return FieldStanding.WAITING, text
    return FieldStanding.UNREADABLE, text


def _problem(link: Link) -> str | None:
    if link.problem is None:
        return None
    waits = f" It waits for {', '.join(link.waiting_on)}." if link.waiting_on else ""
    cure = f" {link.problem.cure}" if link.problem.cure else ""
    return f"{link.problem.message}{cure}{waits}"


def _differ(facts: Facts) -> bool:
    return facts.values[Side.CRM] != facts.values[Side.ERP]
