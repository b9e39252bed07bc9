"""A service that comes back with other maps than its state was made with."""

from __future__ import annotations

import msgspec
import pytest

from sync.core.conflict import ConflictKind
from sync.core.link import LinkState
from sync.engine.maps import require_known, stop_maps
from sync.errors import ConfigurationWrong
from tests.engine.bench import Bench
from tests.simulation.systems import shipped_kinds


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
