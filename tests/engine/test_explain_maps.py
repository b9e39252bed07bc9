"""Explain: what older versions of a map made of a field is told with those versions."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import pytest
from msgspec.structs import replace

from sync.core.mapping import Direction, FieldMap
from sync.engine.field_standing import FieldStanding
from sync.engine.versions import keep_versions
from sync.errors import FieldUnknown
from tests.engine.bench import Bench
from tests.engine.explaining import CRM, ERP, explained, later, values

Change = Callable[[FieldMap], FieldMap | None]
ACCOUNTS = ("prospects-accounts", "customers-accounts")


async def begin(bench: Bench, version: str | None = None, **changes: Change) -> str:
    """The service begins with another version of the accounts' maps; returns the moment before.

    Args:
        bench: The service.
        version: The version of both maps; as they are by default.
        changes: Field → what the maps make of it from now on.
    """
    before = later(bench)
    for map_id in ACCOUNTS if version is not None else ():
        made = [changes.get(f.name, lambda same: same)(f) for f in bench.map(map_id).fields]
        fields = tuple(field for field in made if field is not None)
        bench.change_map(map_id, version=version, fields=fields)
    await keep_versions(bench.store, bench.kinds, bench.clock)
    return before


def called(name: str) -> Change:
    """A field of another name."""
    return lambda field: replace(field, name=name)


def saying(new: str) -> Change:
    """A choice whose *Invoice* is called otherwise in the service's own terms."""

    def change(field: FieldMap) -> FieldMap:
        half = field.erp
        old = next(neutral for neutral, own in half.pairs if own == "Invoice")
        halves = {
            side: replace(half, pairs=tuple((new if n == old else n, own) for n, own in half.pairs))
            for side, half in (("crm", field.crm), ("erp", field.erp))
        }
        return replace(field, **halves)

    return change


def without_invoice(field: FieldMap) -> FieldMap:
    """A choice that does not know *Invoice* any more."""
    halves = {
        side: replace(half, pairs=tuple(pair for pair in half.pairs if pair[0] != "Invoice"))
        for side, half in (("crm", field.crm), ("erp", field.erp))
    }
    return replace(field, **halves)


def gone(_field: FieldMap) -> None:
    """Not in the map any more."""


@pytest.fixture
async def customer(bench: Bench) -> Bench:
    """A-1 is a customer on both sides; the ERP has put it on hold for invoices."""
    group = {"msdyn_customergroupid@odata.bind": bench.group("10")}
    await begin(bench)
    bench.new_account("A-1", "First", 3, telephone1="+1 1", **group)
    await bench.start()
    later(bench)
    bench.edit_customer("A-1", OnHoldStatus="Invoice")
    await bench.run()
    return bench


async def test_a_value_is_told_as_the_value_map_of_its_time_has_it(customer: Bench) -> None:
    before = await begin(customer, "2.0.0.0", on_hold=saying("no invoices"))
    await customer.run()
    now, then = [await explained(customer, "on_hold", at=at) for at in (None, before)]
    assert values(then) == {CRM: "Invoice", ERP: "Invoice"}
    assert (then.map.version, now.map.version) == ("1.0.1.1", "2.0.0.0")
    assert values(now) == {CRM: "no invoices", ERP: "no invoices"}
    changed = next(m for m in now.moments if m.what == "map")
    assert changed.values == values(now)
    assert "customers-accounts 2.0.0.0" in changed.reason
    assert now.sides[ERP].cause == then.sides[ERP].cause
    assert now.sides[ERP].cause.event is not None
    assert now.sides[CRM].cause == then.sides[CRM].cause


async def test_a_value_that_a_new_value_map_does_not_know_is_told_so(customer: Bench) -> None:
    before = await begin(customer, "2.0.0.0", on_hold=without_invoice)
    after = later(customer)
    then, now = [await explained(customer, "on_hold", at=at) for at in (before, None)]
    assert values(then) == {CRM: "Invoice", ERP: "Invoice"}
    assert now.standing is FieldStanding.UNREADABLE
    changed = now.moments[0]
    assert (changed.what, changed.values) == ("map", {CRM: None, ERP: None})
    assert changed.reason.count("cannot be carried across") == 2
    assert values(await explained(customer, "on_hold", at=after)) == {CRM: None, ERP: None}


async def test_a_field_is_found_by_its_name_of_then_and_of_now(customer: Bench) -> None:
    before = await begin(customer, "2.0.0.0", phone=called("telephone"))
    for name in ("phone", "telephone", "PrimaryContactPhone"):
        then = await explained(customer, name, at=before)
        assert (then.field, values(then)) == ("phone", {CRM: "+1 1", ERP: "+1 1"})
        assert then.sides[ERP].how.what == "written"
        now = await explained(customer, name)
        assert (now.field, values(now)) == ("telephone", {CRM: "+1 1", ERP: "+1 1"})
        assert (now.rule.crm, then.rule.crm) == ("telephone1", "telephone1")
        assert now.sides[ERP].how == then.sides[ERP].how
    assert "the field was called phone before" in now.moments[0].reason


async def test_a_field_that_left_the_map_is_told_as_it_was_last(customer: Bench) -> None:
    before = await begin(customer, "2.0.0.0", phone=gone)
    now = await explained(customer, "phone")
    assert (now.standing, now.rule) == (FieldStanding.NOT_SYNCHRONISED, None)
    assert "No map has it now" in now.why
    assert values(now) == {CRM: "+1 1", ERP: "+1 1"}
    assert "does not have the field any more" in now.moments[0].reason
    then = await explained(customer, "phone", at=before)
    assert (values(then), then.standing) == (values(now), FieldStanding.EQUAL)
    assert (then.rule.owner, then.map.version) == ("crm", "1.0.1.1")
    with pytest.raises(FieldUnknown, match="no field 'nonsense'"):
        await explained(customer, "nonsense")


async def test_a_map_that_came_back_is_told_for_each_of_its_times(customer: Bench) -> None:
    await begin(customer, "2.0.0.0", on_hold=saying("no invoices"))
    second = await begin(customer, "1.0.0.0", on_hold=saying("Invoice"))
    third = await begin(customer, "3.0.0.0", on_hold=saying("unbilled"))
    again = await begin(customer, "1.0.0.0", on_hold=saying("Invoice"))
    times = (second, third, again, None)
    told = [values(await explained(customer, "on_hold", at=at))[CRM] for at in times]
    assert told == ["no invoices", "Invoice", "unbilled", "Invoice"]
    async with customer.store.transaction() as tx:
        kept = {one.digest: one for one in await tx.map_versions_of(["account"])}
    now = kept[customer.map("customers-accounts").digest]
    assert len(now.again) == 1


async def test_another_rule_for_a_field_is_told_from_its_time_on(customer: Bench) -> None:
    before = await begin(
        customer, "2.0.0.0", email=lambda field: replace(field, direction=Direction.TO_CRM)
    )
    now, then = [await explained(customer, "email", at=at) for at in (None, before)]
    assert (then.rule.direction, now.rule.direction) == ("both", "to_crm")
    assert "treats the field otherwise" in now.moments[0].reason
    assert all(m.what != "map" for m in (await explained(customer, "name")).moments)


async def test_what_is_kept_of_a_map_is_what_its_digest_is_of(customer: Bench) -> None:
    async with customer.store.transaction() as tx:
        kept = await tx.map_versions_of(customer.kinds)
    assert {one.digest for one in kept} == {m.digest for m in customer.kinds.table_maps}
    for one in kept:
        assert blake2b(one.text.encode(), digest_size=8).hexdigest() == one.digest
    await keep_versions(customer.store, customer.kinds, customer.clock)
    async with customer.store.transaction() as tx:
        assert await tx.map_versions_of(customer.kinds) == kept


async def test_a_version_without_its_text_gets_it_and_keeps_its_time(customer: Bench) -> None:
    """An earlier version of the service kept of a map how it treats its fields, and no more."""
    async with customer.store.transaction() as tx:
        kept = await tx.map_versions_of(["account"])
        await tx.put_map_versions([replace(one, kind=None, text=None) for one in kept])
        assert await tx.map_versions_of(["account"]) == []
    assert values(await explained(customer, "on_hold")) == {CRM: "Invoice", ERP: "Invoice"}
    await begin(customer)
    async with customer.store.transaction() as tx:
        assert await tx.map_versions_of(["account"]) == kept
