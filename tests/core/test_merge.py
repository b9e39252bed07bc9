"""Laws of the three-way merge, over arbitrary values, bases, owners and directions."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.compiled import CompiledMap
from sync.core.conflict import ConflictKind
from sync.core.link import Agreed, Neutral
from sync.core.mapping import Direction, FieldMap, Half, Member, Owner, TableMap
from sync.core.merge import merge
from sync.core.merged import NOT_SYNCHRONISED, Merge
from sync.core.row import Side
from sync.core.values import is_blank

_NAMES = ("a", "b", "c", "d")
_values = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]), st.text(min_size=1, max_size=3))
_readings = st.fixed_dictionaries(dict.fromkeys(_NAMES, _values))
_pairs = st.tuples(_values, _values).map(lambda pair: Agreed(*pair))
_bases = st.dictionaries(st.sampled_from(_NAMES), _pairs)


def _compiled(
    owners: tuple[Owner, ...], directions: tuple[Direction, ...], grouped: bool
) -> CompiledMap:
    """Four text fields; the last two may be one group."""
    fields = [
        FieldMap(
            name,
            Half(name.upper(), "row"),
            Half(name, "main"),
            owner=owner if not (grouped and name == "d") else owners[2],
            direction=direction if not (grouped and name == "d") else directions[2],
            group="pair" if grouped and name in "cd" else None,
        )
        for name, owner, direction in zip(_NAMES, owners, directions, strict=True)
    ]
    key = FieldMap("key", Half("KEY", "row"), Half("key", "main"), key=True)
    crm = Member("main", Side.CRM, "things", ("id",))
    erp = Member("row", Side.ERP, "Things", ("KEY",))
    return CompiledMap(TableMap("things", "1", "thing", crm, (erp,), (key, *fields)))


_maps = st.builds(
    _compiled,
    st.tuples(*[st.sampled_from(list(Owner)) for _ in _NAMES]),
    st.tuples(*[st.sampled_from(list(Direction)) for _ in _NAMES]),
    st.booleans(),
)


def _after(found: Merge, side: Side, reading: dict[str, Neutral]) -> dict[str, Neutral]:
    return {**reading, **found.writes[side]}


def _base_after(found: Merge, base: dict[str, Agreed]) -> dict[str, Agreed]:
    written = {**found.writes[Side.CRM], **found.writes[Side.ERP]}
    return {**base, **found.agreed, **{name: Agreed(v, v) for name, v in written.items()}}


@given(_maps, _readings, _bases)
def test_equal_sides_write_nothing(compiled: CompiledMap, reading: dict, base: dict) -> None:
    """Identity: whatever the base says, who agrees has nothing to do."""
    found = merge(compiled, reading, dict(reading), base)
    assert found.writes == {Side.CRM: {}, Side.ERP: {}}
    assert not found.clashes
    assert {n: v for n, v in {**base, **found.agreed}.items() if n in _NAMES} == {
        name: Agreed(value, value) for name, value in reading.items()
    }


@given(_maps, _readings, _readings)
def test_what_nobody_changed_stays_quiet(compiled: CompiledMap, erp: dict, crm: dict) -> None:
    """An accepted difference is in the base."""
    base = {name: Agreed(erp[name], crm[name]) for name in _NAMES}
    found = merge(compiled, erp, crm, base)
    assert found.writes == {Side.CRM: {}, Side.ERP: {}}
    assert not found.clashes


@given(_maps, _readings, _readings, _bases)
def test_merging_again_writes_nothing(
    compiled: CompiledMap, erp: dict, crm: dict, base: dict
) -> None:
    """Idempotence: once the writes have happened, there is nothing left to write."""
    found = merge(compiled, erp, crm, base)
    erp, crm = _after(found, Side.ERP, erp), _after(found, Side.CRM, crm)
    again = merge(compiled, erp, crm, _base_after(found, base))
    assert again.writes == {Side.CRM: {}, Side.ERP: {}}
    assert {clash.unit for clash in again.clashes} <= {clash.unit for clash in found.clashes}


@given(_maps, _readings, _readings, _bases)
def test_no_value_is_invented(compiled: CompiledMap, erp: dict, crm: dict, base: dict) -> None:
    """What is written to a side stood on the other one."""
    found = merge(compiled, erp, crm, base)
    for name, value in found.writes[Side.ERP].items():
        assert value == crm[name]
    for name, value in found.writes[Side.CRM].items():
        assert value == erp[name]


@given(_maps, _readings, _readings, _bases)
def test_no_changed_value_is_lost_silently(
    compiled: CompiledMap, erp: dict, crm: dict, base: dict
) -> None:
    """A value written over was the agreed one, a blank, or stands in a clash."""
    found = merge(compiled, erp, crm, base)
    for side, reading in ((Side.ERP, erp), (Side.CRM, crm)):
        for unit in compiled.units:
            if unit.names[0] not in found.writes[side]:
                continue
            old = tuple(reading[name] for name in unit.names)
            known = all(name in base for name in unit.names)
            agreed = known and old == tuple(base[name].of(side) for name in unit.names)
            clashed = any(clash.unit == unit.name for clash in found.clashes)
            assert agreed or clashed or all(is_blank(value) for value in old)


@given(_maps, _readings, _readings, _bases)
def test_directions_are_kept_and_groups_stay_whole(
    compiled: CompiledMap, erp: dict, crm: dict, base: dict
) -> None:
    found = merge(compiled, erp, crm, base)
    for unit in compiled.units:
        for side in Side:
            inside = [name in found.writes[side] for name in unit.names]
            assert all(inside) or not any(inside)
            if any(inside):
                assert unit.rule.direction.allows(side)


_MIRRORED = {Owner.CRM: Owner.ERP, Owner.ERP: Owner.CRM}


@given(
    st.tuples(*[st.sampled_from([Owner.CRM, Owner.ERP, Owner.MANUAL]) for _ in _NAMES]),
    st.booleans(),
    _readings,
    _readings,
    _bases,
)
def test_the_sides_are_alike_but_for_the_owner(
    owners: tuple[Owner, ...], grouped: bool, erp: dict, crm: dict, base: dict
) -> None:
    """Symmetry: swap sides and owners, and the result is swapped."""
    both = (Direction.BOTH,) * len(_NAMES)
    mirrored = tuple(_MIRRORED.get(owner, owner) for owner in owners)
    found = merge(_compiled(owners, both, grouped), erp, crm, base)
    swapped = merge(
        _compiled(mirrored, both, grouped),
        crm,
        erp,
        {name: Agreed(agreed.crm, agreed.erp) for name, agreed in base.items()},
    )
    assert found.writes[Side.ERP] == swapped.writes[Side.CRM]
    assert found.writes[Side.CRM] == swapped.writes[Side.ERP]
    assert [c.unit for c in found.clashes] == [c.unit for c in swapped.clashes]


def _calculated() -> CompiledMap:
    """A line's amount that both systems calculate, beside its quantity that people type."""
    compiled = _compiled((Owner.ERP,) * 4, (Direction.BOTH, Direction.TO_CRM, *_BOTH), False)
    fields = [
        msgspec.structs.replace(field, calculated=field.name == "b")
        for field in compiled.map.fields
    ]
    return CompiledMap(msgspec.structs.replace(compiled.map, fields=tuple(fields)))


_BOTH = (Direction.BOTH, Direction.BOTH)
_SAME = {name: Agreed("x", "x") for name in _NAMES}
_READ: dict[str, Neutral] = dict.fromkeys(_NAMES, "x")


def test_what_both_calculate_is_no_clash_at_first() -> None:
    found = merge(_calculated(), {**_READ, "b": "net"}, {**_READ, "b": "gross"}, {})
    assert found.clashes == []
    assert found.writes == {Side.CRM: {"b": "net"}, Side.ERP: {}}


def test_what_both_calculated_anew_is_no_clash() -> None:
    found = merge(_calculated(), {**_READ, "b": "net"}, {**_READ, "b": "gross"}, _SAME)
    assert found.clashes == []
    assert found.writes == {Side.CRM: {"b": "net"}, Side.ERP: {}}


def test_what_only_the_other_side_calculated_anew_is_brought_back() -> None:
    found = merge(_calculated(), _READ, {**_READ, "b": "gross"}, _SAME)
    assert found.writes == {Side.CRM: {"b": "x"}, Side.ERP: {}}
    assert found.marks == {}


def test_it_is_left_while_its_cause_is_on_the_way() -> None:
    """The quantity that a CRM user typed makes the ERP calculate anew; the old amount would lie."""
    found = merge(_calculated(), _READ, {**_READ, "a": "4", "b": "gross"}, _SAME)
    assert found.writes == {Side.CRM: {}, Side.ERP: {"a": "4"}}
    assert found.marks == {"b": NOT_SYNCHRONISED}


def _chosen(erp: bool | None, crm: bool | None, master: str | None, **more: Any) -> Merge:
    """A yes or no that was never agreed on, of a field that both sides may set."""
    field = FieldMap(
        "flag", Half("FLAG", "row"), Half("flag", "main"), type="boolean", owner=Owner.ERP, **more
    )
    key = FieldMap("key", Half("KEY", "row"), Half("key", "main"), key=True)
    crm_row = Member("main", Side.CRM, "things", ("id",))
    erp_row = Member("row", Side.ERP, "Things", ("KEY",))
    compiled = CompiledMap(TableMap("t", "1", "thing", crm_row, (erp_row,), (key, field)))
    return merge(compiled, {"flag": erp}, {"flag": crm}, {}, master=master)


@pytest.mark.parametrize(
    ("master", "kind"), [("erp", ConflictKind.FIRST_CONTACT), (None, ConflictKind.CLASH)]
)
def test_a_no_that_may_have_been_chosen_is_kept(master: str | None, kind: ConflictKind) -> None:
    """An empty column reads as No as well: it is replaced, but not unseen."""
    found = _chosen(erp=True, crm=False, master=master)
    assert found.writes[Side.CRM] == {"flag": True}
    (clash,) = found.clashes
    assert (clash.kind, clash.winner, clash.crm) == (kind, Side.ERP, {"flag": False})


@pytest.mark.parametrize("master", ["erp", None])
def test_a_no_of_a_side_that_never_sets_the_field_is_none(master: str | None) -> None:
    found = _chosen(erp=True, crm=False, master=master, direction=Direction.TO_CRM)
    assert found.writes[Side.CRM] == {"flag": True}
    assert not found.clashes
