"""Reads on the wire, with what imitations commonly get wrong."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote
from uuid import uuid4
from xml.etree import ElementTree

import msgspec
import pytest

from tests.sandbox.dataverse.wire import HOST, ROOT, Crm
from tests.sandbox.dataverse.worlds import SERVICE, USMF

GUID = "00000000-0000-0000-0000-000000000009"


async def test_every_encoding_of_a_query_is_understood(web: Crm) -> None:
    await web.account(name="Fabrikam Ltd")
    for query in (
        "$filter=name eq 'Fabrikam Ltd'&$select=name",
        "%24filter=name+eq+%27Fabrikam+Ltd%27&%24select=name",
        "$filter=name%20eq%20'fabrikam%20LTD'&$select=name",
        "$filter=name eq @p1&@p1='Fabrikam Ltd'",
        "$filter=startswith(name,'fab') and not endswith(name,'x') and contains(name,'BRIK')",
        "$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['Fabrikam Ltd'])",
        "$filter=primarycontactid/fullname eq null and statecode eq 0",
        "$filter=createdon ge 2026-11-22T07:00:00Z and createdon lt 2026-11-23T00:00:00Z",
        "$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)",
    ):
        answer = await web.client.get(f"{ROOT}/accounts?{query}")
        assert answer.status_code == 200, answer.text
        assert [row["name"] for row in answer.json()["value"]] == ["Fabrikam Ltd"], query


async def test_row_id_stands_bare(web: Crm) -> None:
    row = await web.account()
    key = row["accountid"]
    assert (await web.get(f"accounts({key})")).status_code == 200
    assert (await web.get(f"accounts({key.upper()})")).status_code == 200
    assert (await web.get(f"accounts(accountid={key})")).status_code == 200
    quoted = await web.get(f"accounts('{key}')")
    assert quoted.status_code == 400


async def test_row_has_every_property(web: Crm) -> None:
    answer = await web.get(f"accounts({(await web.account())['accountid']})")
    row = answer.json()
    assert row["_primarycontactid_value"] is None
    assert row["description"] is None
    assert "primarycontactid" not in row
    assert row["@odata.context"] == f"{ROOT}/$metadata#accounts/$entity"
    assert row["createdon"] == "2026-11-22T08:00:00Z"
    assert answer.headers["odata-version"] == "4.0"
    assert answer.headers["etag"] == row["@odata.etag"]


async def test_selected_properties_bring_their_company(web: Crm) -> None:
    row = await web.account(creditlimit=10)
    answer = await web.get(f"accounts({row['accountid']})?$select=name,creditlimit")
    assert answer.json().keys() == {
        "@odata.context",
        "@odata.etag",
        "accountid",
        "name",
        "creditlimit",
        "_transactioncurrencyid_value",
    }


async def test_decimals_keep_their_digits(web: Crm) -> None:
    row = await web.account(name="Exact", creditlimit=1)
    text = b'{"creditlimit": 1234567890123.45}'
    await web.client.patch(
        f"{ROOT}/accounts({row['accountid']})",
        content=text,
        headers={"Content-Type": "application/json"},
    )
    answer = await web.get(f"accounts({row['accountid']})?$select=creditlimit")
    shown = msgspec.json.Decoder(type=dict, float_hook=Decimal).decode(answer.content)
    assert shown["creditlimit"] == Decimal("1234567890123.45")


async def test_date_only_and_date_time(web: Crm) -> None:
    made = await web.post(
        "contacts",
        {
            "lastname": "Born",
            "birthdate": "1980-02-29",
            "overriddencreatedon": "2020-05-05T07:00:00+02:00",
        },
        {"Prefer": "return=representation"},
    )
    row = made.json()
    assert row["birthdate"] == "1980-02-29"
    assert row["createdon"] == row["overriddencreatedon"] == "2020-05-05T05:00:00Z"
    wrong = await web.post("contacts", {"lastname": "x", "birthdate": "1980-02-29T00:00:00Z"})
    assert wrong.status_code == 400


async def test_names_are_case_sensitive(web: Crm) -> None:
    wrong_set = await web.get("Accounts")
    assert (wrong_set.status_code, wrong_set.json()["error"]["code"]) == (404, "0x8006088a")
    for query in ("$select=Name", "$filter=Name eq 'x'", "$orderby=Name"):
        answer = await web.get(f"accounts?{query}")
        assert answer.status_code == 400
        assert answer.json()["error"] == {
            "code": "0x0",
            "message": (
                "Could not find a property named 'Name' on type 'Microsoft.Dynamics.CRM.account'."
            ),
        }


async def test_not_modified(web: Crm) -> None:
    row = await web.account()
    path, etag = f"accounts({row['accountid']})", row["@odata.etag"]
    unchanged = await web.get(path, **{"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (await web.get(path, **{"If-None-Match": "null"})).status_code == 200
    expanded = await web.get(
        f"{path}?$expand=primarycontactid($select=fullname)", **{"If-None-Match": etag}
    )
    assert expanded.status_code == 200
    annotated = await web.get(
        path, **{"If-None-Match": etag, "Prefer": 'odata.include-annotations="*"'}
    )
    assert annotated.status_code == 200


async def test_missing_rows(web: Crm) -> None:
    by_id = await web.get(f"accounts({GUID})")
    assert (by_id.status_code, by_id.json()["error"]["code"]) == (404, "0x80040217")
    by_key = await web.get("cdm_companies(cdm_companycode='NONE')")
    assert (by_key.status_code, by_key.json()["error"]["code"]) == (404, "0x80060891")


async def test_compound_key_with_lookup(web: Crm) -> None:
    company = (await web.get("cdm_companies(cdm_companycode='USMF')")).json()["cdm_companyid"]
    await web.account(accountnumber="O'Neil-1", **{"msdyn_company@odata.bind": USMF})
    key = f"accounts(_msdyn_company_value={company},accountnumber='O''Neil-1')"
    assert (await web.get(key)).json()["accountnumber"] == "O'Neil-1"
    assert (await web.get(quote(key))).status_code == 200
    half = await web.get("accounts(accountnumber='O''Neil-1')")
    assert half.status_code == 400


async def test_next_link_carries_the_query(web: Crm) -> None:
    for number in range(5):
        await web.account(name=f"Page {number}")
    await web.account(name="other")
    url = f"{ROOT}/accounts?$select=name&$filter=startswith(name,'Page')&$count=true"
    seen, pages = [], 0
    prefer = {"Prefer": "odata.maxpagesize=2"}
    while url:
        answer = await web.client.get(url, headers=prefer)
        assert answer.headers["preference-applied"] == "odata.maxpagesize=2"
        body = answer.json()
        assert body["@odata.count"] == 5
        seen += [row["name"] for row in body["value"]]
        assert all(row.keys() == {"@odata.etag", "accountid", "name"} for row in body["value"])
        url, pages = body.get("@odata.nextLink"), pages + 1
        if url:
            assert url.startswith(f"{ROOT}/accounts?$select=name&$filter=")
            assert "%3Ccookie%20pagenumber%3D%22" in url
    assert (sorted(seen), pages) == ([f"Page {n}" for n in range(5)], 3)


async def test_page_survives_a_deleted_row(web: Crm) -> None:
    for number in range(4):
        await web.account(name=f"Row {number}")
    first = await web.get("accounts?$select=name", Prefer="odata.maxpagesize=2")
    gone = first.json()["value"][-1]["accountid"]
    await web.delete(f"accounts({gone})")
    second = await web.client.get(
        first.json()["@odata.nextLink"], headers={"Prefer": "odata.maxpagesize=9"}
    )
    assert len(second.json()["value"]) == 2


async def test_top_order_and_count(web: Crm) -> None:
    for name in ("b", "A", "c"):
        await web.account(name=name)
    answer = await web.get("accounts?$orderby=name desc&$top=2", Prefer="odata.maxpagesize=1")
    assert [row["name"] for row in answer.json()["value"]] == ["c", "b"]
    assert "@odata.nextLink" not in answer.json()
    assert (await web.get("accounts/$count")).text == "3"
    assert (await web.get("accounts/$count?$filter=name eq 'a'")).text == "1"
    for option in ("$skip=1", "$search=x", "$nonsense=1"):
        assert (await web.get(f"accounts?{option}")).status_code == 400


async def test_annotations(web: Crm) -> None:
    row = await web.account(customertypecode=8, **{"msdyn_company@odata.bind": USMF})
    path = f"accounts({row['accountid']})?$select=customertypecode,_msdyn_company_value"
    shown = (await web.get(path, Prefer='odata.include-annotations="*"')).json()
    formatted = "OData.Community.Display.V1.FormattedValue"
    assert shown[f"customertypecode@{formatted}"] == "Prospect"
    assert shown["_msdyn_company_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "cdm_company"
    name = "_msdyn_company_value@Microsoft.Dynamics.CRM.associatednavigationproperty"
    assert shown[name] == "msdyn_company"
    only = (await web.get(path, Prefer=f'odata.include-annotations="{formatted}"')).json()
    assert f"customertypecode@{formatted}" in only
    assert name not in only


async def test_polymorphic_lookup_and_collections(web: Crm) -> None:
    account = await web.account(name="Parent")
    bind = {"parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})"}
    made = await web.post(
        "contacts", {"lastname": "Kid", **bind}, {"Prefer": "return=representation"}
    )
    contact = made.json()
    assert contact["_parentcustomerid_value"] == account["accountid"]
    expand = "$expand=contact_customer_accounts($select=lastname;$filter=lastname eq 'kid')"
    row = (await web.get(f"accounts({account['accountid']})?$select=name&{expand}")).json()
    assert [item["lastname"] for item in row["contact_customer_accounts"]] == ["Kid"]
    key = contact["contactid"]
    shown = await web.get(f"contacts({key})?$expand=parentcustomerid_account($select=name)")
    assert shown.json()["parentcustomerid_account"]["name"] == "Parent"
    any_kid = "accounts?$filter=contact_customer_accounts/any(c:c/lastname eq 'Kid')"
    assert len((await web.get(any_kid)).json()["value"]) == 1


async def test_one_property(web: Crm) -> None:
    row = await web.account(name="Fabrikam")
    path = f"accounts({row['accountid']})"
    assert (await web.get(f"{path}/name")).json()["value"] == "Fabrikam"
    assert (await web.get(f"{path}/name/$value")).text == "Fabrikam"
    assert (await web.get(f"{path}/description")).status_code == 204


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("$filter=name eq", 400),
        ("$filter=name in ('a','b')", 501),
        ("$filter=length(name) add 1 eq 2", 501),
        ("$filter=geo.distance(name,name) eq 1", 501),
        ("$apply=groupby((name))", 501),
        ("$top=many", 400),
        ("$skiptoken=forged", 400),
    ],
)
async def test_unreadable_queries(web: Crm, query: str, status: int) -> None:
    answer = await web.get(f"accounts?{query}")
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]


async def test_service_document_and_metadata(web: Crm) -> None:
    names = {item["name"] for item in (await web.get("")).json()["value"]}
    assert {"accounts", "contacts", "msdyn_parties"} <= names
    document = ElementTree.fromstring((await web.get("$metadata")).content)
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    account = next(e for e in document.iter(f"{edm}EntityType") if e.get("Name") == "account")
    lengths = {p.get("Name"): p.get("MaxLength") for p in account.iter(f"{edm}Property")}
    assert (lengths["name"], lengths["accountnumber"]) == ("160", "20")
    tracked = "EntityDefinitions(LogicalName='account')?$select=ChangeTrackingEnabled"
    assert (await web.get(tracked)).json()["ChangeTrackingEnabled"] is True
    status = (
        "EntityDefinitions(LogicalName='account')/Attributes/"
        "Microsoft.Dynamics.CRM.StatusAttributeMetadata?$expand=OptionSet"
    )
    options = (await web.get(status)).json()["value"][0]["OptionSet"]["Options"]
    assert [(option["Value"], option["State"]) for option in options] == [(1, 0), (2, 1)]


async def test_who_am_i(web: Crm) -> None:
    for name in ("WhoAmI", "WhoAmI()"):
        body = (await web.get(name)).json()
        assert body["UserId"] == SERVICE.user_id
    wrong = await web.post("WhoAmI", {})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (404, "")


async def test_outside_of_the_service(web: Crm) -> None:
    answer = await web.client.get(f"{HOST}/somewhere/{uuid4()}")
    assert answer.status_code == 404


async def test_owner_may_be_a_user_or_a_team(web: Crm) -> None:
    mine = await web.account()
    ours = await web.account(**{"msdyn_company@odata.bind": USMF})
    user = await web.get(f"accounts({mine['accountid']})?$expand=ownerid")
    assert user.json()["ownerid"]["systemuserid"] == SERVICE.user_id
    team = await web.get(f"accounts({ours['accountid']})?$expand=ownerid")
    assert team.json()["ownerid"]["name"] == "USMF Dual Write"


async def test_collection_of_a_row(web: Crm) -> None:
    row = await web.account(contact_customer_accounts=[{"lastname": "A"}, {"lastname": "B"}])
    path = f"accounts({row['accountid']})/contact_customer_accounts"
    listing = (await web.get(f"{path}?$select=lastname&$filter=lastname ne 'B'")).json()
    assert [item["lastname"] for item in listing["value"]] == ["A"]
    assert (await web.get(f"{path}/$count")).text == "2"
    links = (await web.get(f"{path}/$ref")).json()["value"]
    assert all(item["@odata.id"].startswith(f"{ROOT}/contacts(") for item in links)


async def test_expanded_metadata(web: Crm) -> None:
    path = "EntityDefinitions(LogicalName='account')?$select=LogicalName"
    body = (await web.get(f"{path}&$expand=Attributes($select=LogicalName),Keys")).json()
    names = {item["LogicalName"] for item in body["Attributes"]}
    assert {"name", "primarycontactid"} <= names
    assert body["Keys"][0]["EntityKeyIndexStatus"] == "Active"
    assert "PrimaryIdAttribute" not in body
