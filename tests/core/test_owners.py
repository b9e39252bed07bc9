"""Who is taken when both sides changed a field: every owner of a map, and a rule in its place."""

from __future__ import annotations

import pytest

from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict, ConflictKind, Take
from sync.core.link import Agreed, Neutral
from sync.core.mapping import Direction, FieldMap, Half, Member, Owner, TableMap
from sync.core.merge import merge
from sync.core.merged import Merge
from sync.core.row import Side
from sync.core.rule import OwnerRule


def a_map(owner: Owner, kind: str = "text", direction: Direction = Direction.BOTH) -> CompiledMap:
    crm = Member("main", Side.CRM, "things", ("thingid",))
    erp = Member("main", Side.ERP, "Things", ("Id",))
    halves = Half("F", "main"), Half("f", "main")
    field = FieldMap("f", *halves, type=kind, owner=owner, direction=direction)  # type: ignore[arg-type]
    return CompiledMap(TableMap("things", "1", "thing", crm, (erp,), (field,)))


def clash(
    compiled: CompiledMap, crm: Neutral, erp: Neutral, rule: OwnerRule | None = None
) -> Merge:
    base = {"f": Agreed("old", "old")}
    return merge(compiled, {"f": erp}, {"f": crm}, base, rules={"f": rule} if rule else {})


@pytest.mark.parametrize(
    ("owner", "crm", "erp", "winner"),
    [
        (Owner.CRM, "C", "E", "crm"),
        (Owner.CRM, None, "E", "crm"),
        (Owner.ERP, "C", "E", "erp"),
        (Owner.ERP, "C", None, "erp"),
        (Owner.MANUAL, "C", "E", None),
        (Owner.LATCH, True, False, "crm"),
        (Owner.LATCH, False, True, "erp"),
        (Owner.PREFER_NON_BLANK, "C", None, "crm"),
        (Owner.PREFER_NON_BLANK, None, "E", "erp"),
        (Owner.PREFER_NON_BLANK, "C", "E", "erp"),
    ],
)
def test_the_owner_decides_and_both_values_are_kept(
    owner: Owner, crm: Neutral, erp: Neutral, winner: str | None
) -> None:
    compiled = a_map(owner, "boolean" if owner is Owner.LATCH else "text")
    found = clash(compiled, crm, erp)
    (kept,) = found.clashes
    assert (kept.crm, kept.erp, kept.winner) == ({"f": crm}, {"f": erp}, winner)
    written = {side: values for side, values in found.writes.items() if values}
    taken = {"crm": crm, "erp": erp}
    assert written == ({Side(winner).other: {"f": taken[winner]}} if winner else {})
    ruled = a_map(Owner.CRM if winner == "erp" else Owner.ERP, compiled.map.fields[0].type)
    again = clash(ruled, crm, erp, OwnerRule("things", "f", owner, 3, "Ann", "2026"))
    assert (again.clashes[0].winner, again.writes) == (winner, found.writes)
    assert again.clashes[0].policy.endswith(", by rule 3 of Ann")


def test_a_rule_that_was_taken_back_says_nothing() -> None:
    rule = OwnerRule("things", "f", None, 2, "Ann", "2026")
    assert clash(a_map(Owner.CRM), "C", "E", rule).clashes[0].winner == "crm"


@pytest.mark.parametrize(
    ("crm", "erp", "done"),
    [
        ("C", "E", True),
        ("X", "E", True),  # a part of it was written before
        ("X", "X", True),
        ("C", "newer", False),
        ("newer", "E", False),
    ],
)
def test_a_decision_is_done_only_about_what_the_person_saw(
    crm: Neutral, erp: Neutral, done: bool
) -> None:
    asked = Conflict(
        "1",
        "l",
        ConflictKind.CLASH,
        "f",
        crm={"f": "C"},
        erp={"f": "E"},
        asked=Take.VALUE.value,
        asked_by="Ann",
        asked_value={"f": "X"},
    )
    base = {"f": Agreed("old", "old")}
    compiled = a_map(Owner.MANUAL)
    found = merge(compiled, {"f": erp}, {"f": crm}, base, disputes={"f": (asked,)})
    assert (found.followed == ["1"]) is done
    if done:
        for side, value in ((Side.CRM, crm), (Side.ERP, erp)):
            assert found.writes[side] == ({} if value == "X" else {"f": "X"})
    else:
        assert found.writes == {Side.CRM: {}, Side.ERP: {}}
        assert "what Ann decided was not done" in found.clashes[0].policy
