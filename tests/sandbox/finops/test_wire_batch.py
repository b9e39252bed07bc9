from __future__ import annotations

import json
from email.parser import BytesParser

import httpx
import pytest

from tests.sandbox.finops.wire import URL, Wire, changeset, request


def _parts(answer: httpx.Response) -> list[tuple[int, dict[str, object]]]:
    raw = f"Content-Type: {answer.headers['content-type']}\r\n\r\n".encode() + answer.content
    found = []
    for part in BytesParser().parsebytes(raw).walk():
        if part.get_content_type() == "application/http":
            head, _, body = part.get_payload(decode=True).partition(b"\r\n\r\n")  # type: ignore[union-attr]
            status = int(head.split(b" ")[1])
            found.append((status, json.loads(body) if body.strip() else {}))
    return found


@pytest.mark.parametrize("prefix", [f"{URL}/data/", "/data/", "/", "", "http://elsewhere:1/data/"])
async def test_every_spelling_of_an_address(wire: Wire, prefix: str) -> None:
    wire.world.prospect()
    key = "Prospects(dataAreaId='usmf',ProspectId='PR-000001')?cross-company=true"
    answer = await wire.batch(
        changeset(request(f"PATCH {prefix}{key}", '{"Note":"x"}')),
        request(f"GET {prefix}{key}", "", "Accept: application/json"),
    )
    assert answer.status_code == 200
    assert [status for status, _ in _parts(answer)] == [204, 200]
    assert _parts(answer)[1][1]["Note"] == "x"


async def test_a_conversion_is_one_changeset(wire: Wire) -> None:
    party = wire.world.prospect()["ProspectPartyNumber"]
    customer = json.dumps(
        {"dataAreaId": "usmf", "CustomerAccount": "PR-000001", "PartyNumber": party}
    )
    answer = await wire.batch(
        changeset(
            request("POST CustomersV3?cross-company=true", customer, content_id="1"),
            request(
                "PATCH Prospects(dataAreaId='usmf',ProspectId='PR-000001')?cross-company=true",
                '{"ProspectRelationTypeId":"Customer"}',
                content_id="2",
            ),
        )
    )
    (created, row), (changed, _) = _parts(answer)
    assert (created, changed) == (201, 204)
    assert row["CustomerGroupId"] == "10"
    assert b"Content-ID: 2" in answer.content


async def test_a_failed_changeset_is_one_part_and_undoes_everything(wire: Wire) -> None:
    body = '{"dataAreaId":"usmf","ProspectName":"A"}'
    answer = await wire.batch(
        changeset(
            request("POST Prospects", body),
            request("POST Prospects", '{"dataAreaId":"usmf","ProspectName":""}'),
            request("POST Prospects", body),
        ),
        request("GET Prospects"),
        Prefer="odata.continue-on-error",
    )
    assert answer.status_code == 200
    (failed, error), (listed, rows) = _parts(answer)
    assert (failed, listed) == (400, 200)
    assert "Field 'Name'" in str(error)
    assert rows["value"] == []


async def test_the_first_failure_ends_a_batch_without_the_preference(wire: Wire) -> None:
    answer = await wire.batch(
        request("GET Prospects(dataAreaId='usmf',ProspectId='x')"),
        request("GET Prospects"),
    )
    assert answer.status_code == 404
    assert [status for status, _ in _parts(answer)] == [404]


async def test_conditions_hold_inside_a_batch(wire: Wire) -> None:
    row = wire.world.prospect()
    line = "PATCH Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    tag = f"If-Match: {row['@odata.etag']}"
    answer = await wire.batch(
        changeset(request(line, '{"Note":"1"}', tag)),
        changeset(request(line, '{"Note":"2"}', tag)),
        Prefer="odata.continue-on-error",
    )
    assert [status for status, _ in _parts(answer)] == [204, 412]
    assert wire.world.again("Prospects", row)["Note"] == "1"


async def test_a_reference_to_an_earlier_answer(wire: Wire) -> None:
    answer = await wire.batch(
        changeset(
            request("POST Prospects", '{"dataAreaId":"usmf","ProspectName":"A"}', content_id="new"),
            request("PATCH $new", '{"Note":"x"}', content_id="2"),
        )
    )
    assert [status for status, _ in _parts(answer)] == [201, 204]
    assert wire.world.system.list("Prospects")[0]["Note"] == "x"


async def test_a_body_that_is_no_batch(wire: Wire) -> None:
    answer = await wire.client.post(
        "/data/$batch", content=b"hello", headers={"Content-Type": "multipart/mixed; boundary=b"}
    )
    assert answer.status_code == 400
    assert (await wire.get("/data/$batch")).status_code == 404
