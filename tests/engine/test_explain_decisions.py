"""Explain: what was beaten in a clash, and what persons decided about it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sync.core.conflict import Take
from sync.core.mapping import Owner
from sync.core.row import Side
from sync.engine.field_standing import FieldStanding
from sync.engine.resolving import Resolution, resolve
from sync.engine.rules import remove_rule, set_rule
from sync.engine.versions import keep_versions
from tests.engine.bench import Bench
from tests.engine.explaining import CRM, ERP, explained, later, values
from tests.engine.test_resolving import clashing, edit


async def test_a_clash_tells_what_was_beaten_and_by_which_policy(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    before = later(bench)
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.run()
    found = await explained(bench, "name")
    assert values(found) == {CRM: "By the CRM", ERP: "By the CRM"}
    [beaten] = found.beaten
    assert (beaten.side, beaten.value, beaten.why) == (ERP, "By the ERP", "the CRM owns the field")
    [conflict] = await bench.conflicts()
    assert beaten.conflict == conflict.id
    assert found.sides[ERP].how.reason == ("both sides have their own; the CRM owns the field")
    then = await explained(bench, "name", at=before)
    assert (values(then), then.beaten) == ({CRM: "First", ERP: "First"}, ())


async def test_a_field_in_conflict_says_so_until_a_person_has_resolved_it(bench: Bench) -> None:
    fields = tuple(
        replace(field, owner=Owner.MANUAL) if field.name == "name" else field
        for field in bench.map("prospects-accounts").fields
    )
    bench.change_map("prospects-accounts", fields=fields)
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    later(bench)
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.run()
    clashing = later(bench)
    found = await explained(bench, "name")
    assert found.standing is FieldStanding.CONFLICT
    assert "Set both sides to the value that is right" in found.why
    assert values(found) == {CRM: "By the CRM", ERP: "By the ERP"}
    assert (found.beaten, found.rule.owner) == ((), "manual")
    bench.edit_account(row_id, name="By the ERP")
    await bench.run()
    later(bench)
    over = await explained(bench, "name")
    assert (over.standing, values(over)) == (
        FieldStanding.EQUAL,
        {CRM: "By the ERP", ERP: "By the ERP"},
    )
    assert [one.value for one in over.beaten] == ["By the CRM"]
    assert over.beaten[0].why == "resolved by a later edit"
    agreed = next(m for m in over.moments if m.what == "agreed")
    assert agreed.reason == "both sides changed it to the same"
    then = await explained(bench, "name", at=clashing)
    assert then.standing is FieldStanding.CONFLICT
    assert values(then) == {CRM: "By the CRM", ERP: "By the ERP"}


@pytest.mark.parametrize(
    ("take", "value", "stands", "beaten", "typed"),
    [
        (Take.ERP, None, "By the ERP", ["By the CRM"], ERP),
        (Take.CRM, None, "By the CRM", ["By the ERP"], CRM),
        (Take.VALUE, "By Ann", "By Ann", ["By the CRM", "By the ERP"], None),
    ],
)
async def test_what_a_person_decided_is_told_with_who_and_what_was_not_taken(
    bench: Bench, take: Take, value: str | None, stands: str, beaten: list[str], typed: Side | None
) -> None:
    clash = await clashing(bench)
    later(bench)
    await resolve(bench.store, bench.kinds, [clash.id], Resolution(take, "Ann", value), bench.clock)
    await bench.run()
    later(bench)
    found = await explained(bench, "name")
    assert values(found) == {CRM: stands, ERP: stands}
    assert sorted(one.value for one in found.beaten) == beaten
    assert {one.why for one in found.beaten} == {f"Ann decided: {take}"}
    written = [one.how for one in found.sides.values() if one.how.what == "written"]
    assert len(written) == (2 if typed is None else 1)
    assert all(how.reason.startswith(f"Ann decided conflict {clash.id}") for how in written)
    causes = {one.cause.side if one.cause else None for one in found.sides.values()}
    assert causes == {typed}


async def test_two_values_that_a_person_leaves_are_no_pending_difference(bench: Bench) -> None:
    clash = await clashing(bench)
    later(bench)
    await resolve(bench.store, bench.kinds, [clash.id], Resolution(Take.LEAVE, "Ann"), bench.clock)
    await bench.run()
    found = await explained(bench, "name")
    assert found.standing is FieldStanding.NOT_SYNCHRONISED
    assert values(found) == {CRM: "By the CRM", ERP: "By the ERP"}
    [agreed] = [m for m in found.moments if m.what == "agreed"]
    assert agreed.reason.endswith("each side keeps its own")


async def test_a_rule_of_a_person_is_named_beside_the_map(bench: Bench) -> None:
    clash = await clashing(bench)
    before = later(bench)
    decided = Resolution(Take.ERP, "Ann", as_rule=True)
    await resolve(bench.store, bench.kinds, [clash.id], decided, bench.clock)
    await bench.run()
    found = await explained(bench, "name")
    assert found.rule.owner == "manual"
    assert (found.owner_rule.owner, found.owner_rule.by) == (Owner.ERP, "Ann")
    assert (await explained(bench, "name", at=before)).owner_rule is None
    later(bench)
    edit(bench, crm="Again the CRM", erp="Again the ERP")
    await bench.run()
    again = await explained(bench, "name")
    assert values(again) == {CRM: "Again the ERP", ERP: "Again the ERP"}
    assert "the ERP owns the field, by rule 1 of Ann" in again.beaten[0].why


async def test_a_rule_that_was_changed_or_taken_back_is_told_for_its_time(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await keep_versions(bench.store, bench.kinds, bench.clock)
    await bench.start()
    place = bench.store, bench.kinds, "prospects-accounts", "name"
    times = [later(bench)]
    await set_rule(*place, Owner.ERP, by="Ann", clock=bench.clock)
    times.append(later(bench))
    await set_rule(*place, Owner.MANUAL, by="Bob", clock=bench.clock)
    times.append(later(bench))
    await remove_rule(*place, by="Cid", clock=bench.clock)
    bench.edit_account(row_id, name="Second")
    await bench.run()
    assert (await explained(bench, "name")).owner_rule is None
    then = [(await explained(bench, "name", at=at)).owner_rule for at in times]
    told = [(rule.owner, rule.version, rule.by) for rule in then[1:]]
    assert then[0] is None
    assert told == [(Owner.ERP, 1, "Ann"), (Owner.MANUAL, 2, "Bob")]
