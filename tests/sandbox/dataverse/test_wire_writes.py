"""Writes on the wire: conditions, keys, bindings, refusals."""

from __future__ import annotations

from uuid import uuid4

import pytest

from connectors.sandbox.dataverse.web.switches import Switches
from tests.sandbox.dataverse.wire import REPRESENTATION, ROOT, Crm, crm
from tests.sandbox.dataverse.worlds import USMF


async def test_create_tells_where(web: Crm) -> None:
    answer = await web.post("accounts", {"name": "A"})
    assert (answer.status_code, answer.content) == (204, b"")
    location = answer.headers["odata-entityid"]
    assert location.startswith(f"{ROOT}/accounts(")
    assert (await web.client.get(location)).json()["name"] == "A"


async def test_representation_is_201_for_a_new_row_and_200_for_an_old_one(web: Crm) -> None:
    key = str(uuid4())
    made = await web.patch(f"accounts({key})?$select=name", {"name": "A"}, REPRESENTATION)
    assert made.status_code == 201
    assert made.headers["preference-applied"] == "return=representation"
    assert made.json()["accountid"] == key
    changed = await web.patch(f"accounts({key})?$select=name", {"name": "B"}, REPRESENTATION)
    assert changed.status_code == 200
    assert changed.json()["name"] == "B"
    assert changed.headers["etag"] == changed.json()["@odata.etag"] != made.headers["etag"]


async def test_client_chosen_id_makes_create_idempotent(web: Crm) -> None:
    key = str(uuid4())
    assert (await web.post("accounts", {"accountid": key, "name": "A"})).status_code == 204
    again = await web.post("accounts", {"accountid": key, "name": "A"})
    assert (again.status_code, again.json()["error"]) == (
        412,
        {"code": "0x80040237", "message": "Cannot insert duplicate key."},
    )


async def test_conditions(web: Crm) -> None:
    row = await web.account()
    path, etag = f"accounts({row['accountid']})", row["@odata.etag"]
    fresh = await web.patch(path, {"name": "B"}, {"If-Match": etag})
    assert fresh.status_code == 204
    stale = await web.patch(path, {"name": "C"}, {"If-Match": etag})
    assert (stale.status_code, stale.json()["error"]) == (
        412,
        {
            "code": "0x80060882",
            "message": (
                "The version of the existing record doesn't match the RowVersion property provided."
            ),
        },
    )
    assert (await web.get(path)).json()["name"] == "B"
    assert (await web.delete(path, {"If-Match": etag})).status_code == 412
    existing = await web.patch(path, {"name": "D"}, {"If-None-Match": "*"})
    assert (existing.status_code, existing.json()["error"]["code"]) == (412, "0x80040237")
    nobody = f"accounts({uuid4()})"
    missing = await web.patch(nobody, {"name": "E"}, {"If-Match": "*"})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "0x80040217")
    assert (await web.patch(nobody, {"name": "E"}, {"If-None-Match": "*"})).status_code == 204
    assert (await web.delete(path)).status_code == 204
    assert (await web.delete(path)).status_code == 404


async def test_equal_value_is_an_update_too(web: Crm) -> None:
    row = await web.account(name="same")
    path = f"accounts({row['accountid']})"
    changed = await web.patch(path, {"name": "same"}, REPRESENTATION)
    assert changed.json()["versionnumber"] > row["versionnumber"]


async def test_upsert_by_alternate_key(web: Crm) -> None:
    path = "cdm_companies(cdm_companycode='DEMF')"
    made = await web.patch(path, {"cdm_name": "first"})
    assert made.status_code == 204
    assert made.headers["odata-entityid"] == f"{ROOT}/{path}"
    changed = await web.patch(path, {"cdm_companycode": "XXXX", "cdm_name": "second"})
    assert changed.status_code == 204
    row = (await web.get(path)).json()
    assert (row["cdm_companycode"], row["cdm_name"]) == ("DEMF", "second")
    again = await web.post("cdm_companies", {"cdm_companycode": "demf", "cdm_name": "third"})
    assert (again.status_code, again.json()["error"]["code"]) == (412, "0x80060892")
    assert "Company Code" in again.json()["error"]["message"]


async def test_company_scopes_the_account_number(web: Crm) -> None:
    await web.post("cdm_companies", {"cdm_companycode": "DEMF"})
    await web.account(accountnumber="1", **{"msdyn_company@odata.bind": USMF})
    other = "/cdm_companies(cdm_companycode='DEMF')"
    await web.account(accountnumber="1", **{"msdyn_company@odata.bind": other})
    await web.account(accountnumber="1")
    await web.account(accountnumber="1")
    body = {"name": "x", "accountnumber": "1", "msdyn_company@odata.bind": USMF}
    assert (await web.post("accounts", body)).status_code == 412


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "x", "Name": "y"}, 400, "0x80048d19"),
        ({"nmae": "x"}, 400, "0x80048d19"),
        ({"name": "x" * 161}, 400, "0x80044331"),
        ({"name": 5}, 400, "0x80048d19"),
        ({"customertypecode": 99}, 400, "0x8004431a"),
        ({"customertypecode": "Prospect"}, 400, "0x80048d19"),
        ({"creditlimit": "ten"}, 400, "0x80048d19"),
        ({"creditonhold": "yes"}, 400, "0x80048d19"),
        ({"statecode": 1, "statuscode": 1}, 400, "0x80048408"),
        ({"_primarycontactid_value": "00000000-0000-0000-0000-000000000009"}, 400, "0x80048d19"),
        ({"msdyn_Company@odata.bind": USMF}, 400, "0x80048d19"),
        (
            {"msdyn_company@odata.bind": "/accounts(00000000-0000-0000-0000-000000000009)"},
            400,
            "0x80048d19",
        ),
        ({"msdyn_company@odata.bind": "/cdm_companies(cdm_companycode='NONE')"}, 404, "0x80060891"),
        (
            {"primarycontactid@odata.bind": "/contacts(00000000-0000-0000-0000-000000000009)"},
            404,
            "0x80040217",
        ),
        ({"msdyn_company@odata.bind": "/nothing(1)"}, 404, "0x8006088a"),
    ],
)
async def test_bad_bodies_change_nothing(
    web: Crm, body: dict[str, object], status: int, code: str
) -> None:
    parties = len(web.world.system.list("msdyn_parties"))
    answer = await web.post("accounts", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    assert web.world.system.list("accounts") == []
    assert len(web.world.system.list("msdyn_parties")) == parties


async def test_body_that_is_no_object(web: Crm) -> None:
    for content in (b"[1]", b"{", b"\xff\xfe"):
        answer = await web.client.post(f"{ROOT}/accounts", content=content)
        assert answer.status_code == 400


async def test_read_only_columns_are_ignored(web: Crm) -> None:
    made = await web.post(
        "contacts", {"firstname": "A", "lastname": "B", "fullname": "no"}, REPRESENTATION
    )
    assert made.json()["fullname"] == "A B"


async def test_empty_text_is_null(web: Crm) -> None:
    row = await web.account(description="")
    assert row["description"] is None


async def test_bindings_of_every_form(web: Crm) -> None:
    contact = (await web.post("contacts", {"lastname": "K"})).headers["odata-entityid"]
    guid = contact.partition("(")[2].rstrip(")")
    for address in (f"/contacts({guid})", f"contacts({guid})", contact):
        row = await web.account(**{"primarycontactid@odata.bind": address})
        assert row["_primarycontactid_value"] == guid
    cleared = await web.patch(
        f"accounts({row['accountid']})", {"primarycontactid@odata.bind": None}, REPRESENTATION
    )
    assert cleared.json()["_primarycontactid_value"] is None


async def test_deep_insert(web: Crm) -> None:
    body = {
        "primarycontactid": {"firstname": "Ana", "lastname": "Ruiz"},
        "contact_customer_accounts": [{"lastname": "One"}, {"lastname": "Two"}],
    }
    row = await web.account(**body)
    contact = await web.get(f"contacts({row['_primarycontactid_value']})")
    assert contact.json()["fullname"] == "Ana Ruiz"
    children = await web.get(f"contacts?$filter=_parentcustomerid_value eq {row['accountid']}")
    assert {item["lastname"] for item in children.json()["value"]} == {"One", "Two"}


async def test_deep_insert_fails_whole(web: Crm) -> None:
    body = {"name": "x", "contact_customer_accounts": [{"lastname": "One"}, {"lastnam": "Two"}]}
    assert (await web.post("accounts", body)).status_code == 400
    assert web.world.system.list("accounts") == []
    assert web.world.system.list("contacts") == []


async def test_one_property_and_links(web: Crm) -> None:
    row = await web.account(name="A", description="x")
    path = f"{ROOT}/accounts({row['accountid']})"
    assert (await web.client.put(f"{path}/name", json={"value": "B"})).status_code == 204
    assert (await web.client.delete(f"{path}/description")).status_code == 204
    contact = (await web.post("contacts", {"lastname": "K"})).headers["odata-entityid"]
    link = await web.client.put(f"{path}/primarycontactid/$ref", json={"@odata.id": contact})
    assert link.status_code == 204
    collection = f"{path}/contact_customer_accounts/$ref"
    assert (await web.client.post(collection, json={"@odata.id": contact})).status_code == 204
    shown = (await web.client.get(path)).json()
    assert (shown["name"], shown["description"]) == ("B", None)
    assert contact.endswith(f"({shown['_primarycontactid_value']})")
    assert (await web.client.get(contact)).json()["_parentcustomerid_value"] == row["accountid"]
    key = contact.partition("(")[2].rstrip(")")
    one = f"{path}/contact_customer_accounts({key})/$ref"
    assert (await web.client.delete(one)).status_code == 204
    assert (await web.client.get(contact)).json()["_parentcustomerid_value"] is None
    assert (await web.client.delete(f"{path}/primarycontactid/$ref")).status_code == 204
    assert (await web.client.get(path)).json()["_primarycontactid_value"] is None


async def test_state_brings_its_status(web: Crm) -> None:
    row = await web.account()
    changed = await web.patch(f"accounts({row['accountid']})", {"statecode": 1}, REPRESENTATION)
    assert (changed.json()["statecode"], changed.json()["statuscode"]) == (1, 2)


async def test_create_only_by_key_as_documented_and_as_seen_live() -> None:
    path, condition = "cdm_companies(cdm_companycode='GBSI')", {"If-None-Match": "*"}
    async with crm() as documented:
        assert (await documented.patch(path, {"cdm_name": "n"}, condition)).status_code == 204
        assert (await documented.patch(path, {"cdm_name": "n"}, condition)).status_code == 412
    async with crm(switches=Switches(altkey_create_only="live")) as live:
        missing = await live.patch(path, {"cdm_name": "n"}, condition)
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "0x80060891")
        assert (await live.get(path)).status_code == 404


async def test_missing_row_may_come_without_a_code() -> None:
    async with crm(switches=Switches(missing_row_code="empty")) as web:
        answer = await web.get(f"accounts({uuid4()})")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "")


async def test_wrong_verbs(web: Crm) -> None:
    row = await web.account()
    assert (await web.delete("accounts")).status_code == 405
    assert (await web.post(f"accounts({row['accountid']})", {})).status_code == 405
    multiple = await web.get("accounts/Microsoft.Dynamics.CRM.CreateMultiple")
    assert multiple.status_code == 404


async def test_multiple_needs_its_type(web: Crm) -> None:
    path = "accounts/Microsoft.Dynamics.CRM.CreateMultiple"
    answer = await web.post(path, {"Targets": [{"name": "A"}]})
    assert answer.status_code == 400
    kind = {"@odata.type": "Microsoft.Dynamics.CRM.account"}
    made = await web.post(path, {"Targets": [{**kind, "name": "A"}, {**kind, "name": "B"}]})
    assert len(made.json()["Ids"]) == 2


async def test_bad_select_is_refused_before_anything_is_written(web: Crm) -> None:
    answer = await web.post("accounts?$select=nmae", {"name": "A"}, REPRESENTATION)
    assert answer.status_code == 400
    assert web.world.system.list("accounts") == []
