"""A service that comes back with other maps than its state was made with."""

from __future__ import annotations

import msgspec
import pytest

from sync.core.conflict import ConflictKind
from sync.core.link import LinkState
from sync.core.mapping import FieldMap, Owner
from sync.engine.maps import require_known, stop_maps
from sync.engine.versions import keep_versions
from sync.errors import ConfigurationWrong
from tests.engine.bench import Bench
from tests.simulation.systems import shipped_kinds

ACCOUNTS = ("prospects-accounts", "customers-accounts")


async def test_a_new_column_is_read_before_it_is_written(bench: Bench) -> None:
    """What the CRM's image of before does not hold is not empty: a person may have typed it."""
    fields = bench.map("prospects-accounts").fields
    without = tuple(field for field in fields if field.name != "phone")
    customers = bench.map("customers-accounts").fields
    bench.change_map("prospects-accounts", fields=without)
    bench.change_map("customers-accounts", fields=tuple(f for f in customers if f.name != "phone"))
    bench.new_account("A-1", "First", telephone1="typed in the CRM")
    await bench.start()
    bench.change_map("prospects-accounts", fields=fields)
    bench.edit_prospect("A-1", PrimaryPhoneNumber="typed in the ERP")
    await bench.run()
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH, field="phone")
    assert clash.crm == {"phone": "typed in the CRM"}
    assert clash.erp == {"phone": "typed in the ERP"}
    assert bench.account("A-1")["telephone1"] == "typed in the CRM"


async def grown(bench: Bench, master: str = "none") -> dict[str, tuple[FieldMap, ...]]:
    """A service whose maps of accounts have no phone yet; returns their fields with it."""
    whole = {map_id: bench.map(map_id).fields for map_id in ACCOUNTS}
    for map_id, fields in whole.items():
        bench.change_map(map_id, fields=tuple(f for f in fields if f.name != "phone"))
    await keep_versions(bench.store, bench.kinds, bench.clock)
    await bench.start(master)
    return whole


async def begin_with(bench: Bench, whole: dict[str, tuple[FieldMap, ...]]) -> int:
    """The service begins with other maps; returns how many links it looks at for that."""
    bench.clock.advance(60)
    for map_id, fields in whole.items():
        bench.change_map(map_id, fields=fields)
    woken = await keep_versions(bench.store, bench.kinds, bench.clock)
    await bench.run()
    return woken


async def test_what_stands_in_a_new_column_crosses_when_its_map_begins(bench: Bench) -> None:
    """Nobody edits the records, and neither system tells of them anew."""
    bench.new_account("A-1", "Typed in the CRM", telephone1="+1 1")
    bench.new_prospect("A-2", "Typed in the ERP", PrimaryPhoneNumber="+1 2")
    bench.new_account("A-3", "Without one")
    whole = await grown(bench)
    assert bench.prospect("A-1")["PrimaryPhoneNumber"] == ""
    assert bench.account("A-2")["telephone1"] is None
    assert await begin_with(bench, whole) == 3
    assert bench.prospect("A-1")["PrimaryPhoneNumber"] == "+1 1"
    assert bench.account("A-2")["telephone1"] == "+1 2"
    assert not await bench.conflicts()
    writes = bench.systems.writes
    assert await begin_with(bench, whole) == 0
    assert bench.systems.writes == writes


async def test_two_values_in_a_new_column_are_kept_in_a_conflict(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    whole = await grown(bench)
    bench.edit_account(row_id, telephone1="+1 1")
    bench.edit_prospect("A-1", PrimaryPhoneNumber="+1 2")
    await bench.run()
    assert not await bench.conflicts()
    await begin_with(bench, whole)
    (clash,) = await bench.conflicts()
    assert (clash.kind, clash.winner) == (ConflictKind.CLASH, "crm")
    assert (clash.crm, clash.erp) == ({"phone": "+1 1"}, {"phone": "+1 2"})
    assert bench.prospect("A-1")["PrimaryPhoneNumber"] == "+1 1"


async def test_the_master_of_the_first_contact_empties_no_new_column(bench: Bench) -> None:
    """It had its say when the records met; a value that only one side has is nobody's rival."""
    bench.new_account("A-1", "First")
    bench.new_prospect("A-1", "First", PrimaryPhoneNumber="+1 2")
    whole = await grown(bench, "crm")
    await begin_with(bench, whole)
    assert bench.account("A-1")["telephone1"] == "+1 2"
    assert bench.prospect("A-1")["PrimaryPhoneNumber"] == "+1 2"
    assert not await bench.conflicts()


async def test_a_map_that_treats_a_field_otherwise_looks_at_nothing_anew(bench: Bench) -> None:
    bench.new_account("A-1", "First")
    await keep_versions(bench.store, bench.kinds, bench.clock)
    await bench.start()
    fields = bench.map("prospects-accounts").fields
    less = tuple(f for f in fields if f.name != "phone")
    assert await begin_with(bench, {"prospects-accounts": less}) == 0
    other = tuple(
        msgspec.structs.replace(f, owner=Owner.MANUAL) if f.name == "name" else f for f in less
    )
    assert await begin_with(bench, {"prospects-accounts": other}) == 0


async def test_a_record_that_cannot_be_decided_stops_no_other(bench: Bench) -> None:
    """A key field that got another name: links of before do not have it."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    for map_id in ("prospects-accounts", "customers-accounts"):
        fields = tuple(
            msgspec.structs.replace(f, name="account_number") if f.key else f
            for f in bench.map(map_id).fields
        )
        bench.change_map(map_id, fields=fields)
    bench.edit_account(row_id, accountnumber="A-9")
    bench.new_account("A-2", "Second")
    await bench.run()
    assert bench.prospect("A-2")["ProspectName"] == "Second"
    stopped = await bench.link("account", "usmf|a-1")
    assert stopped.state is LinkState.DEAD
    assert stopped.problem is not None
    assert stopped.problem.code == "decision_failed"
    assert "account A-1" in stopped.problem.message
    async with bench.store.transaction() as tx:
        (letter,) = await tx.dead_letters()
    assert letter.link_id == stopped.id
    told = [facts for name, facts in bench.told if name == "attention_needed"]
    assert [facts["code"] for facts in told] == ["decision_failed"]


@pytest.mark.parametrize("gab", [False, True])
async def test_the_other_flavour_is_refused_on_a_state_that_runs(gab: bool) -> None:
    bench = Bench(gab=gab)
    await bench.start()
    await require_known(bench.store, bench.kinds)
    others = shipped_kinds(not gab)
    with pytest.raises(ConfigurationWrong, match="contacts") as refused:
        await require_known(bench.store, others)
    assert "Set gab and maps_dir as they were" in str(refused.value)
    own = {m.id for m in bench.kinds.table_maps} - {m.id for m in others.table_maps}
    await stop_maps(bench.store, bench.kinds, own, bench.clock)
    await require_known(bench.store, others)
