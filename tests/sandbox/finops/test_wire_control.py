from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sandbox.finops.wire import Wire, request
from tests.sandbox.finops.worlds import START

_NEW = {"dataAreaId": "usmf", "ProspectName": "A"}


async def test_throttling(wire: Wire) -> None:
    wire.faults.arm("throttle", seconds=7)
    answer = await wire.get("/data/Prospects")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert "high resource utilization" in answer.json()["error"]["message"]
    assert (await wire.get("/data/Prospects")).status_code == 200


async def test_work_done_without_an_answer(wire: Wire) -> None:
    wire.faults.arm("timeout-after-commit", method="POST")
    with pytest.raises(ConnectionResetError):
        await wire.client.post("/data/Prospects", json=_NEW)
    assert len(wire.world.system.list("Prospects")) == 1


async def test_an_answer_lost_before_the_work(wire: Wire) -> None:
    wire.faults.arm("drop-before-commit")
    with pytest.raises(ConnectionResetError):
        await wire.client.post("/data/Prospects", json=_NEW)
    assert wire.world.system.list("Prospects") == []


async def test_a_forced_conflict_hits_only_conditional_writes(wire: Wire) -> None:
    row = wire.world.prospect()
    path = "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    wire.faults.arm("force-conflict")
    assert (await wire.client.patch(path, json={"Note": "1"})).status_code == 204
    tag = wire.world.again("Prospects", row)["@odata.etag"]
    first = await wire.client.patch(path, json={"Note": "2"}, headers={"If-Match": tag})
    second = await wire.client.patch(path, json={"Note": "2"}, headers={"If-Match": tag})
    assert (first.status_code, second.status_code) == (412, 204)


async def test_a_token_can_be_made_to_expire(wire: Wire) -> None:
    wire.faults.arm("expire-token")
    assert (await wire.get("/data/Prospects")).status_code == 401
    assert (await wire.get("/data/Prospects")).status_code == 200


async def test_the_clock_can_be_wrong(wire: Wire) -> None:
    wire.faults.arm("clock-skew", seconds=60)
    assert wire.world.system.clock() == START + timedelta(seconds=60)
    wire.faults.clear()
    assert wire.world.system.clock() == START


async def test_the_journal_counts_requests_and_operations(wire: Wire) -> None:
    await wire.client.post("/data/Prospects", json=_NEW)
    await wire.batch(request("GET Prospects"), request("GET CustomersV3"))
    body = (await wire.get("/_sandbox/journal")).json()
    assert (body["count"], body["operations"]) == (2, 3)
    first = body["requests"][0]
    assert (first["method"], first["path"], first["status"]) == ("POST", "/data/Prospects", 201)
    assert "authorization" not in first["headers"]


async def test_actions_seed_and_reset(wire: Wire) -> None:
    made = await wire.client.post("/_sandbox/seed", json={"Prospects": [_NEW]})
    assert made.json() == {"Prospects": [{"dataAreaId": "usmf", "ProspectId": "PR-000001"}]}
    body = {"company": "USMF", "number": "PR-000001"}
    done = await wire.client.post("/_sandbox/actions/convert-prospect", json=body)
    assert (done.status_code, done.json()["relation"]) == (200, "Customer")
    again = await wire.client.post("/_sandbox/actions/convert-prospect", json=body)
    assert again.status_code == 400
    assert "already been converted" in again.json()["error"]["innererror"]["message"]
    unknown = await wire.client.post("/_sandbox/actions/dance", json=body)
    assert unknown.status_code == 404
    known = unknown.json()["error"]["message"]
    assert "convert-prospect, invoice-order, lose-quotation, pack-order" in known
    assert (await wire.client.post("/_sandbox/reset")).status_code == 204
    assert await wire.rows("/data/Prospects") == []


async def test_a_person_may_leave_the_data_service_alone_but_not_unannounced(wire: Wire) -> None:
    wire.client.headers.pop("Authorization")
    assert (await wire.get("/data/Prospects")).status_code == 401
    assert (await wire.get("/_sandbox/faults")).status_code == 200


async def test_switches(wire: Wire) -> None:
    row = wire.world.prospect()
    path = "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')"
    wire.world.update("Prospects", row, Note="moved on")
    address = "/_sandbox/actions/set-switches"
    set_to = await wire.client.post(address, json={"fo_stale_status": 409})
    assert set_to.json() == {"fo_stale_status": 409, "enum_literal": "strict"}
    headers = {"If-Match": row["@odata.etag"]}
    stale = await wire.client.patch(path, json={"Note": "x"}, headers=headers)
    assert stale.status_code == 409
    for body in ({"fo_stale_status": 500}, {"gravity": "off"}):
        assert (await wire.client.post(address, json=body)).status_code == 400
    await wire.client.post("/_sandbox/reset")
    assert wire.world.system.switches.fo_stale_status == 412
