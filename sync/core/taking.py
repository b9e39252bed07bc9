"""Taking: a person takes the stage or the state of one side, and the other side follows.

It follows on a way that its system has, or not at all. An end is final in both systems; a stage
never goes back. What the ERP makes of a step by itself, as the order of a quotation that it owns,
is never made for it. Source: `docs/decisions.md`, the lifecycle in `docs/lifecycle.md`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sync.core.conflict import Conflict, ConflictKind
from sync.core.lifecycle import FIELD, Lifecycle, Move
from sync.core.link import Link
from sync.core.row import Side
from sync.core.stage import FIELD as STAGE
from sync.core.stage import Stages
from sync.errors import InputUnusable


class Taken(msgspec.Struct, frozen=True):
    """A person's decision about a state, and what it means for the side that follows.

    Attributes:
        conflict: The conflict that was decided.
        side: The side that follows.
        path: Its way.
    """

    conflict: Conflict
    side: Side
    path: tuple[Move, ...]


def taken_state(
    lifecycle: Lifecycle, states: Mapping[Side, str], disputes: Mapping[str, Conflict]
) -> Taken | None:
    """What a person decided about a document's state, if it can still be done.

    The side that was taken has to be as the person saw it, and the other one too, or already on
    its way.
    """
    for conflict in disputes.values():
        if conflict.field != FIELD or conflict.asked not in tuple(Side):
            continue
        taken = Side(conflict.asked)
        path = _way(lifecycle, conflict, taken)
        left = [move.origin for move in path or ()]
        if path is None or states[taken] != _of(conflict, taken) or _is_shared(path, taken.other):
            continue
        if states[taken.other] in left:
            rest = path[left.index(states[taken.other]) :]
            return Taken(conflict, taken.other, rest)
    return None


def taken_stage(link: Link, stages: Stages, disputes: Mapping[str, Conflict]) -> Conflict | None:
    """The decision that a CRM which went back shall come again to the stage that was agreed."""
    there = stages.erp.map.stage if stages.erp is not None else None
    for conflict in disputes.values():
        asked = conflict.kind is ConflictKind.STAGE and conflict.asked == Side.ERP
        if asked and conflict.field == STAGE and there == link.stage:
            return conflict
    return None


def check_state(conflict: Conflict, take: Side, lifecycle: Lifecycle | None) -> None:
    """Whether the other side can follow the state of one.

    Raises:
        InputUnusable: It cannot; says what can be done by hand, and in which system.
    """
    follower, to = take.other.upper(), _of(conflict, take)
    path = _way(lifecycle, conflict, take) if lifecycle is not None else None
    if path is None:
        raise InputUnusable(
            f"The {follower} does not bring it from {_of(conflict, take.other)} to {to}: an end is "
            "final in both systems.",
            cure="Leave it. If it is needed again, make a new one in the system whose end is wrong "
            "(in the CRM a new quote, in the ERP a copy of the quotation).",
        )
    if _is_shared(path, take.other):
        raise InputUnusable(
            f"The {follower} makes more than this record when it goes to {to}, as its owner.",
            cure="Give it to the CRM in the ERP (Follow up > Change ownership: Dynamics 365 "
            "Sales); it goes on by itself then. Or leave it.",
        )


def check_stage(conflict: Conflict, take: Side) -> None:
    """Whether the other side can come to the stage of one: only the CRM, and only forward.

    Raises:
        InputUnusable: It cannot, for a stage never goes back.
    """
    agreed = conflict.base_crm
    if conflict.found(Side.ERP).get(STAGE) != agreed:
        raise InputUnusable(
            f"The ERP has lost what made it a {agreed}; no other is made of the CRM's.",
            cure=f"Make the {agreed} in the ERP again, of the same number and party. Or leave it.",
        )
    if take is Side.CRM:
        raise InputUnusable(
            f"It was a {agreed} on both sides, and no system takes that back.",
            cure=f"Take erp: it becomes a {agreed} in the CRM again. Or leave it.",
        )


def _of(conflict: Conflict, side: Side) -> str:
    return str(conflict.found(side).get(FIELD))


def _way(lifecycle: Lifecycle, conflict: Conflict, taken: Side) -> tuple[Move, ...] | None:
    """The way of the other side to the state that was taken, as the person saw both."""
    return lifecycle.path(taken.other, _of(conflict, taken.other), _of(conflict, taken))


def _is_shared(path: tuple[Move, ...], side: Side) -> bool:
    """Whether other records are written with a step of the way."""
    ways = [move.way(side) for move in path]
    return any(way is not None and way.together for way in ways)
