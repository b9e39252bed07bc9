from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from connectors.sandbox.finops.seed import seed_company
from connectors.sandbox.kernel import reference_data as data
from tests.sandbox.finops.wire import URL, Wire


async def test_one_row(wire: Wire) -> None:
    row = wire.world.prospect(CreditLimit=Decimal("25000.10"))
    answer = await wire.get("/data/Prospects(dataAreaId='USMF',ProspectId='PR-000001')")
    assert answer.status_code == 200
    assert answer.headers["odata-version"] == "4.0"
    assert answer.headers["ms-dyn-aid"]
    assert b'"CreditLimit":25000.10' in answer.content
    body = msgspec.json.decode(answer.content)
    assert body["@odata.context"] == f"{URL}/data/$metadata#Prospects/$entity"
    assert body["@odata.etag"] == row["@odata.etag"]
    assert body["ProspectName"] == "Alpha Ltd"


async def test_keys_in_any_order_and_quoted_forms(wire: Wire) -> None:
    wire.world.prospect(ProspectId="O'Neil, (x)")
    for path in (
        "/data/Prospects(ProspectId='O''Neil, (x)',dataAreaId='usmf')",
        "/data/Prospects(dataAreaId=%27usmf%27,ProspectId=%27O%27%27Neil%2C%20(x)%27)",
    ):
        answer = await wire.get(path)
        assert answer.status_code == 200, answer.text
    assert (await wire.get("/data/Currencies('USD')")).json()["Name"] == "US Dollar"
    assert (await wire.get("/data/Prospects('x')")).status_code == 400


async def test_a_literal_null_condition_is_no_tag(wire: Wire) -> None:
    wire.world.prospect()
    path = "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    assert (await wire.get(path, headers={"If-None-Match": "null"})).status_code == 200


async def test_a_moment_in_a_key_is_bare(wire: Wire) -> None:
    party = wire.world.prospect()["ProspectPartyNumber"]
    row = wire.world.address(party, "1 Dock", "Delivery")
    path = (
        f"/data/CDSPostalAddressHistoryV2(LocationId='{row['LocationId']}',"
        f"ValidFrom={row['ValidFrom']})"
    )
    assert (await wire.get(path)).json()["Street"] == "1 Dock"


async def test_an_enumeration_in_a_key_may_be_typed(wire: Wire) -> None:
    party = wire.world.prospect()["ProspectPartyNumber"]
    contact = wire.world.contact(party, "Ann", "Bee")
    kind = "Microsoft.Dynamics.DataEntities.SmmContactPersonCdsAssociatedContactType'Customer'"
    for literal in (kind, "'Customer'"):
        path = (
            f"/data/CDSContactPersonsV2(dataAreaId='usmf',AssociatedContactType={literal},"
            f"ContactPersonPartyNumber='{contact['ContactPersonPartyNumber']}',"
            "AssociatedContactNumber='PR-000001')?cross-company=true"
        )
        assert (await wire.get(path)).json()["LastName"] == "Bee"


async def test_missing_things(wire: Wire) -> None:
    missing = await wire.get("/data/Prospects(dataAreaId='usmf',ProspectId='x')")
    assert missing.status_code == 404
    for path in ("/data/prospects", "/data/Nothing", "/other"):
        answer = await wire.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]["message"].startswith(
            "No HTTP resource was found that matches the request URI"
        )


async def test_reads_stay_in_the_callers_company_unless_they_cross(wire: Wire) -> None:
    with wire.world.system.transaction():
        seed_company(wire.world.system.db, data.Company("DEMF", "Contoso Germany", "EUR", "DEU"))
    wire.world.prospect()
    wire.world.prospect("Berta", dataAreaId="DEMF")
    assert [row["dataAreaId"] for row in await wire.rows("/data/Prospects")] == ["usmf"]
    both = await wire.rows("/data/Prospects?cross-company=true")
    assert [row["dataAreaId"] for row in both] == ["demf", "usmf"]
    german = await wire.rows("/data/Prospects?cross-company=true&$filter=dataAreaId eq 'DEMF'")
    assert [(row["ProspectName"], row["CurrencyCode"]) for row in german] == [("Berta", "EUR")]
    path = "/data/Prospects(dataAreaId='demf',ProspectId='PR-000001')"
    assert (await wire.get(path)).status_code == 404
    assert (await wire.get(f"{path}?cross-company=true")).status_code == 200
    hidden = await wire.client.patch(path, json={"Note": "x"})
    assert hidden.status_code == 400
    crossed = await wire.client.patch(f"{path}?cross-company=true", json={"Note": "x"})
    assert crossed.status_code == 204


async def test_pages_follow_an_opaque_link_that_keeps_the_query(wire: Wire) -> None:
    for number in range(8):
        wire.world.prospect(f"P{number}", Note="keep" if number != 3 else "drop")
    path: str | None = (
        "/data/Prospects?cross-company=true&%24select=ProspectId&$filter=Note+eq+'keep'&$count=true"
    )
    seen: list[str] = []
    pages = 0
    while path:
        body = (await wire.get(path)).json()
        assert body["@odata.count"] == 7
        assert all(set(row) == {"@odata.etag", "ProspectId"} for row in body["value"])
        seen += [row["ProspectId"] for row in body["value"]]
        path = body.get("@odata.nextLink")
        pages += 1
    assert pages == 3
    assert seen == [f"PR-00000{n}" for n in (1, 2, 3, 5, 6, 7, 8)]


async def test_a_page_does_not_lose_rows_when_one_before_it_goes(wire: Wire) -> None:
    for number in range(5):
        wire.world.prospect(f"P{number}")
    body = (await wire.get("/data/Prospects")).json()
    wire.world.delete("Prospects", body["value"][0])
    rest = (await wire.get(body["@odata.nextLink"])).json()
    assert [row["ProspectId"] for row in rest["value"]] == ["PR-000004", "PR-000005"]


async def test_pages_with_top_skip_and_order(wire: Wire) -> None:
    for number in range(8):
        wire.world.prospect(f"P{number}")
    first = (await wire.get("/data/Prospects?$orderby=ProspectName desc&$skip=1&$top=5")).json()
    names = [row["ProspectName"] for row in first["value"]]
    second = (await wire.get(first["@odata.nextLink"])).json()
    names += [row["ProspectName"] for row in second["value"]]
    assert names == ["P6", "P5", "P4", "P3", "P2"]
    assert "@odata.nextLink" not in second
    two = (await wire.get("/data/Prospects?$top=2")).json()
    assert len(two["value"]) == 2
    assert "@odata.nextLink" not in two
    small = await wire.get("/data/Prospects", headers={"Prefer": "odata.maxpagesize=1"})
    assert len(small.json()["value"]) == 1


async def test_filters(wire: Wire) -> None:
    for name in ("Retail One", "Two retail", "Other"):
        wire.world.prospect(name)
    for text, count in (
        ("ProspectName eq '*retail*'", 2),
        ("ProspectName eq 'other'", 1),
        ("ProspectId gt 'PR-000001'", 2),
        ("CreditLimit add 1 eq 1", 3),
        ("not (ProspectName eq 'Other') and ProspectId ne 'PR-000001'", 1),
        ("ProspectPartyType eq 'Organization'", 3),
        ("ProspectPartyType eq Microsoft.Dynamics.DataEntities.DirPartyType'Organization'", 3),
        ("IsImported eq Microsoft.Dynamics.DataEntities.NoYes'No'", 3),
    ):
        body = (
            await wire.get("/data/Prospects", params={"$filter": text, "$count": "true"})
        ).json()
        assert body["@odata.count"] == count, text
    total = await wire.get("/data/Prospects/$count")
    assert total.text == "3"


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("$filter=IsImported eq 'No'", "incompatible types"),
        ("$filter=ProspectName in ('a','b')", "not supported"),
        ("$filter=Colour eq 'x'", "The property 'Colour' does not exist on type"),
        ("$filter=prospectname eq 'x'", "The property 'prospectname'"),
        ("$filter=ProspectName eq", "Syntax error"),
        ("$select=Colour", "The property 'Colour'"),
        ("$orderby=Colour", "The property 'Colour'"),
        ("$orderby=ProspectName sideways", "cannot order by"),
        ("$expand=Party", "cannot be expanded"),
        ("$apply=aggregate(x)", "'$apply' is not supported"),
        ("$top=many", "needs a number"),
        ("$skiptoken=%21", "continuation token"),
    ],
)
async def test_bad_queries_are_refused(wire: Wire, option: str, text: str) -> None:
    wire.world.prospect()
    answer = await wire.get(f"/data/Prospects?{option}")
    assert answer.status_code == 400
    assert text in answer.json()["error"]["message"]


async def test_bare_enumeration_literals_can_be_allowed(wire: Wire) -> None:
    wire.world.prospect()
    wire.world.system.switches.enum_literal = "lenient"
    assert len(await wire.rows("/data/Prospects?$filter=IsImported eq 'No'")) == 1


async def test_one_property(wire: Wire) -> None:
    wire.world.prospect()
    path = "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    body = (await wire.get(f"{path}/ProspectName")).json()
    assert body["value"] == "Alpha Ltd"
    assert (await wire.get(f"{path}/ProspectName/$value")).text == "Alpha Ltd"
    assert (await wire.get(f"{path}/Colour")).status_code == 400


async def test_the_service_document_and_the_version(wire: Wire) -> None:
    sets = {item["name"] for item in (await wire.get("/data")).json()["value"]}
    assert {"CustomersV3", "Prospects", "CDSParties"} <= sets
    version = await wire.client.post(
        "/data/DataManagementEntities/Microsoft.Dynamics.DataEntities.GetApplicationVersion"
    )
    assert version.json()["value"].startswith("10.0.")
