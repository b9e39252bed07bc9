"""Where a document's two sides stand: every base, every pair of states, every owner, one answer."""

from __future__ import annotations

from itertools import product

import pytest

from sync.core.advance import Advance, advance
from sync.core.conflict import ConflictKind
from sync.core.lifecycle import FIELD, Lifecycle, LifeState
from sync.core.link import Agreed, Link
from sync.core.row import Image, Row, RowRef, Side
from sync.core.view import Context, View
from tests.simulation.systems import shipped_kinds

_CONTEXT = Context(now="2026-01-01T00:00:00.000000Z", running=())
_ENDS = ("confirmed", "lost", "cancelled", "revised")
_WAYS = {
    ("draft", "sent"): ["sent"],
    **{("sent", end): [end] for end in _ENDS},
    **{("draft", end): ["sent", end] for end in _ENDS},
}
"""From, to → the states that a side comes through."""


def _lifecycle(kind: str) -> Lifecycle:
    found = shipped_kinds(False)[kind].maps[0].map.lifecycle
    assert found is not None
    return found


QUOTE = _lifecycle("quote")
NAMES = [state.name for state in QUOTE.states]


def _image(state: LifeState, side: Side) -> dict[str, object]:
    filters = state.erp if side is Side.ERP else state.crm
    return {condition.column: condition.values[0] for condition in filters}


def _decide(crm: str, erp: str, base: str | None, owner: Side) -> Advance:
    states = {state.name: state for state in QUOTE.states}
    origin = "Dynamics365Sales" if owner is Side.CRM else "SCM"
    owned = {
        "SalesQuotationOwnership": "BasedOnOrigin",
        "SalesQuotationHeaderCreationMethod": origin,
    }
    ours: Image = _image(states[crm], Side.CRM)  # type: ignore[assignment]
    theirs: Image = {**_image(states[erp], Side.ERP), **owned}  # type: ignore[dict-item]
    view = View(
        Row(RowRef(Side.CRM, "quotes", "1"), "1", ours),
        {"quotation": Row(RowRef(Side.ERP, "CDSSalesQuotationHeaders", "1"), "1", theirs)},
    )
    link = Link("1", "quote", "usmf|q-1", {"number": "Q-1"})
    if base is not None:
        link.base = {FIELD: Agreed(base, base)}
    return advance(QUOTE, "quotation", link, view, _CONTEXT)


@pytest.mark.parametrize("owner", list(Side))
@pytest.mark.parametrize("base", [None, *NAMES])
def test_every_pair_of_states(base: str | None, owner: Side) -> None:
    for crm, erp in product(NAMES, NAMES):
        found = _decide(crm, erp, base, owner)
        where = f"CRM {crm}, ERP {erp}, agreed {base}, owner {owner}"
        if crm == erp:
            assert found == Advance(agreed=Agreed(erp, crm)), where
            continue
        moved = [side for side, state in ((Side.CRM, crm), (Side.ERP, erp)) if state != base]
        if len(moved) == 2:  # the further one counts, if a way leads there
            moved = [Side.CRM] if (erp, crm) in _WAYS else [Side.ERP] if (crm, erp) in _WAYS else []
        here, there = (erp, crm) if moved == [Side.CRM] else (crm, erp)
        if not moved or (here, there) not in _WAYS:
            assert found.conflict is not None, where
            assert found.conflict.kind is ConflictKind.STAGE, where
        elif moved != [owner]:
            assert found.conflict is not None, where
            assert found.conflict.kind is ConflictKind.NOT_OWNER, where
            assert found.side is None, where
        else:
            assert found.conflict is None, where
            assert found.side is owner.other, where
            assert [move.to for move in found.path] == _WAYS[here, there], where


@pytest.mark.parametrize("kind", ["quote", "order"])
@pytest.mark.parametrize("side", list(Side))
def test_a_path_is_made_of_moves_that_the_side_can_make(kind: str, side: Side) -> None:
    life = _lifecycle(kind)
    for origin, to in product([s.name for s in life.states], repeat=2):
        path = life.path(side, origin, to)
        if path is None:
            continue
        at = origin
        for move in path:
            assert move.origin == at
            assert move.way(side) is not None
            at = move.to
        assert at == to


def test_nothing_leads_out_of_an_end() -> None:
    for side, end in product(Side, _ENDS):
        assert all(QUOTE.path(side, end, to) is None for to in NAMES if to != end)


def test_a_state_that_no_map_knows_is_told() -> None:
    states = [state for state in QUOTE.states if state.name == "sent"]
    odd: Image = {"statecode": 3, "statuscode": 99}
    assert QUOTE.state(Side.CRM, odd) is None
    assert QUOTE.state(Side.CRM, _image(states[0], Side.CRM)) == "sent"  # type: ignore[arg-type]
