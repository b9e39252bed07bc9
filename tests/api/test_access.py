"""Who may ask what, and that every error is a problem with a code and a cure."""

from __future__ import annotations

import httpx
import pytest

from tests.api.bench import CRM_SECRET, TOKEN, Bench

V1 = ["status", "maps", "links", "links/x", "conflicts", "deadletters", "events"]


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, str]:
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    body: dict[str, str] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    return body


@pytest.mark.parametrize("path", V1)
@pytest.mark.parametrize("token", [None, "", "x", TOKEN[:-1], TOKEN + "x", "ä" * 9])
async def test_without_the_token_nothing_is_told(path: str, token: str | None) -> None:
    async with Bench().client(None) as client:
        headers = {} if token is None else {b"Authorization": f"Bearer {token}".encode()}
        answer = await client.get(f"/api/v1/{path}", headers=headers)
    body = problem(answer, 401, "token_wrong")
    assert body["cure"]
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("change", ["start", "stop", "pause", "resume"])
async def test_without_the_token_nothing_is_changed(change: str) -> None:
    bench = Bench()
    async with bench.client(None) as client:
        answer = await client.post(f"/api/v1/maps/companies/{change}", json={"master": "crm"})
    problem(answer, 401, "token_wrong")
    async with bench.store.transaction() as tx:
        assert await tx.map_runs() == {}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json"])
async def test_watchers_need_no_token(path: str) -> None:
    async with Bench().client(None) as client:
        assert (await client.get(path)).status_code in (200, 503)


@pytest.mark.parametrize("path", ["/", "/api/v2/status", "/api/v1/nothing", "/docs", "/hooks/sap"])
async def test_an_unknown_address_is_a_problem(path: str) -> None:
    async with Bench().client() as client:
        answer = await client.get(path)
    assert answer.status_code in (404, 405)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "1e3", "", "٣", "9" * 40])
@pytest.mark.parametrize("path", ["links", "conflicts", "deadletters", "events", "maps"])
async def test_a_limit_that_cannot_be_is_refused_with_the_cure(path: str, limit: str) -> None:
    async with Bench().client() as client:
        answer = await client.get(f"/api/v1/{path}", params={"limit": limit})
    assert "1000" in problem(answer, 400, "limit_unusable")["cure"]


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("events", "x"),
        ("events", "9" * 19),
        ("conflicts/acts", "9" * 40),
        ("numbers/overlaps", "9" * 40),
        ("links", "\n"),
        ("links", "a" * 200),
        ("maps", "a" * 32),
    ],
)
async def test_a_cursor_of_somebody_else_is_refused(path: str, cursor: str) -> None:
    async with Bench().client() as client:
        answer = await client.get(f"/api/v1/{path}", params={"cursor": cursor})
    problem(answer, 400, "cursor_unusable")


async def test_what_is_wrong_in_a_request_is_not_repeated() -> None:
    async with Bench().client() as client:
        answer = await client.get("/api/v1/conflicts", params={"state": "Jane Doe"})
        body = problem(answer, 400, "request_unusable")
        assert "state" in body["detail"]
        assert "Jane" not in answer.text
        answer = await client.post("/api/v1/maps/companies/start", content=b"{")
        problem(answer, 400, "request_unusable")


async def test_a_defect_tells_its_class_to_the_log_and_nothing_to_the_caller() -> None:
    bench = Bench()

    async def broken() -> bytes:
        raise RuntimeError("Jane Doe")

    object.__setattr__(bench.context, "exposition", broken)
    async with bench.client() as client:
        answer = await client.get("/metrics")
    problem(answer, 500, "defect")
    assert "Jane" not in answer.text
    assert bench.notes.heard == [("request_failed", {"error_type": "RuntimeError"})]


def test_secrets_do_not_show() -> None:
    shown = repr(Bench().context)
    assert TOKEN not in shown
    assert CRM_SECRET not in shown
