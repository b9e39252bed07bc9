from __future__ import annotations

import pytest

from tests.sandbox.finops.wire import URL, Wire, token
from tests.sandbox.finops.worlds import PERSON, SERVICE

_NEW = {"dataAreaId": "USMF", "ProspectName": "Beta Inc", "ProspectPartyType": "Organization"}


async def test_a_create_answers_201_with_the_whole_row_and_its_place(wire: Wire) -> None:
    answer = await wire.client.post("/data/Prospects?cross-company=true", json=_NEW)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["dataAreaId"], body["ProspectId"], body["Note"]) == ("usmf", "PR-000001", "")
    assert body["@odata.etag"] == answer.headers["etag"]
    place = f"{URL}/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    assert answer.headers["location"] == place
    assert (await wire.get(place)).json()["ProspectName"] == "Beta Inc"


async def test_a_place_is_readable_whatever_the_key_holds(wire: Wire) -> None:
    party = wire.world.prospect()["ProspectPartyNumber"]
    for set_name, body in (
        ("Prospects", {**_NEW, "ProspectId": "O'Neil & Søn #1"}),
        ("PartyLocationPostalAddressesV2", {"PartyNumber": party, "Street": "1 Dock"}),
    ):
        answer = await wire.client.post(f"/data/{set_name}", json=body)
        assert answer.status_code == 201, answer.text
        found = await wire.get(answer.headers["location"])
        assert found.status_code == 200, answer.headers["location"]


async def test_a_change_answers_204_and_nothing(wire: Wire) -> None:
    row = wire.world.prospect()
    path = "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    headers = {"If-Match": row["@odata.etag"], "Prefer": "return=representation"}
    answer = await wire.client.patch(path, json={"Note": "x"}, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    stale = await wire.client.patch(path, json={"Note": "y"}, headers=headers)
    assert stale.status_code == 412
    assert "update conflict" in stale.json()["error"]["innererror"]["message"]
    gone = await wire.client.delete(path)
    assert gone.status_code == 204
    assert (await wire.get(path)).status_code == 404


async def test_replacing_a_row_empties_the_rest(wire: Wire) -> None:
    wire.world.prospect(Note="old", CustomerGroupId="10")
    path = "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    body = {"ProspectName": "Alpha Ltd", "ProspectRelationTypeId": "Prospect", "Note": ""}
    assert (await wire.client.put(path, json=body)).status_code == 204
    found = (await wire.get(path)).json()
    assert (found["CustomerGroupId"], found["CurrencyCode"]) == ("", "")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_changing_a_missing_row_is_400(wire: Wire, method: str) -> None:
    answer = await wire.client.request(
        method, "/data/Prospects(dataAreaId='usmf',ProspectId='x')", json={"Note": "x"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "code": "",
        "message": "No resources were found when selecting for update.",
    }


async def test_business_logic_speaks_through_the_infolog(wire: Wire) -> None:
    body = {"dataAreaId": "usmf", "OrganizationName": "A"}
    answer = await wire.client.post("/data/CustomersV3", json=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("", "An error has occurred.")
    assert error["innererror"]["message"] == (
        "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: Error: Field "
        "'Customer group' must be filled in.; Error: Update has been canceled.."
    )
    assert set(error["innererror"]) == {"message", "type", "stacktrace"}


async def test_an_unknown_property_fails(wire: Wire) -> None:
    answer = await wire.client.post("/data/Prospects", json={**_NEW, "Colour": "red"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(
        "The property 'Colour' does not exist on type 'Microsoft.Dynamics.DataEntities.Prospect'."
    )
    assert wire.world.system.list("Prospects") == []


async def test_decimals_travel_exactly(wire: Wire) -> None:
    content = b'{"dataAreaId":"usmf","ProspectName":"A","CreditLimit":0.1000000000000000055}'
    answer = await wire.client.post("/data/Prospects", content=content)
    assert b'"CreditLimit":0.1000000000000000055' in answer.content


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff"])
async def test_a_body_that_is_no_object_is_refused(wire: Wire, content: bytes) -> None:
    answer = await wire.client.post("/data/Prospects", content=content)
    assert answer.status_code == 400
    assert "cannot be read" in answer.json()["error"]["message"]


async def test_methods_that_do_not_fit(wire: Wire) -> None:
    for method, path in (
        ("PATCH", "/data/Prospects"),
        ("POST", "/data/Prospects(dataAreaId='usmf',ProspectId='x')"),
        ("POST", "/data/Units"),
    ):
        answer = await wire.client.request(method, path, json={})
        assert answer.status_code == 405, path


async def test_tokens(wire: Wire) -> None:
    for header in (
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Bearer {token('app-unknown')}"},
        {"Authorization": f"Bearer {token(SERVICE.app_id, audience='http://other')}"},
        {"Authorization": f"Bearer {token(SERVICE.app_id, lifetime=-1)}"},
    ):
        wire.client.headers.pop("Authorization", None)
        for path in ("/data/Prospects", "/metadata/DataEntities"):
            answer = await wire.get(path, headers=header)
            assert (answer.status_code, answer.content) == (401, b"")
            assert answer.headers["www-authenticate"] == "Bearer"
    person = {"Authorization": f"Bearer {token(PERSON.app_id)}"}
    assert (await wire.get("/data/Prospects", headers=person)).status_code == 200


async def test_metadata_service(wire: Wire) -> None:
    names = {row["PublicCollectionName"]: row for row in await wire.rows("/metadata/DataEntities")}
    assert names["CustomersV3"]["Name"] == "CustCustomerV3Entity"
    assert names["Units"]["IsReadOnly"] is True
    entity = (await wire.get("/Metadata/PublicEntities('CustomerV3')")).json()
    assert entity["EntitySetName"] == "CustomersV3"
    fields = {item["Name"]: item for item in entity["Properties"]}
    assert fields["CustomerAccount"]["IsKey"] is True
    assert fields["CustomerAccount"]["AllowEdit"] is False
    assert fields["OrganizationName"]["MaxLength"] == 100
    assert fields["CreditLimit"]["DataType"] == "Real"
    enum = (await wire.get("/metadata/publicenumerations('NoYes')")).json()
    assert [member["Name"] for member in enum["Members"]] == ["No", "Yes"]
    assert (await wire.get("/metadata/PublicEntities('Nothing')")).status_code == 404
    assert (await wire.get("/metadata/Nothing")).status_code == 404


async def test_metadata_document(wire: Wire) -> None:
    answer = await wire.get("/data/$metadata")
    assert answer.headers["content-type"].startswith("application/xml")
    text = answer.text
    assert (
        '<EntitySet Name="CustomersV3" EntityType="Microsoft.Dynamics.DataEntities.CustomerV3"'
        in text
    )
    assert '<PropertyRef Name="CustomerAccount"' in text
    assert '<Property Name="dataAreaId" Type="Edm.String" Nullable="false" MaxLength="4"' in text
    assert (
        '<Property Name="CreditLimit" Type="Edm.Decimal" Nullable="false" Scale="Variable"' in text
    )
    assert '<EnumType Name="NoYes"><Member Name="No" Value="0"' in text
