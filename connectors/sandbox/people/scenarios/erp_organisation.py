"""S1: an organisation prospect that is managed in the ERP.

Source: Microsoft docs, prospects in prospect-to-cash, with its party and address book variant.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.calls import Refusal, Row
from connectors.sandbox.people.crm import CUSTOMER, PROSPECT
from connectors.sandbox.people.scenarios.parties import joined_to, party_versions
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

ID = "PR-000001"
NEXT_CUSTOMER = "CU-000001"
_ORGANIZATION = 192350002


def create_prospect(world: World) -> None:
    """An ERP user creates the prospect; the CRM gets exactly one account."""
    crm, erp = world.crm, world.erp
    made = erp.new_prospect("Alpha Ltd")
    world.holds("ERP: its number is the first of the sequence", made["ProspectId"], ID)
    world.holds("ERP: a prospect", made["ProspectRelationTypeId"], "Prospect")
    world.holds("ERP: its party is an organisation", made["ProspectPartyType"], "Organization")
    party = made["ProspectPartyNumber"]
    row = world.account(ID)
    world.memory |= {"alpha": row["accountid"], "alpha party": party}
    world.holds("CRM: the account's name", row["name"], "Alpha Ltd")
    world.holds("CRM: a prospect account", row["customertypecode"], PROSPECT)
    company = crm.company_row
    world.holds("CRM: in company USMF", row["_msdyn_company_value"], company["cdm_companyid"])
    team = company["_cdm_defaultowningteam_value"]
    world.holds("CRM: owned by the company's default team", row["_ownerid_value"], team)
    _only_account(world, "Alpha Ltd")
    parties = crm.rows("msdyn_parties", f"msdyn_partynumber eq '{party}'")
    if world.gab:
        world.holds("CRM: one party with the ERP's party number", len(parties), 1)
        found = parties[0]
        world.holds("CRM: an organisation party", found["msdyn_partytype"], _ORGANIZATION)
        world.holds("CRM: the party's name", found["msdyn_organizationname"], "Alpha Ltd")
        linked = row["_msdyn_partyid_value"]
        world.holds("CRM: the account points to the party", linked, found["msdyn_partyid"])
    else:
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])
        world.until(
            "CRM: the account holds the ERP's party number",
            lambda: world.row(ID)["msdyn_partynumber"],
            lambda number: number == party,
        )
    world.holds("ERP: no customer of that number", erp.customer(ID), None)
    world.holds("CRM: no contact came with it", _contacts_of(world, row["accountid"]), [])


def add_addresses(world: World) -> None:
    """An ERP user adds a delivery and an invoice address."""
    party = world.memory["alpha party"]
    world.erp.new_address(party, "1 Dock Rd", "Seattle", "Delivery", CountryRegionId="USA")
    world.erp.new_address(party, "2 Bill St", "Kent", "Invoice", CountryRegionId="USA")
    if world.gab:
        _addresses_arrive(world)
        return
    world.until(
        "CRM: address 1 is the delivery address",
        lambda: _flat(world, 1),
        lambda seen: seen == ("1 Dock Rd", "Seattle"),
    )
    world.erp.change_prospect(ID, PrimaryPhoneNumber="206-555-0100")
    world.until(
        "a later edit of the prospect has crossed",
        lambda: world.row(ID)["telephone1"],
        lambda seen: seen == "206-555-0100",
    )
    world.holds("CRM: address 2 is empty", _flat(world, 2), (None, None))


def _addresses_arrive(world: World) -> None:
    party_id = world.row(ID)["_msdyn_partyid_value"]
    links = world.until(
        "CRM: two addresses on the party",
        lambda: world.crm_addresses(party_id),
        lambda seen: len(seen) == 2,
    )
    world.until(
        "CRM: each with its role and its street",
        lambda: world.crm_places(links),
        lambda seen: seen == {"Delivery": "1 Dock Rd", "Invoice": "2 Bill St"},
    )
    locations = {link["_msdyn_postaladdresscollectionid_value"] for link in links}
    world.holds("CRM: two locations", len(locations), 2)
    world.until(
        "CRM: the account shows both",
        lambda: (_flat(world, 1), _flat(world, 2)),
        lambda seen: seen == (("1 Dock Rd", "Seattle"), ("2 Bill St", "Kent")),
    )


def add_contact(world: World) -> None:
    """An ERP user adds a contact person."""
    made = world.erp.new_contact(world.memory["alpha party"], "Ann", "Bee")
    world.memory["ann number"] = made["ContactPersonId"]
    ann = world.until(
        'CRM: one contact "Ann Bee"',
        lambda: world.crm.one("contacts", "fullname eq 'Ann Bee'"),
    )
    assert ann is not None  # noqa: S101 - narrows the type
    world.memory["ann"] = ann["contactid"]
    row = world.row(ID)
    if world.gab:
        world.holds("CRM: Ann's company is blank", ann["_msdyn_company_value"], None)
        world.holds("CRM: Ann is not sellable", ann["msdyn_sellable"], expected=False)
        joined = joined_to(world, row["_msdyn_partyid_value"])
        people = [link["_msdyn_contactpartyid_value"] for link in joined]
        world.holds(
            "CRM: one contact for party joins Ann to Alpha", people, [ann["_msdyn_partyid_value"]]
        )
        number = world.party_number(ann["_msdyn_partyid_value"])
        world.holds("both: Ann's party number", number, made["ContactPersonPartyNumber"])
    else:
        world.holds(
            "CRM: Ann hangs under the account", ann["_parentcustomerid_value"], row["accountid"]
        )
        world.until(
            "CRM: Ann is the account's primary contact",
            lambda: world.row(ID)["_primarycontactid_value"],
            lambda seen: seen == ann["contactid"],
        )


def convert(world: World) -> None:
    """An ERP user converts the prospect to a customer."""
    untouched = world.at_rest("CRM", lambda: _versions(world)) if world.gab else {}
    world.erp.act("convert-prospect", ID)
    _converted_in_erp(world)
    world.until(
        "CRM: the account is a customer's",
        lambda: world.row(ID)["customertypecode"],
        lambda seen: seen == CUSTOMER,
    )
    row = world.row(ID)
    world.holds("CRM: the same account row", row["accountid"], world.memory["alpha"])
    _only_account(world, "Alpha Ltd")
    world.until(
        "CRM: customer group 10",
        lambda: world.row(ID)["_msdyn_customergroupid_value"],
        lambda seen: seen == world.crm.group("10"),
    )
    if not world.gab:
        world.until(
            "CRM: address 2 is now the invoice address",
            lambda: _flat(world, 2),
            lambda seen: seen == ("2 Bill St", "Kent"),
        )
        world.holds("CRM: address 1 is unchanged", _flat(world, 1), ("1 Dock Rd", "Seattle"))
    world.crosses_as_customer(ID, "converted")
    if world.gab:
        world.holds("CRM: nine rows make up the party's side", len(untouched), 10)
        world.holds(
            "CRM: addresses, party links and Ann were not written", _versions(world), untouched
        )


def _converted_in_erp(world: World) -> None:
    erp, party = world.erp, world.memory["alpha party"]
    customer = erp.customer(ID) or {}
    world.holds("ERP: customer under the prospect's number", customer.get("CustomerAccount"), ID)
    world.holds("ERP: an organisation", customer.get("PartyType"), "Organization")
    world.holds("ERP: customer group 10", customer.get("CustomerGroupId"), "10")
    world.holds("ERP: the same party", customer.get("PartyNumber"), party)
    relation = (erp.prospect(ID) or {}).get("ProspectRelationTypeId")
    world.holds("ERP: the prospect is retired, type Customer", relation, "Customer")
    world.holds(
        "ERP: both addresses belong to the customer",
        world.customer_places(ID),
        {"Delivery": "1 Dock Rd", "Invoice": "2 Bill St"},
    )
    names = [row["ContactPersonName"] for row in erp.contacts(party)]
    world.holds("ERP: Ann belongs to the customer", names, ["Ann Bee"])
    world.holds(
        "ERP: the customer sequence was not used", erp.next_number("CustAccount"), NEXT_CUSTOMER
    )


def refuse_taken_number(world: World) -> None:
    """The number of a prospect is taken by a customer of another party: no conversion."""
    erp = world.erp
    prospect = erp.new_prospect("Gamma GmbH")
    number = prospect["ProspectId"]
    before = world.account(number)
    body = {
        "dataAreaId": erp.company,
        "CustomerAccount": number,
        "OrganizationName": "Another Company",
        "PartyType": "Organization",
        "CustomerGroupId": "20",
    }
    erp.create("CustomersV3", body)
    try:
        erp.act("convert-prospect", number)
    except Refusal as refusal:
        world.holds(
            "ERP: the conversion is refused, and says what is taken", number in str(refusal)
        )
    else:
        world.holds("ERP: the conversion is refused", seen=False)
    relation = (erp.prospect(number) or {}).get("ProspectRelationTypeId")
    world.holds("ERP: still a prospect", relation, "Prospect")
    world.crosses_as_customer(ID, "after the refusal")
    row = world.row(number)
    world.holds("CRM: the same account row", row["accountid"], before["accountid"])
    world.holds("CRM: still a prospect", row["customertypecode"], PROSPECT)
    world.holds("CRM: its name was not overwritten", row["name"], "Gamma GmbH")


def final_state(world: World) -> None:
    """What must exist after the last step."""
    crm, erp = world.crm, world.erp
    row = world.row(ID)
    world.holds("CRM: the same account row", row["accountid"], world.memory["alpha"])
    world.holds("CRM: a customer account", row["customertypecode"], CUSTOMER)
    world.holds("CRM: group 10", row["_msdyn_customergroupid_value"], crm.group("10"))
    _only_account(world, "Alpha Ltd")
    world.holds("CRM: no lead was made", crm.rows("leads"), [])
    world.holds("ERP: one customer", (erp.customer(ID) or {}).get("CustomerGroupId"), "10")
    world.holds("ERP: next customer number", erp.next_number("CustAccount"), NEXT_CUSTOMER)
    if world.gab:
        party_id = row["_msdyn_partyid_value"]
        places = world.crm_places(world.crm_addresses(party_id))
        world.holds(
            "CRM: two party addresses with roles",
            places,
            {"Delivery": "1 Dock Rd", "Invoice": "2 Bill St"},
        )
        world.holds("CRM: Ann is the only contact for party", len(joined_to(world, party_id)), 1)
    else:
        world.holds("CRM: address 1", _flat(world, 1), ("1 Dock Rd", "Seattle"))
        world.holds("CRM: address 2", _flat(world, 2), ("2 Bill St", "Kent"))
        world.holds("CRM: primary contact Ann", row["_primarycontactid_value"], world.memory["ann"])
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])


def _only_account(world: World, name: str) -> None:
    world.holds(
        f'CRM: exactly one account "{name}"',
        len(world.crm.rows("accounts", f"name eq '{name}'")),
        1,
    )


def _flat(world: World, slot: int) -> tuple[Any, Any]:
    row = world.row(ID)
    return row[f"address{slot}_line1"], row[f"address{slot}_city"]


def _contacts_of(world: World, account: str) -> list[Row]:
    return world.crm.rows("contacts", f"_parentcustomerid_value eq {account}")


def _versions(world: World) -> dict[str, Any]:
    return party_versions(world, world.row(ID)["_msdyn_partyid_value"], world.memory["ann"])


S1 = Scenario(
    "S1",
    "Organisation prospect managed in the ERP",
    (
        Step("S1.1", "An ERP user creates prospect Alpha Ltd", create_prospect),
        Step("S1.2", "An ERP user adds a delivery and an invoice address", add_addresses),
        Step("S1.3", "An ERP user adds contact person Ann Bee", add_contact),
        Step("S1.4", "An ERP user converts the prospect to a customer", convert),
        Step("S1.5", "A conversion is refused when the number is taken", refuse_taken_number),
        Step("S1 end", "What must exist at the end, and no more", final_state),
    ),
)
