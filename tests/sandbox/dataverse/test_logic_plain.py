"""The CRM's own logic without the address book, and what holds in both flavours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.kernel.errors import SystemRefusal
from tests.sandbox.dataverse.worlds import PERSON, SERVICE, USMF, World, world


@pytest.fixture
def crm() -> World:
    return world(gab=False)


def test_contact_under_account_is_a_contact_person(crm: World) -> None:
    account = crm.account()
    contact = crm.contact_of(account)
    assert contact["msdyn_contactpersonid"] == "CCP-000001"
    assert contact["msdyn_contactfor"] == "Customer"
    assert contact["msdyn_sellable"] is False
    assert contact["_msdyn_company_value"] == account["_msdyn_company_value"]
    assert contact["_accountid_value"] == account["accountid"]
    assert crm.again("accounts", account)["_primarycontactid_value"] == contact["contactid"]
    assert crm.system.list("msdyn_parties") == []
    assert crm.system.list("msdyn_contactforparties") == []


def test_contact_put_under_account_later_draws_its_number(crm: World) -> None:
    account = crm.account()
    contact = crm.person("contacts", {"firstname": "Ann", "lastname": "Bee"})
    assert contact["msdyn_contactpersonid"] is None
    bind = {"parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})"}
    changed = crm.system.update("contacts", contact["contactid"], bind, PERSON)
    assert changed["msdyn_contactpersonid"] == "CCP-000001"


def test_arriving_contact_keeps_its_number(crm: World) -> None:
    account = crm.account()
    contact = crm.service(
        "contacts",
        {
            "lastname": "Bee",
            "msdyn_contactpersonid": "ECP-000004",
            "parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})",
        },
    )
    assert contact["msdyn_contactpersonid"] == "ECP-000004"
    assert crm.again("accounts", account)["_primarycontactid_value"] == contact["contactid"]


def test_contact_under_a_person_is_that_persons_contact_person(crm: World) -> None:
    dora = crm.person(
        "contacts",
        {"lastname": "Ek", "msdyn_isprospect": True, "msdyn_company@odata.bind": USMF},
    )
    under = {"parentcustomerid_contact@odata.bind": f"/contacts({dora['contactid']})"}
    fay = crm.person("contacts", {"firstname": "Fay", "lastname": "Gil", **under})
    assert fay["msdyn_contactpersonid"] == "CCP-000001"
    assert (fay["msdyn_contactfor"], fay["msdyn_sellable"]) == ("Customer", False)
    assert fay["_msdyn_company_value"] == dora["_msdyn_company_value"]
    assert fay["_accountid_value"] is None
    nobody = crm.person("contacts", {"lastname": "Kay"})
    under = {"parentcustomerid_contact@odata.bind": f"/contacts({nobody['contactid']})"}
    plain = crm.person("contacts", {"lastname": "Lee", **under})
    assert (plain["msdyn_contactpersonid"], plain["msdyn_contactfor"]) == (None, None)


def test_prospect_contact_draws_no_number(crm: World) -> None:
    contact = crm.person(
        "contacts",
        {"lastname": "Iver", "msdyn_isprospect": True, "msdyn_company@odata.bind": USMF},
    )
    assert contact["msdyn_contactpersonid"] is None
    assert crm.system.storage.peek_value("CCP") == 0


def test_typed_primary_contact_stays(crm: World) -> None:
    account = crm.account()
    first = crm.contact_of(account)
    crm.contact_of(account, lastname="Dee")
    assert crm.again("accounts", account)["_primarycontactid_value"] == first["contactid"]


@pytest.mark.parametrize("gab", [False, True])
def test_rows_of_the_integration_belong_to_the_companys_team(gab: bool) -> None:
    crm = world(gab=gab)
    body = {"name": "Alpha", "customertypecode": 8, "msdyn_company@odata.bind": USMF}
    account = crm.service("accounts", body)
    team = crm.system.get("teams", account["_ownerid_value"])
    assert team["name"] == "USMF Dual Write"
    assert account["_owningteam_value"] == team["teamid"]
    assert account["_owninguser_value"] is None
    mine = crm.account("Mine")
    assert mine["_ownerid_value"] == mine["_owninguser_value"] == PERSON.user_id


def test_company_is_read_only_after_save(crm: World) -> None:
    crm.service("cdm_companies", {"cdm_companycode": "DEMF", "cdm_name": "Contoso Germany"})
    account = crm.account()
    other = {"msdyn_company@odata.bind": "/cdm_companies(cdm_companycode='DEMF')"}
    for caller in (PERSON, SERVICE):
        with pytest.raises(SystemRefusal, match="company"):
            crm.system.update("accounts", account["accountid"], other, caller)
    bare = crm.person("accounts", {"name": "No company yet"})
    assert crm.system.update("accounts", bare["accountid"], other, PERSON)["_msdyn_company_value"]


def test_customer_does_not_become_prospect_again_for_people(crm: World) -> None:
    account = crm.account(accountnumber="CRMP-001")
    key = account["accountid"]
    crm.system.update("accounts", key, {"customertypecode": 3}, PERSON)
    with pytest.raises(SystemRefusal, match="CRMP-001") as caught:
        crm.system.update("accounts", key, {"customertypecode": 8}, PERSON)
    assert caught.value.status == 400
    assert crm.again("accounts", account)["customertypecode"] == 3
    crm.system.update("accounts", key, {"customertypecode": 8}, SERVICE)


def test_account_number_stays_editable(crm: World) -> None:
    account = crm.account(accountnumber="CRMP-001")
    changed = crm.system.update(
        "accounts", account["accountid"], {"accountnumber": "CRMP-002"}, PERSON
    )
    assert changed["accountnumber"] == "CRMP-002"


def test_currency_is_the_records_else_the_companys(crm: World) -> None:
    dollars = crm.system.by_key("transactioncurrencies", {"isocurrencycode": "USD"})
    euros = crm.system.by_key("transactioncurrencies", {"isocurrencycode": "EUR"})
    account = crm.account(creditlimit=Decimal("25000.125"))
    assert account["_transactioncurrencyid_value"] == dollars["transactioncurrencyid"]
    assert account["creditlimit"] == Decimal("25000.13")
    assert account["creditlimit_base"] == Decimal("25000.13")
    bind = f"/transactioncurrencies({euros['transactioncurrencyid']})"
    other = crm.account("Euro", **{"transactioncurrencyid@odata.bind": bind})
    assert other["_transactioncurrencyid_value"] == euros["transactioncurrencyid"]
    assert crm.person("accounts", {"name": "none"})["_transactioncurrencyid_value"] is None


def test_deleted_account_takes_its_contacts_along(crm: World) -> None:
    account = crm.account()
    contact = crm.contact_of(account)
    crm.system.delete("accounts", account["accountid"], PERSON)
    with pytest.raises(SystemRefusal):
        crm.system.get("contacts", contact["contactid"])


def test_company_in_use_cannot_be_deleted(crm: World) -> None:
    account = crm.account()
    with pytest.raises(SystemRefusal) as caught:
        crm.system.delete("cdm_companies", account["_msdyn_company_value"], PERSON)
    assert caught.value.code == "0x80040227"


def test_versions_grow_over_all_tables(crm: World) -> None:
    first, second = crm.account("A"), crm.person("contacts", {"lastname": "B"})
    assert first["versionnumber"] < second["versionnumber"]
    assert first["@odata.etag"] == f'W/"{first["versionnumber"]}"'
    changed = crm.system.update("accounts", first["accountid"], {"name": "A"}, PERSON)
    assert changed["versionnumber"] > second["versionnumber"]


def test_changes_since_collapse_and_end_with_deletions(crm: World) -> None:
    version = crm.system.version()
    kept, gone, never = crm.account("kept"), crm.account("gone"), crm.account("never seen")
    crm.system.update("accounts", kept["accountid"], {"name": "kept 2"}, PERSON)
    crm.system.delete("accounts", gone["accountid"], PERSON)
    crm.system.delete("accounts", never["accountid"], PERSON)
    rows, deleted, latest = crm.system.changes_since("accounts", version)
    assert [row["name"] for row in rows] == ["kept 2"]
    assert [item["id"] for item in deleted] == [gone["accountid"], never["accountid"]]
    assert crm.system.changes_since("accounts", latest) == ([], [], latest)


def test_revived_row_is_no_deletion(crm: World) -> None:
    row = crm.account("again")
    version = crm.system.version()
    crm.system.delete("accounts", row["accountid"], PERSON)
    crm.account("again", accountid=row["accountid"])
    rows, deleted, _ = crm.system.changes_since("accounts", version)
    assert ([item["name"] for item in rows], deleted) == (["again"], [])


def test_every_lookup_and_key_names_what_exists() -> None:
    tables = all_tables()
    for table in tables.values():
        for column in table.lookups:
            assert {target.table for target in column.targets} <= tables.keys()
        for key in table.keys:
            assert set(key.columns) <= table.by_name.keys()
        for child, lookup in table.collections.values():
            targets = tables[child].by_name[lookup].targets
            assert table.name in {target.table for target in targets}


def test_restored_snapshot_forgets_keys_too(crm: World) -> None:
    snapshot = crm.system.storage.snapshot()
    account = crm.account(accountnumber="X-1")
    crm.system.storage.restore(snapshot)
    assert crm.system.list("accounts") == []
    again = crm.account(accountnumber="X-1")
    assert again["accountid"] != account["accountid"]


@pytest.mark.parametrize("gab", [False, True])
def test_converted_person_is_no_prospect_any_more(gab: bool) -> None:
    crm = world(gab=gab)
    body = {
        "lastname": "Iver",
        "msdyn_contactpersonid": "Iver",
        "msdyn_isprospect": True,
        "msdyn_company@odata.bind": USMF,
    }
    key = crm.person("contacts", body)["contactid"]
    converted = crm.system.update("contacts", key, {"msdyn_sellable": True}, PERSON)
    assert (converted["msdyn_isprospect"], converted["msdyn_sellable"]) == (False, True)
    assert converted["msdyn_contactpersonid"] == "Iver"
    with pytest.raises(SystemRefusal, match="Iver"):
        crm.system.update("contacts", key, {"msdyn_isprospect": True}, PERSON)
    with pytest.raises(SystemRefusal, match="is a customer and stays one"):
        crm.system.update("contacts", key, {"msdyn_sellable": False}, PERSON)
    crm.system.update("contacts", key, {"msdyn_isprospect": True}, SERVICE)
