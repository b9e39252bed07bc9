"""What a person left stays as it is: refused writes, for as long as they would be the same."""

from __future__ import annotations

import pytest

from sync.core.conflict import Conflict, ConflictKind, Take
from sync.core.leaving import leave_what_was_left
from sync.core.link import Agreed, IntendedWrite, Link, LinkState, Neutral
from sync.core.plan import Decision, Part, Plan
from sync.core.row import RowRef, Side
from sync.core.view import Context
from tests.simulation.systems import shipped_kinds

_KIND = shipped_kinds(False)["account"]
_REFUSED: dict[str, Neutral] = {"name": "Beta", "group": "20"}
_CONFLICT = Conflict(
    "c1", "l1", ConflictKind.REFUSED, None, crm=_REFUSED, side=Side.ERP, asked=Take.LEAVE
)


def _decided(wanted: dict[str, Neutral], side: Side = Side.ERP, *, left: bool = False) -> Decision:
    """A decision that would write this, after a person has left what the ERP refused."""
    ref = RowRef(side, "things", "1")
    fields = {name: Agreed(value, value) for name, value in wanted.items()}
    part = Part(side, (), (IntendedWrite("main", ref, "update", fields),), ())
    decision = Decision(LinkState.SETTLED, plan=Plan("p", "d", (part,)))
    link = Link(id="l1", kind="thing", key="1", natural={}, left=("c1",) if left else ())
    leave_what_was_left(_KIND, link, decision, Context("now", (), disputes={"c1": _CONFLICT}))
    return decision


@pytest.mark.parametrize("wanted", [_REFUSED, {"name": "Beta"}])
def test_what_was_refused_or_a_part_of_it_is_not_written(wanted: dict[str, Neutral]) -> None:
    decision = _decided(wanted)
    assert decision.plan is None
    assert decision.left == ("c1",)


@pytest.mark.parametrize("wanted", [{"name": "Gamma"}, {**_REFUSED, "phone": "1"}, {}])
def test_anything_else_is_written(wanted: dict[str, Neutral]) -> None:
    """Also a step that writes no value at all."""
    assert _decided(wanted).plan is not None
    assert _decided(_REFUSED, Side.CRM).plan is not None


def test_what_follows_from_leaving_is_looked_at_once() -> None:
    """What was agreed on beside it may lead to more, which must not wait for some later look."""
    assert _decided(_REFUSED).look
    assert not _decided(_REFUSED, left=True).look
