"""S2: an organisation prospect that is managed in the CRM.

Source: Microsoft docs, prospects in prospect-to-cash, with its party and address book variant.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import CUSTOMER
from connectors.sandbox.people.scenarios.parties import joined_to
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

ID, DEFAULTED, REFUSED = "CRMP-001", "CRMP-002", "CRMP-003"
NEXT_CUSTOMER = "CU-000001"


def create_account(world: World) -> None:
    """A CRM user creates a prospect account and a contact for it."""
    crm, erp = world.crm, world.erp
    next_prospect = erp.next_number("BusRelAccount")
    account = crm.new_account(ID, "Beta Inc")
    bob = crm.new_contact(account["accountid"], "Bob", "Cee")
    world.memory |= {"beta": account["accountid"], "bob": bob["contactid"]}
    made = world.until(f"ERP: a business relation {ID}", lambda: erp.prospect(ID)) or {}
    party = made["ProspectPartyNumber"]
    world.memory["beta party"] = party
    world.holds("ERP: type Prospect", made["ProspectRelationTypeId"], "Prospect")
    world.holds("ERP: type Organization", made["ProspectPartyType"], "Organization")
    world.holds("ERP: its name", made["ProspectName"], "Beta Inc")
    world.holds(
        "ERP: the prospect sequence was not used", erp.next_number("BusRelAccount"), next_prospect
    )
    people = world.until("ERP: contact person Bob Cee", lambda: erp.contacts(party))
    world.holds("ERP: Bob alone", [row["ContactPersonName"] for row in people], ["Bob Cee"])
    if world.gab:
        _same_numbers(world, party, people[0])
        return
    world.until(
        "both: Bob has the same number",
        lambda: crm.one("contacts", f"contactid eq {bob['contactid']}") or {},
        lambda row: row.get("msdyn_contactpersonid") == people[0]["ContactPersonId"],
    )


def _same_numbers(world: World, party: str, bob: dict[str, Any]) -> None:
    row = world.row(ID)
    number = world.party_number(row["_msdyn_partyid_value"])
    world.holds("both: Beta's party number", number, party)
    contact = world.crm.one("contacts", f"contactid eq {world.memory['bob']}") or {}
    number = world.party_number(contact["_msdyn_partyid_value"])
    world.holds("both: Bob's party number", number, bob["ContactPersonPartyNumber"])
    joined = joined_to(world, row["_msdyn_partyid_value"])
    numbers = [link["msdyn_contactforpartynumber"] for link in joined]
    world.holds("both: the contact's number", numbers, [bob["ContactPersonId"]])


def add_addresses(world: World) -> None:
    """A CRM user adds a delivery and an invoice address."""
    crm, erp, party = world.crm, world.erp, world.memory["beta party"]
    if not world.gab:
        _type_addresses(world)
        return
    party_id = world.row(ID)["_msdyn_partyid_value"]
    crm.new_party_address(party_id, "Delivery", **_place("7 Pier Ave", "Tacoma"))
    crm.new_party_address(party_id, "Invoice", **_place("8 Desk Ln", "Renton"))
    world.until(
        "ERP: the prospect has both, with their roles",
        lambda: world.erp_places(party),
        lambda seen: seen == {"Delivery": "7 Pier Ave", "Invoice": "8 Desk Ln"},
    )
    crm.new_party_address(party_id, None, **_place("9 Nowhere St", "Yakima"))
    bob = crm.one("contacts", f"contactid eq {world.memory['bob']}") or {}
    crm.new_party_address(
        bob["_msdyn_partyid_value"], "Business", **_place("10 Later Rd", "Everett")
    )
    number = world.party_number(bob["_msdyn_partyid_value"]) or ""
    world.until(
        "a later address, of Bob, has crossed",
        lambda: world.erp_places(number),
        lambda seen: seen == {"Business": "10 Later Rd"},
    )
    world.holds("ERP: the prospect still has two addresses", len(erp.addresses(party)), 2)
    nowhere = erp.rows("CDSPostalAddressHistoryV2", "Street eq '9 Nowhere St'")
    world.holds("ERP: got nothing of the address without a role", nowhere, [])


def _type_addresses(world: World) -> None:
    flat = {
        "address1_line1": "7 Pier Ave",
        "address1_city": "Tacoma",
        "address2_line1": "8 Desk Ln",
        "address2_city": "Renton",
    }
    world.crm.change("accounts", world.memory["beta"], flat)
    world.crm.change("accounts", world.memory["beta"], {"telephone1": "253-555-0107"})
    world.until(
        "a later edit of the account has crossed",
        lambda: (world.erp.prospect(ID) or {}).get("PrimaryPhoneNumber"),
        lambda seen: seen == "253-555-0107",
    )
    addresses = world.erp.addresses(world.memory["beta party"])
    world.holds("ERP: no address was made, as intended", addresses, [])
    row = world.row(ID)
    typed = {name: row[name] for name in flat}
    world.holds("CRM: what was typed stays", typed, flat)


def convert(world: World) -> None:
    """A CRM user changes the relationship type to Customer and picks group 20."""
    crm, erp = world.crm, world.erp
    crm.convert(world.memory["beta"], "20")
    customer = _customer(world, ID, "of that number")
    world.holds("ERP: customer group 20", customer["CustomerGroupId"], "20")
    world.holds("ERP: an organisation", customer["PartyType"], "Organization")
    world.holds("ERP: the same party", customer["PartyNumber"], world.memory["beta party"])
    world.until(
        "ERP: the relation type is Customer",
        lambda: (erp.prospect(ID) or {}).get("ProspectRelationTypeId"),
        lambda seen: seen == "Customer",
    )
    world.holds(
        "ERP: the customer sequence was not used", erp.next_number("CustAccount"), NEXT_CUSTOMER
    )
    people = [row["ContactPersonName"] for row in erp.contacts(world.memory["beta party"])]
    world.holds("ERP: Bob is contact of the customer", people, ["Bob Cee"])
    world.crosses_to_erp(ID, "converted")
    row = world.row(ID)
    world.holds("CRM: the same account row", row["accountid"], world.memory["beta"])
    world.holds("CRM: a customer account", row["customertypecode"], CUSTOMER)
    _customer_addresses(world)


def _customer_addresses(world: World) -> None:
    rows = world.erp.rows("CustomerPostalAddresses", f"CustomerAccountNumber eq '{ID}'")
    streets = {row["AddressLocationRoles"]: row["AddressStreet"] for row in rows}
    if world.gab:
        expected = {"Delivery": "7 Pier Ave", "Invoice": "8 Desk Ln"}
        world.holds("ERP: both addresses belong to the customer", streets, expected)
    else:
        world.holds("ERP: the customer has no address", streets, {})


def convert_without_group(world: World) -> None:
    """Without a group the ERP's prospect parameter decides; without that it is refused."""
    crm, erp = world.crm, world.erp
    first = crm.new_account(DEFAULTED, "Delta Co")["accountid"]
    second = crm.new_account(REFUSED, "Epsilon BV")["accountid"]
    world.until(f"ERP: prospect {DEFAULTED}", lambda: erp.prospect(DEFAULTED))
    world.until(f"ERP: prospect {REFUSED}", lambda: erp.prospect(REFUSED))
    crm.convert(first, None)
    made = _customer(world, DEFAULTED, "of that number")
    world.holds("ERP: the parameter's group 10", made["CustomerGroupId"], "10")
    world.until(
        "CRM: group 10 too",
        lambda: world.row(DEFAULTED)["_msdyn_customergroupid_value"],
        lambda seen: seen == crm.group("10"),
    )
    erp.act("set-parameters", prospect_customer_group="")
    try:
        crm.convert(second, None)
        world.crosses_to_erp(DEFAULTED, "after the refused conversion")
        world.holds("ERP: no customer without a group", erp.customer(REFUSED), None)
        relation = (erp.prospect(REFUSED) or {}).get("ProspectRelationTypeId")
        world.holds("ERP: still a prospect", relation, "Prospect")
    finally:
        erp.act("set-parameters", prospect_customer_group="10")
    group = f"/msdyn_customergroups({crm.group('20')})"
    crm.change("accounts", second, {"msdyn_customergroupid@odata.bind": group})
    made = _customer(world, REFUSED, "as soon as a group is picked")
    world.holds("ERP: the picked group 20", made["CustomerGroupId"], "20")


def final_state(world: World) -> None:
    """What must exist after the last step."""
    crm, erp = world.crm, world.erp
    row = world.row(ID)
    world.holds("CRM: the same account row", row["accountid"], world.memory["beta"])
    world.holds("CRM: a customer account", row["customertypecode"], CUSTOMER)
    world.holds("CRM: group 20", row["_msdyn_customergroupid_value"], crm.group("20"))
    world.holds("CRM: exactly one", len(crm.rows("accounts", "name eq 'Beta Inc'")), 1)
    world.holds("CRM: no lead was made", crm.rows("leads"), [])
    customer = erp.customer(ID) or {}
    world.holds("ERP: one customer, group 20", customer.get("CustomerGroupId"), "20")
    retired = (erp.prospect(ID) or {}).get("ProspectRelationTypeId")
    world.holds("ERP: the prospect is retired", retired, "Customer")
    world.holds("ERP: next customer number", erp.next_number("CustAccount"), NEXT_CUSTOMER)
    _customer_addresses(world)
    if world.gab:
        party_id = row["_msdyn_partyid_value"]
        with_roles = [
            link
            for link in world.crm_addresses(party_id)
            if link["msdyn_postaladdresspurposenames"]
        ]
        world.holds("CRM: two party addresses with roles", len(with_roles), 2)
    else:
        typed = (row["address1_line1"], row["address2_line1"])
        world.holds("CRM: addresses as typed", typed, ("7 Pier Ave", "8 Desk Ln"))
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])


def _customer(world: World, number: str, when: str) -> Row:
    def look() -> Row:
        return world.erp.customer(number) or {}

    return world.until(f"ERP: customer {number} {when}", look)


def _place(street: str, city: str) -> dict[str, str]:
    return {"msdyn_street": street, "msdyn_city": city, "msdyn_countryregionid": "USA"}


S2 = Scenario(
    "S2",
    "Organisation prospect managed in the CRM",
    (
        Step("S2.1", "A CRM user creates account Beta Inc with contact Bob Cee", create_account),
        Step("S2.2", "A CRM user adds a delivery and an invoice address", add_addresses),
        Step("S2.3", "A CRM user makes it a customer of group 20", convert),
        Step(
            "S2.4", "Conversion without a group: the default, else a refusal", convert_without_group
        ),
        Step("S2 end", "What must exist at the end, and no more", final_state),
    ),
)
