"""Tokens, faults, the journal and the control routes of the CRM."""

from __future__ import annotations

import httpx
import pytest

from connectors.sandbox.dataverse.web.limits import Limits
from tests.sandbox.dataverse.wire import HOST, ROOT, Crm, crm, token
from tests.sandbox.dataverse.worlds import PERSON, SERVICE


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


@pytest.mark.parametrize(
    "header",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer nonsense"},
        bearer(token(SERVICE.app_id, audience="http://erp.local")),
        bearer(token(SERVICE.app_id, lifetime=-1)),
    ],
)
async def test_bad_tokens(web: Crm, header: dict[str, str]) -> None:
    answer = await web.client.get(f"{ROOT}/accounts", headers=header)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_unknown_application_is_no_member(web: Crm) -> None:
    answer = await web.client.get(f"{ROOT}/accounts", headers=bearer(token("stranger")))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "0x80072560")


async def test_token_faults(web: Crm) -> None:
    for kind in ("expire-token", "revoke-token"):
        web.faults.arm(kind)
        assert (await web.get("WhoAmI")).status_code == 401
        assert (await web.get("WhoAmI")).status_code == 200


async def test_person_and_service_differ(web: Crm) -> None:
    answer = await web.client.get(f"{ROOT}/WhoAmI", headers=bearer(token(PERSON.app_id)))
    assert answer.json()["UserId"] == PERSON.user_id


async def test_throttled_and_failing(web: Crm) -> None:
    web.faults.arm("throttle", seconds=17, count=2)
    web.faults.arm("unavailable")
    web.faults.arm("error", method="POST")
    first = await web.get("WhoAmI")
    assert (first.status_code, first.headers["retry-after"]) == (429, "17")
    assert first.json()["error"]["code"] == "0x80072322"
    assert (await web.get("WhoAmI")).status_code == 429
    assert (await web.get("WhoAmI")).status_code == 503
    assert (await web.get("WhoAmI")).status_code == 200
    assert (await web.post("accounts", {"name": "x"})).status_code == 500
    assert web.world.system.list("accounts") == []


async def test_lost_answer_after_the_commit(web: Crm) -> None:
    web.faults.arm("timeout-after-commit", method="POST", path="accounts")
    with pytest.raises(ConnectionResetError):
        await web.post("accounts", {"name": "done"})
    web.faults.arm("drop-before-commit", method="POST", path="accounts")
    with pytest.raises(ConnectionResetError):
        await web.post("accounts", {"name": "not done"})
    assert [row["name"] for row in web.world.system.list("accounts")] == ["done"]
    entries = web.journal.listing()["requests"]
    assert [(entry["status"], entry["fault"]) for entry in entries] == [
        (None, "timeout-after-commit"),
        (None, "drop-before-commit"),
    ]


async def test_forced_conflict(web: Crm) -> None:
    row = await web.account()
    web.faults.arm("force-conflict")
    path, condition = f"accounts({row['accountid']})", {"If-Match": row["@odata.etag"]}
    assert (await web.patch(path, {"name": "B"}, condition)).status_code == 412
    assert (await web.patch(path, {"name": "B"}, condition)).status_code == 204


async def test_clock_skew(web: Crm) -> None:
    web.faults.arm("clock-skew", seconds=-3600)
    assert (await web.account())["createdon"] == "2026-11-22T07:00:00Z"
    web.faults.clear()
    assert (await web.account())["createdon"] == "2026-11-22T08:00:00Z"


async def test_control_routes(web: Crm) -> None:
    control = f"{HOST}/_sandbox"
    armed = await web.client.post(f"{control}/faults", json={"kind": "throttle", "count": 3})
    assert armed.json()["faults"][0]["count"] == 3
    wrong = await web.client.post(f"{control}/faults", json={"kind": "nonsense"})
    assert wrong.status_code == 400
    assert (await web.get("WhoAmI")).status_code == 429
    assert (await web.client.get(f"{control}/faults")).json()["faults"][0]["count"] == 2
    assert (await web.client.delete(f"{control}/faults")).status_code == 204
    seeded = await web.client.post(
        f"{control}/seed", json={"rows": {"accounts": [{"name": "A"}, {"name": "B"}]}}
    )
    assert seeded.json() == {"accounts": 2}
    assert web.world.system.list("accounts")[0]["_createdby_value"] == PERSON.user_id
    journal = (await web.client.get(f"{control}/journal")).json()
    assert (journal["count"], journal["operations"]) == (1, 1)
    assert "authorization" not in journal["requests"][0]["headers"]
    assert (await web.client.delete(f"{control}/journal")).status_code == 204
    assert (await web.client.get(f"{control}/journal")).json()["count"] == 0
    missing = await web.client.post(f"{control}/actions/convert-prospect", json={})
    assert missing.status_code == 404


async def test_reset_is_a_new_organisation(web: Crm) -> None:
    await web.account(accountnumber="X")
    assert (await web.client.post(f"{HOST}/_sandbox/reset")).status_code == 204
    assert web.world.system.list("accounts") == []
    assert (await web.get("cdm_companies(cdm_companycode='USMF')")).status_code == 200
    assert (await web.account(accountnumber="X"))["accountnumber"] == "X"


async def test_control_answers_to_loopback_only(web: Crm) -> None:
    app = web.client._transport.app  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport) as stranger:
        answer = await stranger.get(f"{HOST}/_sandbox/journal")
    assert answer.status_code == 403


async def test_limits_per_caller() -> None:
    async with crm(limits=Limits(requests=2)) as web:
        assert (await web.get("WhoAmI")).status_code == 200
        second = await web.get("WhoAmI")
        assert second.headers["x-ms-ratelimit-burst-remaining-xrm-requests"] == "0"
        third = await web.get("WhoAmI")
        assert (third.status_code, third.json()["error"]["code"]) == (429, "0x80072322")
        assert 1 <= int(third.headers["retry-after"]) <= 301
        other = await web.client.get(f"{ROOT}/WhoAmI", headers=bearer(token(PERSON.app_id)))
        assert other.status_code == 200


async def test_acting_for_another_user(web: Crm) -> None:
    by_object = {"CallerObjectId": PERSON.object_id, "Prefer": "return=representation"}
    made = (await web.post("accounts", {"name": "A"}, by_object)).json()
    assert made["_createdby_value"] == PERSON.user_id
    assert made["_createdonbehalfby_value"] == SERVICE.user_id
    by_id = {"MSCRMCallerID": PERSON.user_id, "Prefer": "return=representation"}
    path = f"accounts({made['accountid']})"
    changed = (await web.patch(path, {"name": "B"}, by_id)).json()
    assert changed["_modifiedonbehalfby_value"] == SERVICE.user_id
    plain = (await web.patch(path, {"name": "C"}, {"Prefer": "return=representation"})).json()
    assert plain["_modifiedonbehalfby_value"] is None
    unknown = await web.post("accounts", {"name": "X"}, {"CallerObjectId": "nobody"})
    assert unknown.status_code == 404
    not_allowed = {**bearer(token(PERSON.app_id)), "CallerObjectId": SERVICE.object_id}
    assert (await web.post("accounts", {"name": "X"}, not_allowed)).status_code == 403
