"""A number that a person takes from somebody else's record is a conflict at once.

Nobody has to try a conversion before it is told, and it closes by itself once one is renumbered.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.link import LinkState
from sync.core.row import Side
from sync.testing.faulty import Asked
from tests.engine.people import People
from tests.simulation.systems import CRM_PERSON, ERP_PERSON

ORGANIZATION, PERSON = "Organization", "Person"


def erp_customer(people: People, number: str, kind: str) -> None:
    """A person of the ERP types a customer, of a party of its own."""
    if kind == ORGANIZATION:
        people.new_customer(number, "Other Inc")
        return
    body = {
        "CustomerAccount": number,
        "PartyType": PERSON,
        "PersonFirstName": "Otto",
        "PersonLastName": "Other",
        "CustomerGroupId": "10",
    }
    people.erp.create("CustomersV3", body, ERP_PERSON)


def renumber_customer(people: People, number: str, kind: str) -> None:
    """A person of the ERP gives a customer another number."""
    key = {"dataAreaId": "usmf", "CustomerAccount": number}
    people.erp.delete("CustomersV3", key, ERP_PERSON)
    erp_customer(people, f"{number}-NEW", kind)


async def taken(people: People) -> list[str]:
    """What the open conflicts about numbers are of; there is no other open conflict."""
    found = await people.conflicts(state=ConflictState.OPEN)
    assert {one.kind for one in found} <= {ConflictKind.NUMBER_TAKEN}
    async with people.store.transaction() as tx:
        links = await tx.links([one.link_id for one in found])
    return sorted(f"{link.kind} {link.key}" for link in links.values())


def crm_organization(people: People) -> None:
    people.new_account("N-1", "Beta Inc")


def crm_person(people: People) -> None:
    people.new_person("Hal", "Iver", msdyn_contactpersonid="N-1")


def erp_organization(people: People) -> None:
    people.new_prospect("N-1", "Beta Inc")


def erp_person(people: People) -> None:
    people.erp_person("N-1", "Hal Iver")


PROSPECTS = [
    (crm_organization, "account"),
    (crm_person, "person"),
    (erp_organization, "account"),
    (erp_person, "person"),
]


def stages(people: People, number: str) -> list[object]:
    """Of what stage the CRM's organisations and persons of a number are."""
    accounts = people.crm.list("accounts", filter=f"accountnumber eq '{number}'")
    persons = people.crm.list("contacts", filter=f"msdyn_contactpersonid eq '{number}'")
    return [
        *({8: "prospect", 3: "customer"}[row["customertypecode"]] for row in accounts),
        *("prospect" if row["msdyn_isprospect"] else "customer" for row in persons),
    ]


@pytest.mark.parametrize("kind", [ORGANIZATION, PERSON])
@pytest.mark.parametrize(("prospect", "link"), PROSPECTS)
async def test_a_customer_takes_the_number_of_a_prospect(
    people: People, prospect: Callable[[People], None], link: str, kind: str
) -> None:
    prospect(people)
    await people.run()
    assert await taken(people) == []
    erp_customer(people, "N-1", kind)
    await people.run()
    assert await taken(people) == [f"{link} usmf|n-1"]
    assert "prospect" in stages(people, "N-1"), "it is not converted by the number alone"
    assert (people.prospect("N-1") or {})["ProspectRelationTypeId"] == "Prospect"
    renumber_customer(people, "N-1", kind)
    await people.run()
    assert await taken(people) == []
    assert (await people.link(link, "usmf|n-1")).state is LinkState.SETTLED
    assert stages(people, "N-1-NEW") == ["customer"]


@pytest.mark.parametrize("kind", [ORGANIZATION, PERSON])
async def test_a_prospect_takes_the_number_of_a_customer(people: People, kind: str) -> None:
    erp_customer(people, "N-1", kind)
    await people.run()
    people.new_prospect("N-1", "Beta Inc")
    await people.run()
    (link,) = await taken(people)
    assert link == "account usmf|n-1"
    assert (await people.link(*link.split())).is_contested
    assert "customer" in stages(people, "N-1")
    people.delete_prospect("N-1")
    people.new_prospect("N-2", "Beta Inc")
    await people.run()
    assert stages(people, "N-2") == ["prospect"]
    assert await taken(people) == []


@pytest.mark.parametrize("kind", [ORGANIZATION, PERSON])
async def test_a_crm_user_types_the_number_of_a_customer_of_another_type(
    people: People, kind: str
) -> None:
    erp_customer(people, "N-1", kind)
    await people.run()
    if kind == PERSON:
        row, table, column = people.new_account("N-1", "Beta Inc"), "accounts", "accountnumber"
    else:
        row = people.new_person("Hal", "Iver", msdyn_contactpersonid="N-1")
        table, column = "contacts", "msdyn_contactpersonid"
    await people.run()
    assert await taken(people) == ["account usmf|n-1" if kind == PERSON else "person usmf|n-1"]
    assert len(people.erp.list("CustomersV3")) == 1
    assert people.prospect("N-1") is None
    people.crm.update(table, row, {column: "N-2"}, CRM_PERSON)
    await people.run()
    assert await taken(people) == []
    assert people.prospect("N-2") is not None


@pytest.mark.parametrize("kind", [ORGANIZATION, PERSON])
async def test_both_type_the_number_before_either_has_crossed(people: People, kind: str) -> None:
    """Joined by the number alone, the prospect would be converted to somebody else's customer."""
    erp_customer(people, "N-1", kind)
    row = (
        people.new_account("N-1", "Beta Inc")
        if kind == ORGANIZATION
        else people.new_person("Hal", "Iver", msdyn_contactpersonid="N-1")
    )
    await people.run()
    assert len(await taken(people)) == 1
    assert stages(people, "N-1") == ["prospect"]
    customer = people.customer("N-1") or {}
    assert "Beta Inc" not in customer.values()
    assert customer.get("PersonFirstName") in {None, "", "Otto"}
    if kind == ORGANIZATION:
        people.edit_account(row, accountnumber="N-2")
    else:
        people.edit_person(row, msdyn_contactpersonid="N-2")
    await people.run()
    assert await taken(people) == []
    assert (stages(people, "N-1"), stages(people, "N-2")) == (["customer"], ["prospect"])


async def test_one_that_was_typed_twice_is_joined_once_both_say_customer() -> None:
    """Without party and global address book only its stage can tell that it is one record."""
    people = People()
    await people.start()
    people.new_customer("N-1", "Beta Inc")
    row = people.new_account("N-1", "Beta Inc")
    await people.run()
    assert await taken(people) == ["account usmf|n-1"]
    people.edit_account(row, customertypecode=3)
    await people.run()
    assert await taken(people) == []
    assert (await people.link("account", "usmf|n-1")).state is LinkState.SETTLED
    assert len(people.crm.list("accounts")) == len(people.erp.list("CustomersV3")) == 1


async def test_two_of_the_crm_have_one_number(people: People) -> None:
    """An organisation and a person, typed in one moment: the ERP can have one of them only."""
    people.new_account("N-1", "Beta Inc")
    row = people.new_person("Hal", "Iver", msdyn_contactpersonid="N-1")
    await people.run()
    assert len(await taken(people)) == 1
    assert len(people.erp.list("Prospects")) == 1
    people.edit_person(row, msdyn_contactpersonid="N-2")
    await people.run()
    assert await taken(people) == []
    assert people.prospects() == {"N-1": "Beta Inc", "N-2": "Hal Iver"}


@pytest.mark.parametrize("kind", [ORGANIZATION, PERSON])
async def test_the_number_is_taken_in_the_moment_of_our_create(people: People, kind: str) -> None:
    made: list[str] = []

    def meanwhile(asked: Asked) -> None:
        if asked is Asked.WRITE and not made:
            made.append("N-1")
            erp_customer(people, "N-1", kind)

    people.weather[Side.ERP] = meanwhile
    people.new_account("N-1", "Beta Inc")
    await people.run()
    assert await taken(people) == ["account usmf|n-1"]
    assert "prospect" in stages(people, "N-1")
    assert (people.customer("N-1") or {})["PartyType"] == kind
    if kind == PERSON:
        assert stages(people, "N-1") == ["prospect", "customer"], (
            "the customer crosses all the same"
        )
