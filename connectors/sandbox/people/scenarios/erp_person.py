"""S3: a person prospect that is managed in the ERP.

Source: Microsoft docs, prospects in prospect-to-cash, with its party and address book variant.
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.scenarios.parties import joined_to, party_versions
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

NEXT_CUSTOMER = "CU-000001"
DOCK, BILL = ("1 Quay St", "Seattle"), ("2 Till St", "Kent")
_PERSON = 192350001


def create_prospect(world: World) -> None:
    """An ERP user creates the person; the CRM gets exactly one contact."""
    crm, erp = world.crm, world.erp
    expected = erp.next_number("BusRelAccount")
    made = erp.new_person("Dora Ek")
    number, party = made["ProspectId"], made["ProspectPartyNumber"]
    world.holds("ERP: its number is the next of the sequence", number, expected)
    world.holds("ERP: a prospect", made["ProspectRelationTypeId"], "Prospect")
    world.holds("ERP: its party is a person", made["ProspectPartyType"], "Person")
    row = world.until(f"CRM: a contact {number}", lambda: crm.contact(number)) or {}
    world.memory |= {"dora": row["contactid"], "dora number": number, "dora party": party}
    names = (row["firstname"], row["lastname"], row["fullname"])
    world.holds("CRM: her names", names, ("Dora", "Ek", "Dora Ek"))
    _is_prospect(world, row)
    company = crm.company_row
    world.holds("CRM: in company USMF", row["_msdyn_company_value"], company["cdm_companyid"])
    team = company["_cdm_defaultowningteam_value"]
    world.holds("CRM: owned by the company's default team", row["_ownerid_value"], team)
    _only_contact(world, "Dora Ek")
    if world.gab:
        found = crm.one("msdyn_parties", f"msdyn_partynumber eq '{party}'") or {}
        world.holds("CRM: a person party", found["msdyn_partytype"], _PERSON)
        linked = row["_msdyn_partyid_value"]
        world.holds("CRM: the contact points to the party", linked, found["msdyn_partyid"])
    else:
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])
        world.until(
            "CRM: the contact holds the ERP's party number",
            lambda: _dora(world)["msdyn_partynumber"],
            lambda seen: seen == party,
        )
    world.holds("ERP: no customer of that number", erp.customer(number), None)
    world.holds("CRM: no account came with it", crm.account(number), None)


def add_addresses(world: World) -> None:
    """An ERP user adds a delivery and an invoice address."""
    erp, party, number = world.erp, world.memory["dora party"], world.memory["dora number"]
    erp.new_address(party, *DOCK, "Delivery", CountryRegionId="USA")
    erp.new_address(party, *BILL, "Invoice", CountryRegionId="USA")
    if world.gab:
        party_id = _dora(world)["_msdyn_partyid_value"]
        world.until(
            "CRM: both addresses on the party, with their roles",
            lambda: world.crm_places(world.crm_addresses(party_id)),
            lambda seen: seen == {"Delivery": DOCK[0], "Invoice": BILL[0]},
        )
        world.holds("CRM: no third one", len(world.crm_addresses(party_id)), 2)
        world.until(
            "CRM: the contact shows both",
            lambda: (_flat(world, 2), _flat(world, 3)),
            lambda seen: seen == (BILL, DOCK),
        )
        return
    world.until(
        "CRM: address 3 is the delivery address",
        lambda: _flat(world, 3),
        lambda seen: seen == DOCK,
    )
    erp.change_prospect(number, PrimaryPhoneNumber="206-555-0103")
    world.until(
        "a later edit of the prospect has crossed",
        lambda: _dora(world)["telephone1"],
        lambda seen: seen == "206-555-0103",
    )
    world.holds("CRM: address 2 is empty", _flat(world, 2), (None, None))


def add_contact(world: World) -> None:
    """An ERP user adds a contact person to the person."""
    crm, number = world.crm, world.memory["dora number"]
    made = world.erp.new_contact(world.memory["dora party"], "Fay", "Gil")
    fay = world.until(
        'CRM: one contact "Fay Gil"', lambda: crm.one("contacts", "fullname eq 'Fay Gil'")
    )
    assert fay is not None  # noqa: S101 - narrows the type
    world.memory["fay"] = fay["contactid"]
    world.holds("CRM: Fay is not sellable", fay["msdyn_sellable"], expected=False)
    world.holds("CRM: Fay is no prospect", fay["msdyn_isprospect"], expected=False)
    if not world.gab:
        world.holds(
            "CRM: Fay hangs under Dora", fay["_parentcustomerid_value"], world.memory["dora"]
        )
        world.holds("both: Fay's number", fay["msdyn_contactpersonid"], made["ContactPersonId"])
        return
    world.holds("CRM: Fay's company is blank", fay["_msdyn_company_value"], None)
    joined = _joined(world)
    people = [link["_msdyn_contactpartyid_value"] for link in joined]
    world.holds(
        "CRM: one contact for party joins Fay to Dora", people, [fay["_msdyn_partyid_value"]]
    )
    numbers = [link["msdyn_contactforpartynumber"] for link in joined]
    world.holds("both: its number", numbers, [made["ContactPersonId"]])
    party = world.party_number(fay["_msdyn_partyid_value"])
    world.holds("both: Fay's party number", party, made["ContactPersonPartyNumber"])
    world.holds("CRM: Dora is still a prospect", world.person(number)["msdyn_isprospect"])


def convert(world: World) -> None:
    """An ERP user converts the person to a customer."""
    number = world.memory["dora number"]
    untouched = world.at_rest("CRM", lambda: _versions(world)) if world.gab else {}
    world.erp.act("convert-prospect", number)
    _converted_in_erp(world)
    world.until(
        "CRM: Dora is a customer",
        lambda: (_dora(world)["msdyn_isprospect"], _dora(world)["msdyn_sellable"]),
        lambda seen: seen == (False, True),
    )
    row = _dora(world)
    world.holds("CRM: the same contact row", row["contactid"], world.memory["dora"])
    _only_contact(world, "Dora Ek")
    world.until(
        "CRM: customer group 10",
        lambda: _dora(world)["_msdyn_customergroupid_value"],
        lambda seen: seen == world.crm.group("10"),
    )
    if not world.gab:
        world.until(
            "CRM: address 2 is now the invoice address",
            lambda: _flat(world, 2),
            lambda seen: seen == BILL,
        )
        world.holds("CRM: address 3 is unchanged", _flat(world, 3), DOCK)
        under = world.crm.rows("contacts", f"_parentcustomerid_value eq {row['contactid']}")
        world.holds(
            "CRM: Fay is under Dora", [r["contactid"] for r in under], [world.memory["fay"]]
        )
    world.crosses_as_customer(number, "converted")
    if world.gab:
        world.holds(
            "CRM: addresses, party links and Fay were not written", _versions(world), untouched
        )


def _converted_in_erp(world: World) -> None:
    erp, number, party = world.erp, world.memory["dora number"], world.memory["dora party"]
    customer = erp.customer(number) or {}
    world.holds("ERP: customer under the same number", customer.get("CustomerAccount"), number)
    world.holds("ERP: a person", customer.get("PartyType"), "Person")
    world.holds("ERP: customer group 10", customer.get("CustomerGroupId"), "10")
    world.holds("ERP: the same party", customer.get("PartyNumber"), party)
    relation = (erp.prospect(number) or {}).get("ProspectRelationTypeId")
    world.holds("ERP: the prospect is retired, type Customer", relation, "Customer")
    places = world.customer_places(number)
    expected = {"Delivery": DOCK[0], "Invoice": BILL[0]}
    world.holds("ERP: both addresses belong to the customer", places, expected)
    names = [row["ContactPersonName"] for row in erp.contacts(party)]
    world.holds("ERP: Fay belongs to the customer", names, ["Fay Gil"])
    world.holds(
        "ERP: the customer sequence was not used", erp.next_number("CustAccount"), NEXT_CUSTOMER
    )


def repeat(world: World) -> None:
    """The same edit a second time changes nothing."""
    number = world.memory["dora number"]
    before = _lasting(_dora(world))
    key = {"dataAreaId": world.erp.company, "CustomerAccount": number}
    world.erp.change("CustomersV3", key, {"SalesMemo": "converted"})
    world.erp.change("CustomersV3", key, {"CustomerGroupId": "10"})
    world.crosses_as_customer(number, "repeated")
    after = _lasting(_dora(world))
    world.holds("CRM: nothing else of Dora changed", after, before)
    _only_contact(world, "Dora Ek")
    _only_contact(world, "Fay Gil")


def final_state(world: World) -> None:
    """What must exist after the last step."""
    crm, number = world.crm, world.memory["dora number"]
    row = _dora(world)
    world.holds("CRM: the same contact row", row["contactid"], world.memory["dora"])
    flags = (row["msdyn_isprospect"], row["msdyn_sellable"])
    world.holds("CRM: no prospect, a customer", flags, (False, True))
    world.holds("CRM: group 10", row["_msdyn_customergroupid_value"], crm.group("10"))
    _only_contact(world, "Dora Ek")
    world.holds("CRM: no account of that number", crm.account(number), None)
    world.holds("CRM: no lead was made", crm.rows("leads"), [])
    _converted_in_erp(world)
    if world.gab:
        places = world.crm_places(world.crm_addresses(row["_msdyn_partyid_value"]))
        expected = {"Delivery": DOCK[0], "Invoice": BILL[0]}
        world.holds("CRM: two party addresses with roles", places, expected)
        world.holds("CRM: Fay is the only contact for party", len(_joined(world)), 1)
    else:
        world.holds("CRM: address 3, delivery", _flat(world, 3), DOCK)
        world.holds("CRM: address 2, invoice", _flat(world, 2), BILL)
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])


def _is_prospect(world: World, row: Row) -> None:
    flags = (row["msdyn_isprospect"], row["msdyn_sellable"])
    world.holds("CRM: a prospect, no customer", flags, (True, False))


def _only_contact(world: World, name: str) -> None:
    found = world.crm.rows("contacts", f"fullname eq '{name}'")
    world.holds(f'CRM: exactly one contact "{name}"', len(found), 1)


def _dora(world: World) -> Row:
    return world.person(world.memory["dora number"])


def _flat(world: World, slot: int) -> tuple[Any, Any]:
    row = _dora(world)
    return row[f"address{slot}_line1"], row[f"address{slot}_city"]


def _joined(world: World) -> list[Row]:
    party = _dora(world)["_msdyn_partyid_value"]
    return joined_to(world, party)


def _lasting(row: Row) -> dict[str, Any]:
    """A row without its version, and without the column that a marker writes."""
    moving = {"@odata.etag", "@odata.context", "versionnumber", "modifiedon", "description"}
    return {name: value for name, value in row.items() if name not in moving}


def _versions(world: World) -> dict[str, Any]:
    return party_versions(world, _dora(world)["_msdyn_partyid_value"], world.memory["fay"])


S3 = Scenario(
    "S3",
    "Person prospect managed in the ERP",
    (
        Step("S3.1", "An ERP user creates prospect Dora Ek", create_prospect),
        Step("S3.2", "An ERP user adds a delivery and an invoice address", add_addresses),
        Step("S3.3", "An ERP user adds contact person Fay Gil", add_contact),
        Step("S3.4", "An ERP user converts the person to a customer", convert),
        Step("S3.5", "The same edit a second time changes nothing", repeat),
        Step("S3 end", "What must exist at the end, and no more", final_state),
    ),
)
