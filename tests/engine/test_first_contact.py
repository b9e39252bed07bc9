"""First contact: nothing is written before maps are started, and the master decides differences."""

from __future__ import annotations

import pytest

from sync.core.conflict import ConflictKind, ConflictState
from sync.engine.maps import start_maps
from sync.errors import ConfigurationWrong
from tests.engine.bench import Bench


async def test_nothing_is_written_before_a_map_is_started(bench: Bench) -> None:
    bench.new_account("A-1", "First")
    await bench.run()
    assert bench.systems.writes == 0
    assert bench.prospect("A-1") is None
    await bench.start()
    assert bench.prospect("A-1")["ProspectName"] == "First"


@pytest.mark.parametrize(("master", "name"), [("crm", "By the CRM"), ("erp", "By the ERP")])
async def test_the_master_wins_and_the_other_value_is_kept(
    bench: Bench, master: str, name: str
) -> None:
    bench.new_account("A-1", "By the CRM")
    bench.new_prospect("A-1", "By the ERP")
    await bench.start(master)
    assert bench.account("A-1")["name"] == bench.prospect("A-1")["ProspectName"] == name
    (found,) = await bench.conflicts(kind=ConflictKind.FIRST_CONTACT, field="name")
    assert (found.crm, found.erp) == ({"name": "By the CRM"}, {"name": "By the ERP"})
    assert found.state is ConflictState.RESOLVED


async def test_without_a_master_differences_stand(bench: Bench) -> None:
    bench.new_account("A-1", "By the CRM")
    bench.new_prospect("A-1", "By the ERP")
    bench.new_account("A-2", "Equal")
    bench.new_prospect("A-2", "Equal")
    await bench.start("none")
    assert bench.account("A-1")["name"] == "By the CRM"
    assert bench.prospect("A-1")["ProspectName"] == "By the ERP"
    (found,) = await bench.conflicts()
    assert (found.kind, found.field) == (ConflictKind.FIRST_CONTACT, "name")
    assert found.state is ConflictState.OPEN
    assert bench.account("A-2")["msdyn_partynumber"] == bench.prospect("A-2")["ProspectPartyNumber"]
    bench.edit_prospect("A-1", ProspectName="By the CRM")
    await bench.run()
    (found,) = await bench.conflicts(kind=ConflictKind.FIRST_CONTACT, field="name")
    assert found.state is ConflictState.RESOLVED


async def test_without_a_master_new_records_cross_without_conflict(bench: Bench) -> None:
    """What the ERP draws or fills in for a record that we made is no disagreement."""
    bench.new_account("A-1", "First")
    bench.new_prospect("A-2", "Second")
    group = {"msdyn_customergroupid@odata.bind": bench.group("10")}
    bench.new_account("A-3", "Third", 3, **group)
    bench.new_customer("A-4", "Fourth")
    await bench.start("none")
    assert await bench.conflicts() == []
    assert bench.account("A-1")["msdyn_partynumber"] == bench.prospect("A-1")["ProspectPartyNumber"]
    assert bench.customer("A-3")["PaymentTerms"] == "Net30"
    assert bench.account("A-3")["_msdyn_paymentterm_value"] is not None


async def test_an_unknown_master_or_map_is_refused(bench: Bench) -> None:
    with pytest.raises(ConfigurationWrong, match="is no master"):
        await bench.start("both")
    with pytest.raises(ConfigurationWrong, match="There is no map 'prospect'"):
        await start_maps(bench.store, bench.kinds, ["prospect"], "crm", bench.clock)


async def test_a_started_map_brings_those_it_needs(bench: Bench) -> None:
    await bench.start("erp", ["prospects-accounts"])
    async with bench.store.transaction() as tx:
        running = {run.map_id for run in (await tx.map_runs()).values() if run.state == "running"}
    assert {"prospects-accounts", "companies", "currencies", "customer-groups"} <= running


@pytest.mark.parametrize("master", ["crm", "erp", "none"])
async def test_the_party_of_a_prospect_is_not_emptied_by_a_customer_without_one(
    bench: Bench, master: str
) -> None:
    """The CRM's user converted it before the service ran; the ERP converts with the prospect's."""
    group = {"msdyn_customergroupid@odata.bind": bench.group("20")}
    bench.new_account("A-1", "First", 3, **group)
    bench.new_prospect("A-1", "First", CustomerGroupId="20")
    party = bench.prospect("A-1")["ProspectPartyNumber"]
    await bench.start(master)
    assert bench.customer("A-1")["PartyNumber"] == party
    assert bench.account("A-1")["msdyn_partynumber"] == party
    assert not await bench.conflicts()
