"""Families: which records belong together, learned from what the maps' lookups hold."""

from __future__ import annotations

from sync.core.link import LinkState, link_id
from sync.core.row import Side
from sync.engine.explain import Explanation, explain
from sync.engine.family import Family, Member
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON, ERP_PERSON


async def family(bench: Bench, name: str, members: int = 10) -> Family:
    found = await explain(bench.store, bench.kinds, name, members=members)
    assert isinstance(found, Explanation)
    return found.family


def shape(member: Member) -> object:
    """Kind → the shapes of what is below; keys of what has nothing below."""
    return {group.kind: [shape(one) for one in group.members] for group in member.groups}


def customer(bench: Bench) -> str:
    bind = {"msdyn_customergroupid@odata.bind": bench.group("10")}
    return bench.new_account("A-1", "First", 3, **bind)


def contact(bench: Bench, account: str, last_name: str) -> str:
    body = {"lastname": last_name, "parentcustomerid_account@odata.bind": f"/accounts({account})"}
    number: str = bench.crm.create("contacts", body, CRM_PERSON)["msdyn_contactpersonid"]
    return number


async def test_a_contact_person_and_its_account_are_one_family() -> None:
    bench = Bench()
    account = bench.new_account(
        "A-1", "First", 3, **{"msdyn_customergroupid@odata.bind": bench.group("10")}
    )
    numbers = [contact(bench, account, name) for name in ("One", "Two")]
    await bench.start()
    from_top = await family(bench, "account:usmf|a-1")
    from_below = await family(bench, f"contact:usmf|{numbers[0]}")
    assert from_top.roots == from_below.roots
    [root] = from_top.roots
    assert (root.key, root.number, root.stage) == ("usmf|a-1", "A-1", "customer")
    assert {side: (one.there, one.stage) for side, one in root.sides.items()} == {
        Side.CRM: (True, "customer"),
        Side.ERP: (True, "customer"),
    }
    [group] = root.groups
    assert (group.kind, group.total, group.next) == ("contact", 2, None)
    assert [one.number for one in group.members] == sorted(numbers, reverse=True)
    assert {one.state for one in group.members} == {LinkState.SETTLED}
    assert [one.kind for one in from_below.path] == ["account", "contact"]
    assert [one.kind for one in from_top.path] == ["account"]


async def test_a_family_shows_who_waits_before_anything_was_agreed() -> None:
    """The record that is stuck is the one that a person looks for."""
    bench = Bench()
    account = bench.new_account("A-1", "First", 3)
    number = contact(bench, account, "One")
    await bench.start()
    [root] = (await family(bench, "account:usmf|a-1")).roots
    assert (root.state, root.problem, root.open_conflicts) == (LinkState.CONFLICT, "rejected", 1)
    assert (root.sides[Side.CRM].there, root.sides[Side.ERP].there) == (True, False)
    [group] = root.groups
    [waiting] = group.members
    assert (waiting.number, waiting.state) == (number, LinkState.WAITING)


async def test_with_an_address_book_the_party_and_its_addresses_belong_to_the_prospect() -> None:
    bench = Bench(gab=True)
    bench.new_prospect("A-1", "First")
    party = bench.prospect("A-1")["ProspectPartyNumber"]  # type: ignore[index]
    location = {"LocationId": "L-1", "Description": "Yard"}
    bench.erp.create("CDSPostalAddressLocations", location, ERP_PERSON)
    use = {"PartyNumber": party, "LocationId": "L-1", "Purpose": "Delivery"}
    bench.erp.create("CDSPartyPostalAddressLocations", use, ERP_PERSON)
    await bench.start()
    found = await family(bench, "location:l-1")
    assert [one.kind for one in found.path] == ["account", "party", "party_address", "location"]
    [root] = found.roots
    assert shape(root) == {"party": [{"party_address": [{"location": [{}]}]}]}


async def test_a_party_of_two_customers_has_two_roots() -> None:
    bench = Bench(gab=True)
    bench.new_prospect("A-1", "First")
    await bench.start()
    party = bench.prospect("A-1")["ProspectPartyNumber"]  # type: ignore[index]
    [row] = bench.crm.list("msdyn_parties", filter=f"msdyn_partynumber eq '{party}'")
    bind = {"msdyn_partyid@odata.bind": f"/msdyn_parties({row['msdyn_partyid']})"}
    bench.new_account("A-2", "Second", 8, **bind)
    await bench.run()
    found = await family(bench, f"party:{party}")
    assert {one.key for one in found.roots} == {"usmf|a-1", "usmf|a-2"}
    assert [shape(one) for one in found.roots] == [{"party": [{}]}, {"party": []}]
    assert [one.kind for one in found.path] == ["account", "party"]


async def test_a_deleted_record_stays_in_its_family() -> None:
    bench = Bench(gab=True)
    bench.new_prospect("A-1", "First")
    bench.erp.create(
        "CDSPostalAddressLocations", {"LocationId": "L-1", "Description": "Yard"}, ERP_PERSON
    )
    party = bench.prospect("A-1")["ProspectPartyNumber"]  # type: ignore[index]
    use = {"PartyNumber": party, "LocationId": "L-1", "Purpose": "Delivery"}
    bench.erp.create("CDSPartyPostalAddressLocations", use, ERP_PERSON)
    await bench.start()
    bench.erp.delete(
        "CDSPartyPostalAddressLocations", {"PartyNumber": party, "LocationId": "L-1"}, ERP_PERSON
    )
    await bench.look(full=True)
    await bench.run()
    found = await family(bench, "location:l-1")
    gone = next(one for one in found.path if one.kind == "party_address")
    assert gone.state is LinkState.GONE
    assert found.path[0].key == "usmf|a-1"


async def test_a_large_family_is_cut_and_told_in_numbers() -> None:
    bench = Bench()
    account = bench.new_account(
        "A-1", "First", 3, **{"msdyn_customergroupid@odata.bind": bench.group("10")}
    )
    for number in range(5):
        contact(bench, account, f"Name {number}")
    await bench.start()
    [root] = (await family(bench, "account:usmf|a-1", members=2)).roots
    [group] = root.groups
    assert (group.total, len(group.members)) == (5, 2)
    assert group.next == group.members[-1].id
    [told] = (await family(bench, "account:usmf|a-1", members=0)).roots
    assert [(one.kind, one.total, one.members) for one in told.groups] == [("contact", 5, ())]


async def test_a_link_of_an_earlier_version_finds_its_family_with_its_next_decision() -> None:
    bench = Bench()
    account = bench.new_account(
        "A-1", "First", 3, **{"msdyn_customergroupid@odata.bind": bench.group("10")}
    )
    number = contact(bench, account, "One")
    await bench.start()
    contact_link = link_id("contact", f"usmf|{number.casefold()}")
    async with bench.store.transaction() as tx:
        [known] = await tx.relations([contact_link])
        assert known.parent_id == link_id("account", "usmf|a-1")
        await tx.relate({contact_link: []})
    bench.edit_account(account, name="Other")
    await bench.run()
    async with bench.store.transaction() as tx:
        assert await tx.relations([contact_link]) == set()
        await tx.wake([contact_link], bench.clock.now())
    await bench.run()
    async with bench.store.transaction() as tx:
        assert await tx.relations([contact_link]) == {known}
