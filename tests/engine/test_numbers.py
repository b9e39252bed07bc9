"""Numbers that the service makes: a person prospect that the CRM creates takes its last name."""

from __future__ import annotations

from typing import Any

import pytest

from sync.core.link import LinkState
from sync.core.row import Side
from sync.engine.options import ServiceOptions
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import once
from tests.engine.people import People
from tests.simulation.systems import CRM_PERSON


class ProcessEndsError(Exception):
    """The process ends here."""


def crash() -> None:
    raise ProcessEndsError


async def test_a_person_takes_the_last_name(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    assert people.number(hal) == "Iver"
    assert people.prospects() == {"Iver": "Hal Iver"}
    row = people.prospect("Iver") or {}
    assert (row["ProspectPartyType"], row["ProspectRelationTypeId"]) == ("Person", "Prospect")
    link = await people.link("person", "usmf|iver")
    assert link.state is LinkState.SETTLED
    assert not await people.conflicts()
    async with people.store.transaction() as tx:
        receipts = await tx.receipts(link_id=link.id)
    first = receipts[0].changes[0]
    assert (first["column"], first["value"], first["reason"]) == (
        "msdyn_contactpersonid",
        "Iver",
        "it had no number",
    )


async def test_a_second_of_the_name_gets_the_next_number(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    ida, ilo = people.new_person("Ida", "IVER"), people.new_person("Ilo", "Iver")
    await people.run()
    assert people.number(hal) == "Iver"
    assert {people.number(ida), people.number(ilo)} in ({"IVER-2", "Iver-3"}, {"IVER-3", "Iver-2"})
    assert len(people.prospects()) == 3


async def test_many_of_a_name_at_once_all_get_their_own(people: People) -> None:
    rows = [people.new_person(f"P{n}", "Smith") for n in range(40)]
    await people.run()
    numbers = {people.number(row) for row in rows}
    assert numbers == {"Smith", *(f"Smith-{n}" for n in range(2, 41))}
    assert set(people.prospects()) == numbers


@pytest.mark.parametrize(
    ("last", "number"),
    [
        ("van der Berg", "van der Berg"),
        ("Wolfeschlegelsteinhausen", "Wolfeschlegelsteinha"),
        ("O'Neil", "O'Neil"),
        ("Ångström", "Ångström"),
        ("Иванов", "Иванов"),
        ("山田 太郎", "山田 太郎"),
        ("Müller & Söhne", "Müller Söhne"),
    ],
)
async def test_what_a_last_name_gives(people: People, last: str, number: str) -> None:
    first = people.new_person("Jan", last)
    await people.run()
    assert people.number(first) == number
    assert list(people.prospects()) == [number]
    assert (people.person(first)["firstname"], people.person(first)["lastname"]) == ("Jan", last)
    assert not await people.conflicts()
    await people.look(full=True)
    assert await people.work.once() == 0


async def test_accents_and_case_do_not_tell_two_apart(people: People) -> None:
    people.erp_person("Ångström", "Eva Ångström")
    await people.run()
    other = people.new_person("Ole", "ANGSTROM")
    await people.run()
    assert people.number(other) == "ANGSTROM-2"


async def test_customers_and_organisations_have_their_numbers_too(people: People) -> None:
    people.new_customer("Iver", "Iver Shipping")
    people.new_prospect("Ek", "Ek Trading")
    people.new_account("KAY", "Kay Corp")
    await people.run()
    hal, dora, jo = (people.new_person("A", last) for last in ("Iver", "Ek", "Kay"))
    await people.run()
    assert [people.number(row) for row in (hal, dora, jo)] == ["Iver-2", "Ek-2", "Kay-2"]
    assert not await people.conflicts()


async def test_the_erp_makes_the_number_before_anybody_knew(people: People) -> None:
    """It is there under another party: both persons end with a number and a row on both sides."""
    hal = people.new_person("Hal", "Iver")
    await people.look()
    people.before_write = lambda: people.erp_person("Iver", "Ola Iver")
    await people.run()
    assert people.number(hal) == "Iver-2"
    assert people.prospects() == {"Iver": "Ola Iver", "Iver-2": "Hal Iver"}
    rows = people.crm.list("contacts", filter="msdyn_contactpersonid eq 'Iver'")
    assert [row["fullname"] for row in rows] == ["Ola Iver"]
    assert not await people.conflicts()


@pytest.mark.parametrize("kind", ["Prospects", "CustomersV3", "organisation"])
async def test_the_erp_makes_it_in_the_moment_of_our_create(people: People, kind: str) -> None:
    made: list[str] = []

    def meanwhile() -> None:
        if people.number(hal) == "Iver" and not made:
            made.append("Iver")
            if kind == "Prospects":
                people.erp_person("Iver", "Ola Iver")
            elif kind == "organisation":
                people.new_prospect("Iver", "Iver Trading")
            else:
                people.new_customer("Iver", "Iver Shipping")

    people.weather[Side.ERP] = lambda asked: meanwhile() if asked is Asked.WRITE else None
    hal = people.new_person("Hal", "Iver")
    await people.run()
    if kind == "CustomersV3":  # the ERP lets both stand: the conversion would be refused
        assert people.prospects()[people.number(hal)] == "Hal Iver"
        return
    assert people.number(hal) == "Iver-2"
    assert people.prospects()["Iver-2"] == "Hal Iver"
    assert not await people.conflicts()


async def test_the_erp_spells_the_number_otherwise(people: People) -> None:
    hal = people.new_person("Hal", "IVER")
    people.weather[Side.CRM] = once(Fault.DOWN)
    await people.look()
    await people.work.once()
    assert await people.kept(hal) == "IVER"
    people.erp_person("Iver", "Ola Iver")
    await people.run()
    people.clock.advance(60)  # the CRM has refused the number meanwhile
    await people.run()
    assert people.number(hal) == "IVER-2"
    assert people.prospects() == {"Iver": "Ola Iver", "IVER-2": "Hal IVER"}
    assert not await people.conflicts()


async def test_an_unanswered_create_is_not_taken_for_somebody_elses() -> None:
    """The currency is equal, but the name is not: the row under the number is not ours."""
    people = People()
    await people.start()
    hal = people.new_person("Hal", "Iver")
    await people.look()
    await people.work.once()
    people.weather[Side.ERP] = once(Fault.LOST_REQUEST)
    await people.work.once()
    people.erp_person("Iver", "Ola Iver")
    await people.run()
    assert people.number(hal) == "Iver-2"
    assert people.prospects() == {"Iver": "Ola Iver", "Iver-2": "Hal Iver"}
    assert not await people.conflicts()


async def test_a_contact_person_in_the_crm_has_the_number() -> None:
    bench = People(gab=False)
    await bench.start()
    account = bench.new_account("A-1", "Alpha")
    under = {"parentcustomerid_account@odata.bind": f"/accounts({account})"}
    body = {"lastname": "Cee", "msdyn_contactpersonid": "Iver", **under}
    bench.crm.create("contacts", body, CRM_PERSON)
    await bench.run()
    hal = bench.new_person("Hal", "Iver")
    await bench.run()
    assert bench.number(hal) == "Iver-2"


async def test_a_number_that_a_person_gives_stays(people: People) -> None:
    hal = people.new_person("Hal", "Iver", msdyn_contactpersonid="H-1")
    await people.run()
    assert people.number(hal) == "H-1"
    assert people.prospects() == {"H-1": "Hal Iver"}
    assert await people.kept(hal) is None


async def test_without_a_last_name_a_person_is_asked(people: People) -> None:
    nobody = people.new_person("Hal", None)
    await people.run()
    async with people.store.transaction() as tx:
        (row,) = await tx.list_links(kind="person")
    problem = row.link.problem
    assert problem is not None
    assert (row.link.state, problem.code) == (LinkState.CONFLICT, "identity_missing")
    assert "no number can be made of lastname" in problem.message
    people.edit_person(nobody, lastname="Iver")
    await people.run()
    assert people.number(nobody) == "Iver"


async def test_a_renamed_person_keeps_the_number(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    await people.run()
    people.edit_person(hal, lastname="Lund")
    await people.run()
    assert people.number(hal) == "Iver"
    assert people.prospects() == {"Iver": "Hal Lund"}


async def test_without_maps_nothing_is_numbered() -> None:
    bench = People()
    hal = bench.new_person("Hal", "Iver")
    await bench.start(maps=["companies", "currencies"])
    assert bench.number(hal) is None
    await bench.start()
    assert bench.number(hal) == "Iver"


async def test_a_sequence_instead_of_the_name() -> None:
    bench = People(options=ServiceOptions(person_prospect_id="sequence"))
    await bench.start()
    hal, ida = bench.new_person("Hal", "Iver"), bench.new_person("Ida", "Iver")
    await bench.run()
    assert {bench.number(hal), bench.number(ida)} == {"CPP-000001", "CPP-000002"}


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_stamp_without_an_answer(people: People, fault: Fault) -> None:
    people.weather[Side.CRM] = once(fault)
    hal = people.new_person("Hal", "Iver")
    await people.run()
    assert people.number(hal) == "Iver"
    assert people.prospects() == {"Iver": "Hal Iver"}


async def test_a_crash_after_the_stamp(people: People) -> None:
    hal = people.new_person("Hal", "Iver")

    class Ending:
        """The process ends when the CRM has the number."""

        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        async def write(self, changesets: Any) -> Any:
            await self.inner.write(changesets)
            crash()

    whole = people.connectors[Side.CRM]
    people.connectors[Side.CRM] = Ending(whole)  # type: ignore[assignment]
    people.restart()
    with pytest.raises(ProcessEndsError):
        await people.run()
    assert people.number(hal) == "Iver"
    people.connectors[Side.CRM] = whole
    people.restart()
    people.clock.advance(people.options.lease_seconds + 1)
    await people.run()
    assert people.number(hal) == "Iver"
    assert people.prospects() == {"Iver": "Hal Iver"}


async def test_a_crash_between_reservation_and_stamp(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    people.before_write = crash
    with pytest.raises(ProcessEndsError):
        await people.run()
    assert (await people.kept(hal), people.number(hal)) == ("Iver", None)
    people.edit_person(hal, lastname="Lund")
    people.restart()
    people.clock.advance(people.options.lease_seconds + 1)
    await people.run()
    assert people.number(hal) == "Iver"
    assert people.prospects() == {"Iver": "Hal Lund"}


async def test_an_edit_in_the_moment_of_the_stamp(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    people.before_write = lambda: people.edit_person(hal, firstname="Harald")
    await people.run()
    assert people.number(hal) == "Iver"
    assert people.prospects() == {"Iver": "Harald Iver"}


async def test_a_row_that_goes_in_the_moment_of_the_stamp(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    people.before_write = lambda: people.crm.delete("contacts", hal, CRM_PERSON)
    await people.run()
    assert people.prospects() == {}


async def test_another_person_takes_the_number_in_the_crm(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    people.before_write = lambda: people.edit_person(ola, msdyn_contactpersonid="Iver")
    ola = people.new_person("Ola", None)
    await people.run()
    assert people.number(hal) == "Iver-2"
    assert people.number(ola) == "Iver"


async def test_a_prospect_that_becomes_a_customer_at_once(people: People) -> None:
    hal = people.new_person("Hal", "Iver")
    people.edit_person(
        hal, msdyn_sellable=True, **{"msdyn_customergroupid@odata.bind": people.group("20")}
    )
    await people.run()
    assert people.number(hal) == "Iver"
    customer = people.customer("Iver") or {}
    assert (customer["PartyType"], customer["CustomerGroupId"]) == ("Person", "20")


async def test_a_replayed_stream_writes_nothing(people: People) -> None:
    people.new_person("Hal", "Iver")
    await people.run()
    before = [row["modifiedon"] for row in people.crm.list("contacts")]
    async with people.store.transaction() as tx:
        count = len(await tx.receipts(limit=1000))
    await people.look(full=True)
    await people.run()
    async with people.store.transaction() as tx:
        assert len(await tx.receipts(limit=1000)) == count
    assert [row["modifiedon"] for row in people.crm.list("contacts")] == before
