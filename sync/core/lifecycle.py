"""Lifecycles as data: the states of a document, what they look like on each side, and the ways.

A lifecycle is one state machine for both systems. Each side is in one of its states; a move says
how each side gets from one state to another, if the service can take it there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import cache

import msgspec

from sync.core.condition import Filter, hold
from sync.core.row import Constant, Image, Side

FIELD = "lifecycle"
"""The name under which a link's base, its conflicts and its explanations hold the state."""


class LifeState(msgspec.Struct, frozen=True):
    """One state.

    Attributes:
        name: Its name, for both sides.
        erp: What the ERP's row looks like in it.
        crm: What the CRM's row looks like in it.
    """

    name: str
    erp: Filter
    crm: Filter


class Way(msgspec.Struct, frozen=True):
    """How one side makes a move.

    Attributes:
        update: Columns to write; of an action, the columns that it sets.
        action: The action to call, when the system moves by one.
        parameters: The action's parameters.
        convert: The field whose record enters its last stage together with this step (a prospect
            that orders becomes a customer).
        creates: The kinds of records that point to this one and are created together with this
            step (the order of a quotation, and its lines).
        undo: The CRM's action that takes the step back, when the ERP refuses it and a person asks.
    """

    update: dict[str, Constant] = {}
    action: str | None = None
    parameters: dict[str, Constant] = {}
    convert: str | None = None
    creates: tuple[str, ...] = ()
    undo: str | None = None

    @property
    def together(self) -> bool:
        """Whether other records are written with it, all or none."""
        return self.convert is not None or bool(self.creates)


class Move(msgspec.Struct, frozen=True):
    """A way from one state to another.

    Attributes:
        origin: The state it begins in.
        to: The state it ends in.
        erp: How the ERP makes it; `None` when the service cannot take it there.
        crm: How the CRM makes it.
    """

    origin: str
    to: str
    erp: Way | None = None
    crm: Way | None = None

    def way(self, side: Side) -> Way | None:
        """How one side makes it."""
        return self.erp if side is Side.ERP else self.crm


class Lifecycle(msgspec.Struct, frozen=True):
    """The states of a document and the ways between them.

    Attributes:
        initial: The state of a new record.
        states: Every state.
        moves: Every move.
        owner: Who may move it, where that never changes.
        crm_owns: Otherwise: the CRM may when the ERP's row meets one of these, else the ERP.
        lines: The kinds of records that belong to it and cross before it moves.
        stays: States in which a record that never crossed stays where it is.
        led_by: The kind of the record that creates this one when it moves (an order's quotation).
        leader: The CRM's lookup to that record.
        led_until: The state in which the leader has done so.
    """

    initial: str
    states: tuple[LifeState, ...]
    moves: tuple[Move, ...]
    owner: Side | None = None
    crm_owns: tuple[Filter, ...] = ()
    lines: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    led_by: str | None = None
    leader: str | None = None
    led_until: str | None = None

    def state(self, side: Side, image: Image) -> str | None:
        """The state that a row is in; `None` when it is in none that is known."""
        for state in self.states:
            if hold(state.erp if side is Side.ERP else state.crm, image):
                return state.name
        return None

    @property
    def ways(self) -> tuple[Way, ...]:
        """How the moves are made, on both sides."""
        found = (move.way(side) for move in self.moves for side in Side)
        return tuple(way for way in found if way is not None)

    def columns(self, side: Side) -> tuple[str, ...]:
        """Every column that tells the state, and in the ERP the owner."""
        filters = [state.erp if side is Side.ERP else state.crm for state in self.states]
        if side is Side.ERP:
            filters += self.crm_owns
        found = {condition.column for one in filters for condition in one}
        if side is Side.CRM and self.leader is not None:
            found.add(self.leader)
        return tuple(sorted(found))

    def owner_of(self, erp: Image | None) -> Side:
        """Who may move a record; before the ERP has it, the CRM."""
        if self.owner is not None:
            return self.owner
        if erp is None or any(hold(filter_, erp) for filter_ in self.crm_owns):
            return Side.CRM
        return Side.ERP

    def path(self, side: Side, origin: str, to: str) -> tuple[Move, ...] | None:
        """The shortest way that the service can take a side; `None` when there is none."""
        return _path(self.moves, side, origin, to)

    def leads_to(self, origin: str, to: str) -> bool:
        """Whether a document in one state may come to the other, on any side."""
        return any(self.path(side, origin, to) is not None for side in Side)


@cache
def _reachable(
    moves: tuple[tuple[str, str], ...], origin: str
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {origin: ()}
    queue = deque([origin])
    while queue:
        at = queue.popleft()
        for move in moves:
            if move[0] == at and move[1] not in found:
                found[move[1]] = (*found[at], move)
                queue.append(move[1])
    return found


def _path(moves: tuple[Move, ...], side: Side, origin: str, to: str) -> tuple[Move, ...] | None:
    open_ways = {(m.origin, m.to): m for m in moves if m.way(side) is not None}
    steps = _reachable(tuple(open_ways), origin).get(to)
    return None if steps is None else tuple(open_ways[step] for step in steps)
