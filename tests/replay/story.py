"""The story that the kept recordings tell: conversions, a clash, a refusal, a wait, and sales.

What is sold stands in `tests/replay/sales.py`.
"""

from __future__ import annotations

from sync.core.row import Side
from tests.replay.sales import sell_from_the_crm, sell_from_the_erp
from tests.replay.world import PERSON, World


async def tell(*, gab: bool) -> World:
    """Play the story; the world it leaves behind."""
    world = World(gab=gab)
    await world.start()
    await _prospects(world)
    await _clash(world)
    await _wait(world)
    await _conversions(world)
    await _refusal(world)
    await sell_from_the_crm(world)
    await sell_from_the_erp(world)
    return world


async def _prospects(world: World) -> None:
    prospect = world.erp.create(
        "Prospects",
        {"dataAreaId": "usmf", "ProspectName": "Alpha Ltd", "ProspectPartyType": "Organization"},
        PERSON,
    )
    await world.rest()
    party = prospect["ProspectPartyNumber"]
    for role, street in (("Delivery", "1 Dock Rd"), ("Invoice", "2 Bill St")):
        world.erp.create(
            "PartyLocationPostalAddressesV2",
            {"PartyNumber": party, "Street": street, "CountryRegionId": "USA", "Roles": role},
            PERSON,
        )
        await world.rest()
    world.erp.create(
        "ContactPersons",
        {
            "dataAreaId": "usmf",
            "FirstName": "Ann",
            "LastName": "Bee",
            "AssociatedPartyNumber": party,
        },
        PERSON,
    )
    await world.rest()
    company = world.crm.list("cdm_companies")[0]["cdm_companyid"]
    names = {"CRMP-001": "Beta Inc", "CRMP-002": "Gamma GmbH", "CRMP-003": "Delta SA"}
    for number, name in names.items():
        world.crm.create(
            "accounts",
            {
                "name": name,
                "accountnumber": number,
                "customertypecode": 8,
                "msdyn_company@odata.bind": f"/cdm_companies({company})",
            },
            PERSON,
        )
        await world.rest()


async def _clash(world: World) -> None:
    """Both sides change the same field before either has seen the other's."""
    _rename(world, "CRMP-001", crm="Beta of the CRM", erp="Beta of the ERP")
    await world.rest((Side.CRM, "msdyn_parties" if world.gab else "accounts"))


async def _wait(world: World) -> None:
    """A prospect names a group that the service has not seen yet."""
    world.erp.create(
        "CustomerGroups",
        {"dataAreaId": "usmf", "CustomerGroupId": "30", "Description": "Latecomers"},
        PERSON,
    )
    key = {"dataAreaId": "usmf", "ProspectId": "CRMP-002"}
    world.erp.update("Prospects", key, {"CustomerGroupId": "30"}, PERSON)
    await world.rest((Side.ERP, "Prospects"))


async def _conversions(world: World) -> None:
    world.act("convert-prospect", number="PR-000001")
    await world.rest()
    world.crm.update(
        "accounts", world.account("CRMP-001")["accountid"], {"customertypecode": 3}, PERSON
    )
    await world.rest()


async def _refusal(world: World) -> None:
    """The ERP refuses a customer without a group; the cure goes through."""
    world.act("set-parameters", prospect_customer_group="")
    account = world.account("CRMP-003")["accountid"]
    world.crm.update("accounts", account, {"customertypecode": 3}, PERSON)
    await world.rest()
    group = next(
        row["msdyn_customergroupid"]
        for row in world.crm.list("msdyn_customergroups")
        if row["msdyn_groupid"] == "20"
    )
    bind = {"msdyn_customergroupid@odata.bind": f"/msdyn_customergroups({group})"}
    world.crm.update("accounts", account, bind, PERSON)
    await world.rest()


def _rename(world: World, number: str, *, crm: str, erp: str) -> None:
    world.crm.update("accounts", world.account(number)["accountid"], {"name": crm}, PERSON)
    if world.gab:
        party = next(
            row["ProspectPartyNumber"]
            for row in world.erp.list("Prospects")
            if row["ProspectId"] == number
        )
        world.erp.update("CDSParties", {"PartyNumber": party}, {"OrganizationName": erp}, PERSON)
    else:
        key = {"dataAreaId": "usmf", "ProspectId": number}
        world.erp.update("Prospects", key, {"ProspectName": erp}, PERSON)
