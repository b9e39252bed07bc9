"""A person decides a conflict through the service: what is done, what is not, and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
import pytest

from sync.core.conflict import Conflict, ConflictKind, ConflictState, Take
from sync.core.link import LinkState
from sync.core.mapping import Owner
from sync.core.row import Side
from sync.core.write import ChangeSet, Outcome, Written
from sync.engine.reopening import reopen
from sync.engine.resolving import Resolution, Resolved, resolve
from sync.engine.rules import remove_rule, set_rule
from sync.ports import Transaction
from sync.testing.faulty import Fault
from tests.engine.bench import Bench, once
from tests.engine.between import Between


async def clashing(bench: Bench, owner: Owner = Owner.MANUAL) -> Conflict:
    """Both sides gave A-1 a name of their own, which the map leaves to a person."""
    bench.new_account("A-1", "First")
    await bench.start()
    for map_id in ("prospects-accounts", "customers-accounts"):
        name = {"name": owner}
        fields = tuple(
            msgspec.structs.replace(f, owner=name.get(f.name, f.owner))
            for f in bench.map(map_id).fields
        )
        bench.change_map(map_id, fields=fields)
    edit(bench, crm="By the CRM", erp="By the ERP")
    await bench.run()
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH)
    return clash


def edit(bench: Bench, crm: str | None = None, erp: str | None = None) -> None:
    account = bench.account("A-1")
    assert account is not None
    if crm is not None:
        bench.edit_account(account["accountid"], name=crm)
    if erp is not None:
        bench.edit_prospect("A-1", ProspectName=erp)


def names(bench: Bench) -> tuple[str, str]:
    """What the CRM and the ERP call A-1."""
    account, prospect = bench.account("A-1"), bench.prospect("A-1")
    assert account is not None
    assert prospect is not None
    return account["name"], prospect["ProspectName"]


async def decide(bench: Bench, conflict: Conflict, take: Take, value: Any = None) -> Resolved:
    resolution = Resolution(take, "Ann", value)
    return await resolve(bench.store, bench.kinds, [conflict.id], resolution, bench.clock)


@pytest.mark.parametrize(
    ("take", "value", "name"),
    [
        (Take.CRM, None, "By the CRM"),
        (Take.ERP, None, "By the ERP"),
        (Take.VALUE, "By Ann", "By Ann"),
    ],
)
async def test_what_is_taken_is_on_both_sides(
    bench: Bench, take: Take, value: str | None, name: str
) -> None:
    clash = await clashing(bench)
    (asked,) = (await decide(bench, clash, take, value)).done
    assert (asked.state, asked.asked_by) == (ConflictState.OPEN, "Ann")
    await bench.run()
    assert names(bench) == (name, name)
    (closed,) = await bench.conflicts()
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")
    assert (closed.crm, closed.erp) == ({"name": "By the CRM"}, {"name": "By the ERP"})
    link = await bench.link("account", "usmf|a-1")
    assert link.state is LinkState.SETTLED
    writes = bench.systems.writes
    await bench.look(full=True)
    await bench.run()
    assert bench.systems.writes == writes
    async with bench.store.transaction() as tx:
        (act,) = await tx.acts(conflict_id=clash.id)
        receipts = await tx.receipts(link_id=link.id)
    assert (act.by, act.what, act.said["take"]) == ("Ann", "resolve", take.value)
    assert act.said["crm"] == {"name": "By the CRM"}
    reasons = [change["reason"] for change in receipts[-1].changes if change["field"] == "name"]
    assert reasons
    assert all("Ann" in reason and clash.id in reason for reason in reasons)


async def test_what_is_left_stays_until_the_next_edit(bench: Bench) -> None:
    clash = await clashing(bench)
    writes = bench.systems.writes
    await decide(bench, clash, Take.LEAVE)
    await bench.run()
    assert names(bench) == ("By the CRM", "By the ERP")
    assert bench.systems.writes == writes
    (closed,) = await bench.conflicts()
    assert closed.resolved_by == "Ann"
    link = await bench.link("account", "usmf|a-1")
    assert (link.state, link.fields["name"]) == (LinkState.SETTLED, "not synchronised")
    edit(bench, crm="Edited")
    await bench.run()
    assert names(bench) == ("Edited", "Edited")
    kept = [c for c in await bench.conflicts() if c.erp == {"name": "By the ERP"}]
    assert kept


@pytest.mark.parametrize("take", [Take.CRM, Take.ERP, Take.VALUE, Take.LEAVE])
async def test_a_value_that_changed_meanwhile_is_not_overwritten(bench: Bench, take: Take) -> None:
    clash = await clashing(bench)
    edit(bench, erp="Newer")
    await decide(bench, clash, take, "By Ann" if take is Take.VALUE else None)
    await bench.run()
    assert names(bench) == ("By the CRM", "Newer")
    (again,) = await bench.conflicts(state=ConflictState.OPEN)
    assert (again.crm, again.erp) == ({"name": "By the CRM"}, {"name": "Newer"})
    assert "Ann" in again.policy
    (before,) = await bench.conflicts(id=clash.id)
    assert (before.state, before.resolved_by) == (ConflictState.RESOLVED, "a later edit")
    await decide(bench, again, Take.ERP)
    await bench.run()
    assert names(bench) == ("Newer", "Newer")


async def test_an_edit_between_decision_and_write_is_not_overwritten(bench: Bench) -> None:
    clash = await clashing(bench)
    await decide(bench, clash, Take.CRM)
    bench.before_write = lambda: edit(bench, erp="Just now")
    await bench.run()
    assert names(bench) == ("By the CRM", "Just now")
    (again,) = await bench.conflicts(state=ConflictState.OPEN)
    assert again.erp == {"name": "Just now"}


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.DOWN])
@pytest.mark.parametrize("side", list(Side))
async def test_a_value_is_written_to_both_sides_whatever_fails(
    bench: Bench, side: Side, fault: Fault
) -> None:
    clash = await clashing(bench)
    await decide(bench, clash, Take.VALUE, "By Ann")
    bench.weather[side] = once(fault)
    await bench.run()
    assert names(bench) == ("By Ann", "By Ann")
    (closed,) = await bench.conflicts()
    assert closed.resolved_by == "Ann"


async def test_a_write_that_a_system_refuses_leaves_the_conflict_open(bench: Bench) -> None:
    clash = await clashing(bench)
    await decide(bench, clash, Take.VALUE)
    await bench.run()
    (still,) = await bench.conflicts(id=clash.id)
    assert (still.state, still.asked) == (ConflictState.OPEN, "value")
    assert await bench.conflicts(kind=ConflictKind.REFUSED, state=ConflictState.OPEN)


@pytest.mark.parametrize(
    ("take", "value", "left"),
    [
        (Take.VALUE, "By Bob", ("By Bob", "By Bob")),
        (Take.ERP, None, ("By the ERP", "By the ERP")),
        (Take.CRM, None, ("By the CRM", "By the CRM")),
        (Take.LEAVE, None, (None, "By the ERP")),
    ],
)
async def test_another_decision_replaces_one_that_was_half_refused(
    bench: Bench, take: Take, value: str | None, left: tuple[str | None, str]
) -> None:
    """The CRM took the blank name, the ERP refused it; nobody has edited anything."""
    clash = await clashing(bench)
    await decide(bench, clash, Take.VALUE)
    await bench.run()
    assert names(bench) == (None, "By the ERP")
    await decide(bench, clash, take, value)
    await bench.run()
    assert names(bench) == left
    (closed,) = await bench.conflicts(id=clash.id)
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")
    assert not await bench.conflicts(state=ConflictState.OPEN)


@pytest.mark.parametrize("take", [Take.ERP, Take.VALUE, Take.LEAVE])
async def test_who_decides_while_another_decision_is_being_written_is_heard(
    bench: Bench, take: Take
) -> None:
    clash = await clashing(bench)
    value = "By Bob" if take is Take.VALUE else None
    later = Resolution(take, "Bob", value)
    said: list[Resolved] = []

    class Meanwhile(Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            outcomes: list[Outcome] = await self._inner.write(changesets)
            if len(said) == 0:
                said.append(await resolve(bench.store, bench.kinds, [clash.id], later, bench.clock))
            return outcomes

    bench.connectors[Side.ERP] = Meanwhile(bench.connectors[Side.ERP])
    bench.restart()
    await decide(bench, clash, Take.CRM)
    await bench.run()
    assert (
        names(bench)
        == {
            Take.ERP: ("By the ERP", "By the ERP"),
            Take.VALUE: ("By Bob", "By Bob"),
            Take.LEAVE: ("By the CRM", "By the CRM"),
        }[take]
    )
    (closed,) = await bench.conflicts(id=clash.id)
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Bob")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x" * 101, "has 101 characters"),
        (12, "is not a text"),
        ({"telephone": "1"}, "needs a value for each of: name"),
    ],
)
async def test_a_value_must_be_one_of_the_field(bench: Bench, value: Any, told: str) -> None:
    clash = await clashing(bench)
    (refused,) = (await decide(bench, clash, Take.VALUE, value)).refused
    assert told in refused.message
    assert refused.cure
    (still,) = await bench.conflicts()
    assert still.asked is None


async def test_many_are_decided_in_few_transactions_each_for_itself(bench: Bench) -> None:
    """What cannot be decided is told, and stops none of the others."""
    count = 250
    for number in range(count):
        bench.new_account(f"A-{number}", "By the CRM")
        bench.new_prospect(f"A-{number}", "By the ERP")
    await bench.start("none")
    found = await bench.conflicts(kind=ConflictKind.FIRST_CONTACT, field="name")
    assert len(found) == count
    opened = []
    transaction = bench.store.transaction

    def counted() -> AbstractAsyncContextManager[Transaction]:
        opened.append(1)
        return transaction()

    bench.store.transaction = counted  # type: ignore[method-assign]
    ids = [*(one.id for one in found), "nothing", found[0].id]
    resolution = Resolution(Take.ERP, "Ann", as_rule=True)
    resolved = await resolve(bench.store, bench.kinds, ids, resolution, bench.clock)
    assert len(opened) == 2
    assert [one.id for one in resolved.done] == [one.id for one in found]
    assert [one.id for one in resolved.refused] == ["nothing"]
    bench.store.transaction = transaction  # type: ignore[method-assign]
    async with bench.store.transaction() as tx:
        acts = await tx.acts(limit=1000)
        (rule,) = await tx.rules()
    assert [act.what for act in acts].count("resolve") == count
    assert (rule.map_id, rule.field, rule.owner) == ("prospects-accounts", "name", Owner.ERP)
    await bench.run()
    assert {row["name"] for row in bench.crm.list("accounts")} == {"By the ERP"}
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_a_settled_conflict_is_not_decided_again(bench: Bench) -> None:
    clash = await clashing(bench)
    await decide(bench, clash, Take.CRM)
    await bench.run()
    (refused,) = (await decide(bench, clash, Take.ERP)).refused
    assert "settled already, by Ann" in refused.message


async def test_as_a_rule_every_later_clash_is_decided_the_same(bench: Bench) -> None:
    clash = await clashing(bench)
    resolution = Resolution(Take.ERP, "Ann", as_rule=True)
    await resolve(bench.store, bench.kinds, [clash.id], resolution, bench.clock)
    await bench.run()
    assert names(bench) == ("By the ERP", "By the ERP")
    edit(bench, crm="CRM again", erp="ERP again")
    await bench.run()
    assert names(bench) == ("ERP again", "ERP again")
    (later,) = await bench.conflicts(crm={"name": "CRM again"})
    assert (later.winner, later.state) == ("erp", ConflictState.RESOLVED)
    assert later.policy == "the ERP owns the field, by rule 1 of Ann"


async def _unfit(bench: Bench, name: str = "x" * 101) -> Conflict:
    """The CRM's name of A-1 is longer than the ERP holds."""
    bench.new_account("A-1", "First")
    await bench.start()
    edit(bench, crm=name)
    await bench.run()
    (unfit,) = await bench.conflicts(kind=ConflictKind.UNFIT)
    assert (unfit.crm, unfit.erp) == ({"name": name}, {"name": "First"})
    assert unfit.base_crm == unfit.base_erp == {"name": "First"}
    return unfit


@pytest.mark.parametrize(
    ("take", "value", "name"), [(Take.VALUE, "Short", "Short"), (Take.ERP, None, "First")]
)
async def test_a_value_that_does_not_fit_is_replaced(
    bench: Bench, take: Take, value: str | None, name: str
) -> None:
    unfit = await _unfit(bench)
    await decide(bench, unfit, take, value)
    await bench.run()
    assert names(bench) == (name, name)
    (closed,) = await bench.conflicts()
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")


async def test_a_value_that_does_not_fit_cannot_be_taken_but_left(bench: Bench) -> None:
    unfit = await _unfit(bench)
    (refused,) = (await decide(bench, unfit, Take.CRM)).refused
    assert "has 101 characters" in refused.message
    await decide(bench, unfit, Take.LEAVE)
    await bench.run()
    (closed,) = await bench.conflicts()
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.SETTLED
    edit(bench, crm="y" * 102)
    await bench.run()
    (again,) = await bench.conflicts(state=ConflictState.OPEN)
    assert again.crm == {"name": "y" * 102}


async def test_a_record_that_could_not_be_made_is_made_with_a_given_value(bench: Bench) -> None:
    bench.new_account("A-1", "x" * 101)
    await bench.start()
    (unfit,) = await bench.conflicts(kind=ConflictKind.UNFIT)
    await decide(bench, unfit, Take.VALUE, "Short")
    await bench.run()
    assert names(bench) == ("Short", "Short")
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_what_was_refused_is_put_back_or_left(bench: Bench) -> None:
    """The ERP refuses a customer without a name."""
    clash = await clashing(bench)
    await decide(bench, clash, Take.VALUE)
    await bench.run()
    found = await bench.conflicts(kind=ConflictKind.REFUSED, state=ConflictState.OPEN)
    assert found
    for refused in found:
        assert "name" in refused.found(Side.CRM)
        assert "name" in refused.found(Side.ERP)
    await decide(bench, clash, Take.ERP)
    await bench.run()
    assert names(bench) == ("By the ERP", "By the ERP")
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_a_record_that_was_refused_is_left_until_it_is_edited(bench: Bench) -> None:
    """A customer without a group is not made in the ERP; a person leaves it in the CRM."""
    await bench.start()
    row_id = bench.new_account("A-1", "First", 3)
    await bench.run()
    (refused,) = await bench.conflicts(kind=ConflictKind.REFUSED)
    (why,) = (await decide(bench, refused, Take.CRM)).refused
    assert "no side can be taken" in why.message
    await decide(bench, refused, Take.LEAVE)
    await bench.run()
    (closed,) = await bench.conflicts()
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")
    for _ in range(2):
        link = await bench.link("account", "usmf|a-1")
        assert link.state is LinkState.SUSPENDED
        async with bench.store.transaction() as tx:
            receipts = await tx.receipts(link_id=link.id)
            await tx.wake([link.id], bench.clock.now())
        assert len(receipts) == 1, "it is not tried again"
        await bench.run()
    bench.edit_account(row_id, name="Second")
    await bench.run()
    (again,) = await bench.conflicts(state=ConflictState.OPEN)
    assert (again.kind, again.found(Side.CRM)["name"]) == (ConflictKind.REFUSED, "Second")
    await decide(bench, again, Take.LEAVE)
    await bench.run()
    await reopen(bench.store, bench.kinds, again.id, "Bob", None, bench.clock)
    await bench.run()
    assert await bench.conflicts(id=again.id, state=ConflictState.OPEN), "it is tried again"
    bench.edit_account(row_id, **{"msdyn_customergroupid@odata.bind": bench.group("10")})
    await bench.run()
    assert bench.customer("A-1")["CustomerGroupId"] == "10"
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_a_reopened_conflict_is_closed_by_an_edit(bench: Bench) -> None:
    clash = await clashing(bench, Owner.CRM)
    assert clash.state is ConflictState.RESOLVED
    opened = await reopen(bench.store, bench.kinds, clash.id, "Bob", "wrong", bench.clock)
    assert (opened.now_crm, opened.now_erp) == ({"name": "By the CRM"},) * 2
    writes = bench.systems.writes
    await bench.run()
    assert bench.systems.writes == writes
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.CONFLICT
    edit(bench, erp="Newer")
    await bench.run()
    assert names(bench) == ("Newer", "Newer")
    (closed,) = await bench.conflicts(id=clash.id)
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "a later edit")
    assert closed.erp == {"name": "By the ERP"}


async def test_a_reopened_conflict_gives_back_the_value_that_lost(bench: Bench) -> None:
    clash = await clashing(bench, Owner.CRM)
    await reopen(bench.store, bench.kinds, clash.id, "Bob", "wrong", bench.clock)
    await decide(bench, clash, Take.ERP)
    await bench.run()
    assert names(bench) == ("By the ERP", "By the ERP")
    (closed,) = await bench.conflicts(id=clash.id)
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")
    async with bench.store.transaction() as tx:
        acts = await tx.acts(conflict_id=clash.id)
    assert [(act.by, act.what) for act in acts] == [("Bob", "reopen"), ("Ann", "resolve")]
    assert acts[1].said["crm"] == {"name": "By the CRM"}


@pytest.mark.parametrize("letter", "uv")
async def test_what_was_decided_counts_before_what_was_opened_again(
    bench: Bench, letter: str
) -> None:
    """Two conflicts are about one field: one is decided, the other is only open again.

    With one letter or another, either conflict is the first by its id.
    """
    clash = await clashing(bench, Owner.CRM)
    edit(bench, crm=letter * 101)
    await bench.run()
    (unfit,) = await bench.conflicts(kind=ConflictKind.UNFIT)
    await decide(bench, unfit, Take.ERP)
    opened = await reopen(bench.store, bench.kinds, clash.id, "Bob", "wrong", bench.clock)
    assert opened.state is ConflictState.OPEN
    await bench.run()
    assert names(bench) == ("By the CRM", "By the CRM")
    (closed,) = await bench.conflicts(id=unfit.id)
    assert (closed.state, closed.resolved_by) == (ConflictState.RESOLVED, "Ann")


async def test_a_first_contact_is_decided_by_a_person(bench: Bench) -> None:
    bench.new_account("A-1", "By the CRM")
    bench.new_prospect("A-1", "By the ERP")
    await bench.start("none")
    (differ,) = await bench.conflicts(kind=ConflictKind.FIRST_CONTACT, field="name")
    await decide(bench, differ, Take.ERP)
    await bench.run()
    assert names(bench) == ("By the ERP", "By the ERP")
    (closed,) = await bench.conflicts(id=differ.id)
    assert closed.resolved_by == "Ann"


async def test_a_value_that_the_other_side_cannot_hold_is_not_taken(bench: Bench) -> None:
    """It was replaced on first contact, and opened again to have it back."""
    bench.new_account("A-1", "x" * 119)
    bench.new_prospect("A-1", "By the ERP")
    await bench.start("erp")
    (differ,) = await bench.conflicts(kind=ConflictKind.FIRST_CONTACT, field="name")
    await reopen(bench.store, bench.kinds, differ.id, "Ann", None, bench.clock)
    found = await decide(bench, differ, Take.CRM)
    assert not found.done
    assert "it has 119 characters, the ERP holds 100" in found.refused[0].message
    await bench.run()
    assert names(bench) == ("By the ERP", "By the ERP")


async def test_a_reference_is_given_by_its_number(bench: Bench) -> None:
    bench.new_account("A-1", "First", **{"msdyn_customergroupid@odata.bind": bench.group("10")})
    bench.new_prospect("A-1", "First", CustomerGroupId="20")
    await bench.start("none")
    (differ,) = await bench.conflicts(kind=ConflictKind.FIRST_CONTACT, field="customer_group")
    (refused,) = (await decide(bench, differ, Take.VALUE, "99")).refused
    assert "there is no customer group usmf|99" in refused.message
    await decide(bench, differ, Take.VALUE, "20")
    await bench.run()
    group = bench.account("A-1")["_msdyn_customergroupid_value"]
    assert group in bench.group("20")
    assert not await bench.conflicts(state=ConflictState.OPEN)


@pytest.mark.parametrize(
    ("owner", "crm", "erp", "winner"),
    [
        (Owner.CRM, "C", "E", "C"),
        (Owner.ERP, "C", "E", "E"),
        (Owner.PREFER_NON_BLANK, "C", "E", "E"),
        (Owner.PREFER_NON_BLANK, "C", "", "C"),
    ],
)
async def test_a_rule_names_any_owner(
    bench: Bench, owner: Owner, crm: str, erp: str, winner: str
) -> None:
    row_id = bench.new_account("A-1", "First", telephone1="1")
    await bench.start()
    await set_rule(
        bench.store, bench.kinds, "prospects-accounts", "phone", owner, by="Ann", clock=bench.clock
    )
    bench.edit_account(row_id, telephone1=crm)
    bench.edit_prospect("A-1", PrimaryPhoneNumber=erp)
    await bench.run()
    assert bench.account("A-1")["telephone1"] == winner
    assert bench.prospect("A-1")["PrimaryPhoneNumber"] == winner
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH)
    assert clash.policy.endswith("by rule 1 of Ann")


async def test_without_its_rule_a_field_is_its_maps_again(bench: Bench) -> None:
    clash = await clashing(bench, Owner.CRM)
    for_name = ("prospects-accounts", "name")
    await set_rule(bench.store, bench.kinds, *for_name, Owner.ERP, by="Ann", clock=bench.clock)
    await remove_rule(bench.store, bench.kinds, *for_name, by="Bob", clock=bench.clock)
    edit(bench, crm="CRM again", erp="ERP again")
    await bench.run()
    assert names(bench) == ("CRM again", "CRM again")
    assert clash.policy == "the CRM owns the field"


async def test_open_clashes_are_decided_by_a_new_rule(bench: Bench) -> None:
    clash = await clashing(bench)
    for_name = ("prospects-accounts", "name")
    await set_rule(bench.store, bench.kinds, *for_name, Owner.CRM, by="Ann", clock=bench.clock)
    await bench.run()
    assert names(bench) == ("By the CRM", "By the CRM")
    (closed,) = await bench.conflicts(id=clash.id)
    assert (closed.state, closed.winner) == (ConflictState.RESOLVED, "crm")
    assert closed.erp == {"name": "By the ERP"}


async def test_a_decided_value_that_a_system_does_not_keep_is_written_once(bench: Bench) -> None:
    """The ERP answers with its own value all the same: from then on that is its edit."""
    clash = await clashing(bench)
    written: list[ChangeSet] = []

    class Stubborn(Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            written.extend(changesets)
            await self._inner.write(changesets)
            edit(bench, erp="By the ERP")
            kept = await self._inner.read([c.writes[0].ref for c in changesets])
            return [Written((kept[c.writes[0].ref],)) for c in changesets]

    bench.connectors[Side.ERP] = Stubborn(bench.connectors[Side.ERP])
    bench.restart()
    await decide(bench, clash, Take.CRM)
    await bench.run()
    assert len(written) == 1
    assert names(bench) == ("By the ERP", "By the ERP")
    (over,) = await bench.conflicts(kind=ConflictKind.CLASH)
    assert (over.state, over.resolved_by) == (ConflictState.RESOLVED, "Ann")
    assert (over.crm, over.erp) == (clash.crm, clash.erp)
