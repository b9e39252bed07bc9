"""S4: a person prospect that is managed in the CRM.

Source: Microsoft docs, prospects in prospect-to-cash, with its party and address book variant; the
number is the last name, and what happens to a second person of the name is decided here.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.calls import Refusal, Row
from connectors.sandbox.people.scenarios.parties import joined_to, party_versions
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

ID, SECOND, TAKEN = "Iver", "Iver-2", "Lund"
NEXT_CUSTOMER = "CU-000001"
PIER, DESK = ("7 Jetty Ave", "Tacoma"), ("8 Bench Ln", "Renton")


def create_person(world: World) -> None:
    """A CRM user creates a prospect who is a person, and a contact for it."""
    crm, erp = world.crm, world.erp
    next_prospect = erp.next_number("BusRelAccount")
    hal = crm.new_person("Hal", "Iver")
    world.memory["hal"] = hal["contactid"]
    world.holds("CRM: no number yet", hal["msdyn_contactpersonid"], None)
    jo = _new_contact(world, hal, "Jo", "Kay")
    world.memory["jo"] = jo["contactid"]
    made = world.until(f"ERP: a business relation {ID}", lambda: erp.prospect(ID)) or {}
    party = made["ProspectPartyNumber"]
    world.memory["hal party"] = party
    world.holds("ERP: type Prospect", made["ProspectRelationTypeId"], "Prospect")
    world.holds("ERP: a person", made["ProspectPartyType"], "Person")
    world.holds("ERP: the name", made["ProspectName"], "Hal Iver")
    world.holds(
        "ERP: the prospect sequence was not used", erp.next_number("BusRelAccount"), next_prospect
    )
    row = _hal(world)
    world.holds("both: the last name is the number", row["msdyn_contactpersonid"], ID)
    flags = (row["msdyn_isprospect"], row["msdyn_sellable"])
    world.holds("CRM: a prospect, no customer", flags, (True, False))
    world.holds("CRM: no account came with it", crm.account(ID), None)
    people = world.until("ERP: contact person Jo Kay", lambda: erp.contacts(party))
    world.holds("ERP: Jo alone", [row["ContactPersonName"] for row in people], ["Jo Kay"])
    if world.gab:
        _same_numbers(world, people[0])
        return
    world.until(
        "both: Jo has the same number",
        lambda: crm.one("contacts", f"contactid eq {world.memory['jo']}") or {},
        lambda seen: seen.get("msdyn_contactpersonid") == people[0]["ContactPersonId"],
    )


def _new_contact(world: World, hal: Row, first: str, last: str) -> Row:
    """A contact of a person: with the address book from its tab Contacts for Party."""
    crm = world.crm
    if not world.gab:
        under = {"parentcustomerid_contact@odata.bind": f"/contacts({hal['contactid']})"}
        return crm.create("contacts", {"firstname": first, "lastname": last, **under})
    made = crm.create("contacts", {"firstname": first, "lastname": last})
    crm.create(
        "msdyn_contactforparties",
        {
            "msdyn_contactpartyid@odata.bind": f"/msdyn_parties({made['_msdyn_partyid_value']})",
            "msdyn_associatedpartyid@odata.bind": f"/msdyn_parties({hal['_msdyn_partyid_value']})",
            "msdyn_associatedcompanyid@odata.bind": f"/cdm_companies({crm.company})",
        },
    )
    return made


def _same_numbers(world: World, jo: dict[str, Any]) -> None:
    party_id = _hal(world)["_msdyn_partyid_value"]
    number = world.party_number(party_id)
    world.holds("both: Hal's party number", number, world.memory["hal party"])
    contact = world.crm.one("contacts", f"contactid eq {world.memory['jo']}") or {}
    number = world.party_number(contact["_msdyn_partyid_value"])
    world.holds("both: Jo's party number", number, jo["ContactPersonPartyNumber"])
    numbers = [link["msdyn_contactforpartynumber"] for link in _joined(world)]
    world.holds("both: the contact's number", numbers, [jo["ContactPersonId"]])


def add_addresses(world: World) -> None:
    """A CRM user adds a delivery and an invoice address."""
    crm, party = world.crm, world.memory["hal party"]
    if not world.gab:
        _type_addresses(world)
        return
    party_id = _hal(world)["_msdyn_partyid_value"]
    for (street, city), role in ((PIER, "Delivery"), (DESK, "Invoice")):
        place = {"msdyn_street": street, "msdyn_city": city, "msdyn_countryregionid": "USA"}
        crm.new_party_address(party_id, role, **place)
    world.until(
        "ERP: the prospect has both, with their roles",
        lambda: world.erp_places(party),
        lambda seen: seen == {"Delivery": PIER[0], "Invoice": DESK[0]},
    )
    world.holds("ERP: no third one", len(world.erp.addresses(party)), 2)
    row = _hal(world)
    shown = (row["address3_line1"], row["address2_line1"])
    world.holds("CRM: the contact shows both", shown, (PIER[0], DESK[0]))


def _type_addresses(world: World) -> None:
    flat = {
        "address2_line1": DESK[0],
        "address2_city": DESK[1],
        "address3_line1": PIER[0],
        "address3_city": PIER[1],
    }
    world.crm.change("contacts", world.memory["hal"], flat)
    world.crm.change("contacts", world.memory["hal"], {"telephone1": "253-555-0108"})
    world.until(
        "a later edit of the contact has crossed",
        lambda: (world.erp.prospect(ID) or {}).get("PrimaryPhoneNumber"),
        lambda seen: seen == "253-555-0108",
    )
    addresses = world.erp.addresses(world.memory["hal party"])
    world.holds("ERP: no address was made, as intended", addresses, [])
    row = _hal(world)
    world.holds("CRM: what was typed stays", {name: row[name] for name in flat}, flat)


def convert(world: World) -> None:
    """A CRM user sets Is Customer to Yes and picks group 20."""
    crm = world.crm
    untouched = world.at_rest("CRM", lambda: _versions(world)) if world.gab else {}
    crm.convert_person(world.memory["hal"], "20")
    world.until(f"ERP: customer {ID}", lambda: world.erp.customer(ID))
    world.until(
        "ERP: the relation type is Customer",
        lambda: (world.erp.prospect(ID) or {}).get("ProspectRelationTypeId"),
        lambda seen: seen == "Customer",
    )
    world.crosses_to_erp(ID, "converted")
    _customer(world)
    if world.gab:
        world.holds(
            "CRM: addresses, party links and Jo were not written", _versions(world), untouched
        )
    try:
        crm.change("contacts", world.memory["hal"], {"msdyn_isprospect": True})
    except Refusal as refusal:
        world.holds("CRM: there is no way back", "cannot become a prospect" in str(refusal))
    else:
        world.holds("CRM: there is no way back", seen=False)


def _customer(world: World) -> None:
    erp = world.erp
    customer = erp.customer(ID) or {}
    world.holds("ERP: customer group 20", customer.get("CustomerGroupId"), "20")
    world.holds("ERP: a person", customer.get("PartyType"), "Person")
    names = (customer.get("PersonFirstName"), customer.get("PersonLastName"))
    world.holds("ERP: the names", names, ("Hal", "Iver"))
    world.holds("ERP: the same party", customer.get("PartyNumber"), world.memory["hal party"])
    retired = (erp.prospect(ID) or {}).get("ProspectRelationTypeId")
    world.holds("ERP: the prospect is retired, type Customer", retired, "Customer")
    people = [row["ContactPersonName"] for row in erp.contacts(world.memory["hal party"])]
    world.holds("ERP: Jo is contact of the customer", people, ["Jo Kay"])
    expected = {"Delivery": PIER[0], "Invoice": DESK[0]} if world.gab else {}
    what = "both addresses belong to the customer" if world.gab else "the customer has no address"
    world.holds(f"ERP: {what}", world.customer_places(ID), expected)
    world.holds(
        "ERP: the customer sequence was not used", erp.next_number("CustAccount"), NEXT_CUSTOMER
    )
    row = _hal(world)
    flags = (row["msdyn_isprospect"], row["msdyn_sellable"])
    world.holds("CRM: no prospect, a customer", flags, (False, True))
    world.holds("CRM: the number stays", row["msdyn_contactpersonid"], ID)


def same_names(world: World) -> None:
    """A last name that is taken, one that is too long, one with spaces."""
    crm, erp = world.crm, world.erp
    erp.new_person("Ola Lund", TAKEN)
    world.until(f"CRM: the ERP's {TAKEN}", lambda: crm.contact(TAKEN))
    for first, last, number in (
        ("Ida", "Iver", SECOND),
        ("Pia", "Lund", f"{TAKEN}-2"),
        ("Jan", "van der Berg", "van der Berg"),
        ("Max", "Wolfeschlegelsteinhausen", "Wolfeschlegelsteinha"),
        ("Eva", "Ångström", "Ångström"),
        ("Liv", "ANGSTROM", "ANGSTROM-2"),
    ):
        made = crm.new_person(first, last)
        found = world.until(f"ERP: {first} {last} is {number}", _look(world, number)) or {}
        world.holds(f"ERP: {number} is {first}", found["ProspectName"], f"{first} {last}")
        row = crm.one("contacts", f"contactid eq {made['contactid']}") or {}
        world.holds("both: the same number", row["msdyn_contactpersonid"], number)
        names = (row["firstname"], row["lastname"])
        world.holds("CRM: the names stay as typed", names, (first, last))
    ola = (erp.prospect(TAKEN) or {}).get("ProspectName")
    world.holds("ERP: nobody else was renamed", ola, "Ola Lund")


def _look(world: World, number: str) -> Any:
    return lambda: world.erp.prospect(number)


def repeat(world: World) -> None:
    """The same edit a second time changes nothing."""
    crm = world.crm
    before = world.erp.customer(ID) or {}
    crm.change("contacts", world.memory["hal"], {"description": "converted"})
    crm.change("contacts", world.memory["hal"], {"msdyn_sellable": True})
    world.crosses_to_erp(ID, "repeated")
    after = world.erp.customer(ID) or {}
    world.holds("ERP: nothing else of Hal changed", _lasting(after), _lasting(before))
    _only_contact(world, "Hal Iver")
    _only_contact(world, "Jo Kay")


def final_state(world: World) -> None:
    """What must exist after the last step."""
    crm = world.crm
    row = world.person(ID)
    world.holds("CRM: the same contact row", row["contactid"], world.memory["hal"])
    world.holds("CRM: group 20", row["_msdyn_customergroupid_value"], crm.group("20"))
    _only_contact(world, "Hal Iver")
    _only_contact(world, "Jo Kay")
    world.holds("CRM: no account of that number", crm.account(ID), None)
    world.holds("CRM: no lead was made", crm.rows("leads"), [])
    _customer(world)
    if world.gab:
        places = world.crm_places(world.crm_addresses(row["_msdyn_partyid_value"]))
        expected = {"Delivery": PIER[0], "Invoice": DESK[0]}
        world.holds("CRM: two party addresses with roles", places, expected)
        world.holds("CRM: Jo is the only contact for party", len(_joined(world)), 1)
    else:
        typed = (row["address3_line1"], row["address2_line1"])
        world.holds("CRM: addresses as typed", typed, (PIER[0], DESK[0]))
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])


def _only_contact(world: World, name: str) -> None:
    found = world.crm.rows("contacts", f"fullname eq '{name}'")
    world.holds(f'CRM: exactly one contact "{name}"', len(found), 1)


def _hal(world: World) -> Row:
    found = world.crm.one("contacts", f"contactid eq {world.memory['hal']}")
    if found is None:
        raise LookupError("the CRM has no contact Hal Iver any more")
    return found


def _joined(world: World) -> list[Row]:
    party = _hal(world)["_msdyn_partyid_value"]
    return joined_to(world, party)


def _lasting(row: Row) -> dict[str, Any]:
    """A row without its version, and without the column that a marker writes."""
    return {n: v for n, v in row.items() if not n.startswith("@") and n != "SalesMemo"}


def _versions(world: World) -> dict[str, Any]:
    return party_versions(world, _hal(world)["_msdyn_partyid_value"], world.memory["jo"])


S4 = Scenario(
    "S4",
    "Person prospect managed in the CRM",
    (
        Step("S4.1", "A CRM user creates prospect Hal Iver with contact Jo Kay", create_person),
        Step("S4.2", "A CRM user adds a delivery and an invoice address", add_addresses),
        Step("S4.3", "A CRM user makes him a customer of group 20", convert),
        Step("S4.4", "Last names that are taken, long, or not of plain letters", same_names),
        Step("S4.5", "The same edit a second time changes nothing", repeat),
        Step("S4 end", "What must exist at the end, and no more", final_state),
    ),
)
