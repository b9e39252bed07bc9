"""The CRM's own logic with the party and global address book."""

from __future__ import annotations

import pytest

from connectors.sandbox.kernel.errors import SystemRefusal
from tests.sandbox.dataverse.worlds import PERSON, SERVICE, USMF, World, world

PHONE, EMAIL = 192350001, 192350002


@pytest.fixture
def crm() -> World:
    return world(gab=True)


def test_account_without_party_gets_one(crm: World) -> None:
    account = crm.account("Beta Inc")
    party = crm.system.get("msdyn_parties", account["_msdyn_partyid_value"])
    assert (party["msdyn_partynumber"], party["msdyn_partytype"]) == ("CPA-000001", 192350002)
    assert party["msdyn_organizationname"] == party["msdyn_name"] == "Beta Inc"
    assert account["accountnumber"] is None


def test_account_with_party_takes_its_name(crm: World) -> None:
    party = crm.service(
        "msdyn_parties",
        {
            "msdyn_partynumber": "EPA-000007",
            "msdyn_partytype": 192350002,
            "msdyn_organizationname": "Alpha Ltd",
        },
    )
    bind = f"/msdyn_parties({party['msdyn_partyid']})"
    account = crm.account("something else", **{"msdyn_partyid@odata.bind": bind})
    assert account["name"] == "Alpha Ltd"
    assert len(crm.system.list("msdyn_parties")) == 1


def test_names_stay_equal_both_ways(crm: World) -> None:
    account = crm.account("Beta Inc")
    party_id = account["_msdyn_partyid_value"]
    crm.system.update("accounts", account["accountid"], {"name": "Beta GmbH"}, PERSON)
    assert crm.system.get("msdyn_parties", party_id)["msdyn_organizationname"] == "Beta GmbH"
    crm.system.update("msdyn_parties", party_id, {"msdyn_organizationname": "Beta SE"}, SERVICE)
    assert crm.again("accounts", account)["name"] == "Beta SE"


def test_equal_name_writes_no_second_row(crm: World) -> None:
    account = crm.account("Beta Inc")
    crm.events.clear()
    crm.system.update("accounts", account["accountid"], {"name": "Beta Inc"}, PERSON)
    assert [(event.table, event.depth) for event in crm.events] == [("account", 1)]


def test_contact_under_account_is_a_contact_for_party(crm: World) -> None:
    account = crm.account()
    contact = crm.contact_of(account)
    assert contact["_msdyn_company_value"] is None
    assert contact["msdyn_contactpersonid"] is None
    link = crm.system.list("msdyn_contactforparties")[0]
    assert link["msdyn_contactforpartynumber"] == "CCP-000001"
    assert link["_msdyn_contactpartyid_value"] == contact["_msdyn_partyid_value"]
    assert link["_msdyn_associatedpartyid_value"] == account["_msdyn_partyid_value"]
    assert link["_msdyn_associatedcompanyid_value"] == account["_msdyn_company_value"]
    primary = crm.again("accounts", account)["_msdyn_primarycontact_value"]
    assert primary == link["msdyn_contactforpartyid"]
    assert len(crm.system.list("contacts")) == 1


def test_second_contact_does_not_become_primary(crm: World) -> None:
    account = crm.account()
    crm.contact_of(account)
    first = crm.again("accounts", account)["_msdyn_primarycontact_value"]
    crm.contact_of(account, lastname="Dee")
    assert crm.again("accounts", account)["_msdyn_primarycontact_value"] == first
    assert len(crm.system.list("msdyn_contactforparties")) == 2


def test_arriving_contact_for_party_makes_its_contact(crm: World) -> None:
    account = crm.account()
    person = crm.service(
        "msdyn_parties",
        {
            "msdyn_partynumber": "EPA-000002",
            "msdyn_partytype": 192350001,
            "msdyn_firstname": "Ann",
            "msdyn_lastname": "Bee",
        },
    )
    crm.service(
        "msdyn_contactforparties",
        {
            "msdyn_contactforpartynumber": "ECP-000001",
            "msdyn_contactpartyid@odata.bind": f"/msdyn_parties({person['msdyn_partyid']})",
            "msdyn_associatedpartyid@odata.bind": (
                f"/msdyn_parties({account['_msdyn_partyid_value']})"
            ),
            "msdyn_associatedcompanyid@odata.bind": USMF,
        },
    )
    contacts = crm.system.list("contacts")
    assert [contact["fullname"] for contact in contacts] == ["Ann Bee"]
    assert contacts[0]["_msdyn_company_value"] is None
    assert contacts[0]["msdyn_sellable"] is False
    assert len(crm.system.list("msdyn_contactforparties")) == 1
    assert crm.again("accounts", account)["_msdyn_primarycontact_value"] is not None


def test_typed_phone_becomes_the_partys_address_and_back(crm: World) -> None:
    account = crm.account(telephone1="555 0100", emailaddress1="a@beta.example")
    rows = crm.system.list("msdyn_partyelectronicaddresses", orderby="msdyn_type")
    assert [(row["msdyn_type"], row["msdyn_locator"]) for row in rows] == [
        (PHONE, "555 0100"),
        (EMAIL, "a@beta.example"),
    ]
    assert all(row["msdyn_isprimary"] for row in rows)
    assert rows[0]["msdyn_electronicaddressnumber"].startswith("CEA-")
    phone = rows[0]["msdyn_partyelectronicaddressid"]
    crm.system.update(
        "msdyn_partyelectronicaddresses", phone, {"msdyn_locator": "555 0199"}, SERVICE
    )
    assert crm.again("accounts", account)["telephone1"] == "555 0199"
    crm.system.delete("msdyn_partyelectronicaddresses", phone, SERVICE)
    assert crm.again("accounts", account)["telephone1"] is None


def test_cleared_column_removes_the_partys_address(crm: World) -> None:
    account = crm.account(telephone1="555 0100")
    crm.system.update("accounts", account["accountid"], {"telephone1": None}, PERSON)
    assert crm.system.list("msdyn_partyelectronicaddresses") == []


def test_new_primary_takes_the_place_of_the_old(crm: World) -> None:
    account = crm.account(telephone1="1")
    party = f"/msdyn_parties({account['_msdyn_partyid_value']})"
    body = {
        "msdyn_type": PHONE,
        "msdyn_locator": "2",
        "msdyn_isprimary": True,
        "msdyn_partyid@odata.bind": party,
    }
    crm.service("msdyn_partyelectronicaddresses", body)
    primary = [
        row["msdyn_locator"]
        for row in crm.system.list("msdyn_partyelectronicaddresses")
        if row["msdyn_isprimary"]
    ]
    assert primary == ["2"]
    assert crm.again("accounts", account)["telephone1"] == "2"


def test_address_of_a_party(crm: World) -> None:
    account = crm.account()
    place = crm.person("msdyn_postaladdresscollections", {"msdyn_description": "Dock"})
    assert place["msdyn_location"] == "CLO-000001"
    where = f"/msdyn_postaladdresscollections({place['msdyn_postaladdresscollectionid']})"
    address = crm.person(
        "msdyn_postaladdresses",
        {
            "msdyn_street": "1 Dock Rd",
            "msdyn_city": "Seattle",
            "msdyn_countryregionid": "USA",
            "msdyn_postaladdresscollectionid@odata.bind": where,
        },
    )
    assert address["msdyn_validfrom"] == "2026-11-22T08:00:00Z"
    assert address["msdyn_validto"] == "2154-12-31T23:59:59Z"
    link = crm.person(
        "msdyn_partypostaladdresses",
        {
            "msdyn_postaladdresspurposenames": "Delivery",
            "msdyn_partyid@odata.bind": f"/msdyn_parties({account['_msdyn_partyid_value']})",
            "msdyn_postaladdresscollectionid@odata.bind": where,
        },
    )
    assert link["msdyn_isprimary"] is True
    shown = crm.again("accounts", account)
    assert (shown["address1_line1"], shown["address1_city"]) == ("1 Dock Rd", "Seattle")
    assert shown["address1_country"] == "United States"
    assert shown["address2_line1"] is None


def test_party_in_use_cannot_be_deleted(crm: World) -> None:
    account = crm.account()
    with pytest.raises(SystemRefusal) as caught:
        crm.system.delete("msdyn_parties", account["_msdyn_partyid_value"], PERSON)
    assert caught.value.code == "0x80040227"


def test_refused_account_leaves_no_party_behind(crm: World) -> None:
    crm.account(accountnumber="CRMP-001")
    parties = len(crm.system.list("msdyn_parties"))
    crm.events.clear()
    with pytest.raises(SystemRefusal) as caught:
        crm.account(accountnumber="crmp-001")
    assert caught.value.code == "0x80060892"
    assert len(crm.system.list("msdyn_parties")) == parties
    assert crm.events == []


def test_locator_too_long_for_the_column_stays_on_the_party(crm: World) -> None:
    account = crm.account(telephone1="1")
    phone = crm.system.list("msdyn_partyelectronicaddresses")[0]
    key, long = phone["msdyn_partyelectronicaddressid"], "5" * 51
    crm.system.update("msdyn_partyelectronicaddresses", key, {"msdyn_locator": long}, SERVICE)
    assert crm.again("accounts", account)["telephone1"] == "1"
    assert crm.system.get("msdyn_partyelectronicaddresses", key)["msdyn_locator"] == long


def test_role_that_takes_a_party_shows_its_addresses(crm: World) -> None:
    party = crm.service(
        "msdyn_parties",
        {"msdyn_partytype": 192350002, "msdyn_organizationname": "Alpha Ltd"},
    )
    bind = {"msdyn_partyid@odata.bind": f"/msdyn_parties({party['msdyn_partyid']})"}
    crm.service(
        "msdyn_partyelectronicaddresses",
        {"msdyn_type": EMAIL, "msdyn_locator": "a@alpha.example", **bind},
    )
    account = crm.account("x", **bind)
    assert account["emailaddress1"] == "a@alpha.example"
    assert len(crm.system.list("msdyn_partyelectronicaddresses")) == 1


def test_mobile_phone_is_another_address(crm: World) -> None:
    account = crm.account()
    contact = crm.contact_of(account, telephone1="1", mobilephone="2")
    rows = crm.system.list(
        "msdyn_partyelectronicaddresses",
        filter=f"_msdyn_partyid_value eq {contact['_msdyn_partyid_value']}",
        orderby="msdyn_locator",
    )
    shape = [(r["msdyn_locator"], r["msdyn_isprimary"], r["msdyn_ismobile"]) for r in rows]
    assert shape == [("1", True, False), ("2", False, True)]


def test_deleted_account_with_primary_contact(crm: World) -> None:
    account = crm.account()
    contact = crm.contact_of(account)
    bind = {"primarycontactid@odata.bind": f"/contacts({contact['contactid']})"}
    crm.system.update("accounts", account["accountid"], bind, PERSON)
    crm.system.delete("accounts", account["accountid"], PERSON)
    last = crm.events[-1]
    assert (last.message, last.table, last.row_id) == ("Delete", "account", account["accountid"])
    assert crm.system.list("contacts") == []


def test_contact_under_a_person_becomes_its_contact_for_party(crm: World) -> None:
    hal = crm.person(
        "contacts",
        {
            "firstname": "Hal",
            "lastname": "Iver",
            "msdyn_isprospect": True,
            "msdyn_company@odata.bind": USMF,
        },
    )
    under = {"parentcustomerid_contact@odata.bind": f"/contacts({hal['contactid']})"}
    jo = crm.person("contacts", {"firstname": "Jo", "lastname": "Kay", **under})
    (joined,) = crm.system.list("msdyn_contactforparties")
    assert joined["_msdyn_contactpartyid_value"] == jo["_msdyn_partyid_value"]
    assert joined["_msdyn_associatedpartyid_value"] == hal["_msdyn_partyid_value"]
    assert joined["_msdyn_associatedcompanyid_value"] == hal["_msdyn_company_value"]
    assert (jo["_msdyn_company_value"], jo["msdyn_contactpersonid"]) == (None, None)
    primary = crm.again("contacts", hal)["_msdyn_primarycontact_value"]
    assert primary == joined["msdyn_contactforpartyid"]
