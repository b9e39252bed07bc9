"""Dependencies: what waits is released, what waits for each other rests, nothing spins."""

from __future__ import annotations

from sync.core.conflict import ConflictState
from sync.core.link import LinkState
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON, ERP_PERSON


async def test_two_that_wait_for_each_other_rest(bench: Bench) -> None:
    """The account is held by a value that does not fit; its contact waits for it, it for that."""
    row_id = bench.new_account("A-1", "x" * 101)
    contact = {
        "lastname": "One",
        "parentcustomerid_account@odata.bind": f"/accounts({row_id})",
    }
    bench.crm.create("contacts", contact, CRM_PERSON)
    await bench.start()  # it would never come to rest
    bench.edit_account(row_id, name="Short")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Short"
    assert [row["LastName"] for row in bench.erp.list("ContactPersons")] == ["One"]
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_a_refused_record_rests_although_what_it_waited_for_is_there(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First", 3)
    contact = {
        "lastname": "One",
        "parentcustomerid_account@odata.bind": f"/accounts({row_id})",
    }
    bench.crm.create("contacts", contact, CRM_PERSON)
    await bench.start()
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.CONFLICT
    assert bench.customer("A-1") is None


async def test_a_location_crosses_when_an_address_asks_for_it() -> None:
    """And not before: it is asleep until then."""
    bench = Bench(gab=True)
    bench.new_prospect("A-1", "First")
    location = {"LocationId": "L-1", "Description": "Nobody's"}
    bench.erp.create("CDSPostalAddressLocations", location, ERP_PERSON)
    await bench.start()
    assert (await bench.link("location", "l-1")).state is LinkState.DORMANT
    assert bench.crm.list("msdyn_postaladdresscollections") == []
    party = bench.prospect("A-1")["ProspectPartyNumber"]
    link = {"PartyNumber": party, "LocationId": "L-1", "Purpose": "Delivery"}
    bench.erp.create("CDSPartyPostalAddressLocations", link, ERP_PERSON)
    await bench.run()
    assert [r["msdyn_location"] for r in bench.crm.list("msdyn_postaladdresscollections")] == [
        "L-1"
    ]
    assert len(bench.crm.list("msdyn_partypostaladdresses")) == 1


async def test_a_row_that_comes_back_to_an_earlier_version_is_told_again() -> None:
    """An e-address joins a customer's etag and leaves it; the etag is the first one again."""
    bench = Bench(gab=True)
    bench.new_customer("A-1", "First")
    await bench.start()
    party = bench.customer("A-1")["PartyNumber"]
    mail = {"PartyNumber": party, "Type": "Email", "Locator": "a@example.com"}
    made = bench.erp.create("PartyContactsV3", mail, ERP_PERSON)
    await bench.run()
    key = {name: made[name] for name in ("PartyNumber", "ElectronicAddressId")}
    bench.erp.delete("PartyContactsV3", key, ERP_PERSON)
    await bench.run()  # it would find the same change for ever
    assert await bench.look(full=True) == 0
