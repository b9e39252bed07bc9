"""Webhooks: only a right secret, a small body and a notice of the system wake the service up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from sync.api.limits import LARGEST
from sync.core.row import Side
from sync.ports import WakeUp
from tests.api.bench import ACCOUNT_ROW, CRM_SECRET, ERP_SECRET, Bench
from tests.api.test_access import problem

NOTICE = {
    "PrimaryEntityName": "account",
    "PrimaryEntityId": ACCOUNT_ROW.upper(),
    "MessageName": "Update",
    "InputParameters": [{"key": "Target", "value": {"name": "Jane Doe"}}],
}
SECRETS = {"crm": CRM_SECRET, "erp": ERP_SECRET}


async def test_a_notice_wakes_its_side() -> None:
    bench = Bench()
    async with bench.client(None) as client:
        answer = await client.post(f"/hooks/crm?code={CRM_SECRET}", json=NOTICE)
    assert (answer.status_code, answer.content) == (202, b"")
    assert bench.service.notices == [(Side.CRM, WakeUp("accounts", ACCOUNT_ROW))]


@pytest.mark.parametrize("side", ["crm", "erp"])
@pytest.mark.parametrize("code", ["", "x", "ä", CRM_SECRET[:-1], "swapped"])
async def test_a_wrong_secret_is_refused(side: str, code: str) -> None:
    other = SECRETS["erp" if side == "crm" else "crm"]
    bench = Bench()
    async with bench.client(None) as client:
        params = {"code": other if code == "swapped" else code}
        answer = await client.post(f"/hooks/{side}", params=params, json=NOTICE)
        problem(answer, 401, "secret_wrong")
        problem(await client.post(f"/hooks/{side}", json=NOTICE), 401, "secret_wrong")
    assert bench.service.notices == []


async def test_a_side_without_a_secret_is_not_listened_to() -> None:
    bench = Bench()
    object.__setattr__(bench.context, "hook_secrets", {"crm": CRM_SECRET})
    async with bench.client(None) as client:
        problem(await client.post("/hooks/erp", json=NOTICE), 401, "secret_wrong")
        problem(await client.post("/hooks/erp?code=", json=NOTICE), 401, "secret_wrong")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b"[" * 5000])
async def test_a_body_that_is_no_notice_is_refused_with_the_reason(body: bytes) -> None:
    bench = Bench()
    async with bench.client(None) as client:
        answer = await client.post(f"/hooks/crm?code={CRM_SECRET}", content=body)
    problem(answer, 400, "input_unusable")
    assert bench.service.notices == []
    assert bench.notes.heard == [("notice_refused", {"side": "crm", "code": "input_unusable"})]


def notice_of(size: int) -> bytes:
    empty = json.dumps({**NOTICE, "pad": ""}).encode()
    return json.dumps({**NOTICE, "pad": "x" * (size - len(empty))}).encode()


async def chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_the_limit_is_refused_and_one_at_it_is_not(announced: bool) -> None:
    bench = Bench()
    url = f"/hooks/crm?code={CRM_SECRET}"
    async with bench.client(None) as client:
        for size, status in ((LARGEST, 202), (LARGEST + 1, 413)):
            body = notice_of(size)
            assert len(body) == size
            answer = await client.post(url, content=body if announced else chunks(body))
            assert answer.status_code == status
        assert "1048576 bytes" in problem(answer, 413, "body_too_large")["detail"]
        answer = await client.post(
            "/api/v1/maps/companies/start", content=chunks(notice_of(LARGEST + 1))
        )
        problem(answer, 413, "body_too_large")


async def test_nothing_of_a_notice_reaches_the_log() -> None:
    bench = Bench()
    async with bench.client(None) as client:
        await client.post(f"/hooks/crm?code={CRM_SECRET}", json=NOTICE)
        await client.post("/hooks/crm?code=wrong-but-secret", json=NOTICE)
    text = repr(bench.notes.heard)
    assert "secret_wrong" in text
    for hidden in ("Jane", CRM_SECRET, "wrong-but-secret", ACCOUNT_ROW):
        assert hidden not in text
