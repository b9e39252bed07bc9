"""Conflicts over HTTP: found, decided, opened again; rules; what persons did."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.bench import ACCOUNT, Bench

CLASH, SETTLED = "c" * 32, "d" * 32


async def post(bench: Bench, path: str, body: Any = None) -> httpx.Response:
    async with bench.client() as client:
        return await client.post(f"/api/v1/conflicts/{path}", json=body)


async def get(bench: Bench, path: str) -> Any:
    async with bench.client() as client:
        answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def bench() -> Bench:
    made = Bench()
    await made.account()
    return made


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("kind=clash", [CLASH]),
        ("kind=refused", []),
        ("record=account&field=name", [CLASH]),
        ("record=person", []),
        ("state=all&field=fax", [SETTLED]),
        ("state=all&winner=erp", []),
        ("actor=nobody", []),
        (f"link={ACCOUNT}", [CLASH]),
        ("link=party:usmf|none", []),
        ("side=crm", [CLASH]),
        ("map=prospects-accounts", []),
    ],
)
async def test_conflicts_are_filtered(bench: Bench, asked: str, ids: list[str]) -> None:
    assert [one["id"] for one in (await get(bench, f"conflicts?{asked}"))["items"]] == ids


async def test_a_conflict_is_decided_with_who_and_why(bench: Bench) -> None:
    body = {"take": "crm", "by": "Ann", "why": "asked the customer"}
    asked = (await post(bench, f"{CLASH}/resolve", body)).json()
    assert (asked["state"], asked["asked"], asked["asked_by"]) == ("open", "crm", "Ann")
    shown = await get(bench, f"conflicts/{CLASH}")
    assert shown["choices"] == ["crm", "erp", "value", "leave"]
    (act,) = shown["acts"]
    assert (act["by"], act["what"], act["said"]["why"]) == ("Ann", "resolve", "asked the customer")
    assert act["said"]["erp"] == {"name": "B"}
    acts = await get(bench, f"conflicts/acts?link={ACCOUNT}")
    assert acts == {"items": [act], "next": None}


async def test_several_are_decided_and_those_that_cannot_be_say_why(bench: Bench) -> None:
    body = {"ids": [CLASH, SETTLED, "x"], "take": "erp", "by": "Ann"}
    resolved = (await post(bench, "resolve", body)).json()
    assert [one["id"] for one in resolved["items"]] == [CLASH]
    assert [one["id"] for one in resolved["refused"]] == [SETTLED, "x"]
    assert all(one["cure"] for one in resolved["refused"])
    body = {"where": {"kind": "clash", "field": "name"}, "take": "leave"}
    resolved = (await post(bench, "resolve", body)).json()
    assert [one["asked"] for one in resolved["items"]] == ["leave"]


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("resolve", {"take": "crm"}, "by ids or by a filter"),
        ("resolve", {"take": "crm", "where": {"feild": "name"}}, "Extra inputs"),
        ("resolve", {"take": "mine", "ids": []}, "take"),
        (f"{CLASH}/resolve", {"take": "value", "value": 5}, "is not a text"),
        (f"{CLASH}/resolve", {"take": "leave", "as_rule": True}, "every later clash"),
        (f"{SETTLED}/resolve", {"take": "crm"}, "settled already"),
        (f"{CLASH}/reopen", None, "is open"),
    ],
)
async def test_what_cannot_be_decided_is_refused(
    bench: Bench, path: str, body: Any, told: str
) -> None:
    answer = await post(bench, path, body)
    assert answer.status_code == 400
    assert told in answer.json()["detail"]
    assert answer.json()["cure"]
    assert (await get(bench, "conflicts/acts"))["items"] == []


async def test_an_unknown_conflict_is_a_problem(bench: Bench) -> None:
    asked = {"x/resolve": {"take": "crm"}, "x/reopen": None, "x/retry": None, "x/undo": None}
    for path, body in asked.items():
        answer = await post(bench, path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "conflict_unknown")


@pytest.mark.parametrize("act", ["resolve", "reopen", "retry", "undo"])
async def test_a_misspelt_name_in_a_body_is_refused(bench: Bench, act: str) -> None:
    """Else an act would be on record under nobody's name."""
    take = {"take": "leave"} if act == "resolve" else {}
    answer = await post(bench, f"{CLASH}/{act}", {**take, "bye": "Ann"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request_unusable")
    assert "bye" in answer.json()["detail"]
    assert (await get(bench, "conflicts/acts"))["items"] == []


async def test_a_rule_is_set_listed_and_taken_back(bench: Bench) -> None:
    url = "/api/v1/rules/prospects-accounts/name"
    async with bench.client() as client:
        made = (await client.put(url, json={"owner": "erp", "by": "Ann"})).json()
        assert (made["owner"], made["version"], made["by"]) == ("erp", 1, "Ann")
        listed = (await client.get("/api/v1/rules")).json()
        assert listed == {"items": [made], "next": None}
        again = (await client.put(url, json={"owner": "prefer_non_blank", "by": "Bob"})).json()
        assert again["version"] == 2
        removed = (await client.delete(f"{url}?by=Ann")).json()
        assert (removed["owner"], removed["version"]) == (None, 3)
        assert (await client.get("/api/v1/rules")).json()["items"] == []
        gone = await client.delete(url)
    assert "There is no rule" in gone.json()["detail"]
    acts = (await get(bench, "conflicts/acts"))["items"]
    assert [(act["by"], act["what"]) for act in acts] == [
        ("Ann", "rule"),
        ("Bob", "rule"),
        ("Ann", "remove_rule"),
    ]


@pytest.mark.parametrize(
    ("path", "owner", "told"),
    [
        ("nothing/name", "erp", "no map nothing"),
        ("prospects-accounts/nothing", "erp", "no field nothing"),
        ("prospects-accounts/name", "latch", "no yes or no"),
        ("prospects-accounts/name", "me", "owner"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(
    bench: Bench, path: str, owner: str, told: str
) -> None:
    async with bench.client() as client:
        answer = await client.put(f"/api/v1/rules/{path}", json={"owner": owner})
    assert answer.status_code == 400
    assert told in answer.json()["detail"]
