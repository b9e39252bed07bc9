"""Numbers of shared sequences over the API: drawn once, by request key, and foretold."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sync.api.masking import MASK
from sync.core.link import Link, link_id
from sync.core.row import Side
from tests.api.bench import READER_TOKEN, Bench
from tests.api.test_access import problem

DRAW = "/api/v1/numbers/customers-usmf/draw"


async def drawn(bench: Bench, request: str, side: str = "crm", **more: Any) -> list[str]:
    async with bench.client() as client:
        answer = await client.post(DRAW, json={"side": side, "request": request, **more})
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["numbers"]
    return found


async def shared(bench: Bench) -> dict[str, Any]:
    async with bench.client() as client:
        (item,) = (await client.get("/api/v1/numbers/shared")).json()["items"]
    found: dict[str, Any] = item
    return found


async def test_a_form_draws_a_number_and_gets_it_again() -> None:
    bench = Bench()
    assert await drawn(bench, "form 1") == ["CU-0001"]
    assert await drawn(bench, "form 2", count=2) == ["CU-0002", "CU-0003"]
    assert await drawn(bench, "form 1") == ["CU-0001"]
    assert await drawn(bench, "import", "erp") == ["CU-0011"]


async def test_the_answer_tells_everything_of_the_draw() -> None:
    bench = Bench()
    link = Link(
        link_id("account", "usmf|cu-0001"), "account", "usmf|cu-0001", {"code": "CU-0001"}, "USMF"
    )
    async with bench.store.transaction() as tx:
        await tx.add_links([link])
    async with bench.client() as client:
        answer = await client.post(DRAW, json={"side": "crm", "request": "form 1"})
    assert answer.json() == {
        "sequence": "customers-usmf",
        "company": "USMF",
        "request": "form 1",
        "side": "crm",
        "numbers": ["CU-0002"],
        "skipped": ["CU-0001"],
        "at": "2026-01-01T00:00:00.000000Z",
    }
    heard = [facts for name, facts in bench.notes.heard if name == "numbers_drawn"]
    assert heard == [{"sequence": "customers-usmf", "side": "crm", "numbers": 1, "skipped": 1}]


async def test_a_key_is_for_one_body() -> None:
    bench = Bench()
    await drawn(bench, "form 1")
    async with bench.client() as client:
        for other in ({"side": "erp"}, {"side": "crm", "count": 2}):
            answer = await client.post(DRAW, json={"request": "form 1", **other})
            assert "key of its own" in problem(answer, 409, "request_key_reused")["cure"]


async def test_one_key_asked_by_many_at_once() -> None:
    async with Bench().client() as client:

        async def ask(request: str) -> str:
            answer = await client.post(DRAW, json={"side": "crm", "request": request})
            (number,) = answer.json()["numbers"]
            return str(number)

        found = await asyncio.gather(*(ask("form 1") for _ in range(20)))
        assert found == ["CU-0001"] * 20
        others = await asyncio.gather(*(ask(f"form {n}") for n in range(2, 22)))
    assert len(set(others)) == 20


async def test_when_too_few_are_left_none_is_used_up() -> None:
    bench = Bench()
    async with bench.client() as client:
        answer = await client.post(DRAW, json={"side": "crm", "request": "a", "count": 201})
        found = problem(answer, 409, "sequence_exhausted")
    assert "has 200 free numbers left" in found["detail"]
    assert "`last`" in found["cure"]
    assert (await shared(bench))["left"] == 200


async def test_a_draw_needs_the_tokens_and_a_body_that_fits() -> None:
    bench = Bench()
    async with bench.client(None) as client:
        problem(await client.post(DRAW, json={"side": "crm", "request": "a"}), 401, "token_wrong")
    async with bench.client() as client:
        for body in (
            {},
            {"side": "crm"},
            {"side": "us", "request": "a"},
            {"side": "crm", "request": ""},
            {"side": "crm", "request": "a", "count": 0},
            {"side": "crm", "request": "a", "count": 1001},
            {"side": "crm", "request": "a", "company": "DEMF"},
        ):
            problem(await client.post(DRAW, json=body), 400, "request_unusable")
        unknown = await client.post(
            "/api/v1/numbers/orders/draw", json={"side": "crm", "request": "a"}
        )
        assert "customers-usmf" in problem(unknown, 404, "sequence_unknown")["cure"]
    assert (await shared(bench))["left"] == 200


async def test_leases_tell_who_has_which_block() -> None:
    bench = Bench()
    await drawn(bench, "a", count=12)
    await drawn(bench, "b", "erp", count=3)
    path = "/api/v1/numbers/customers-usmf/leases"
    async with bench.client() as client:
        first = (await client.get(f"{path}?limit=2")).json()
        rest = (await client.get(f"{path}?cursor={first['next']}")).json()
        problem(await client.get(f"{path}?cursor=x"), 400, "cursor_unusable")
        problem(await client.get("/api/v1/numbers/x/leases"), 404, "sequence_unknown")
    shown = [
        (lease["position"], lease["side"], lease["first"], lease["last"], lease["left"])
        for lease in first["items"] + rest["items"]
    ]
    assert shown == [
        (1, "crm", "CU-0001", "CU-0010", 0),
        (2, "crm", "CU-0011", "CU-0020", 8),
        (3, "erp", "CU-0021", "CU-0030", 7),
    ]
    assert rest["next"] is None


async def test_what_became_of_drawn_numbers_is_listed() -> None:
    bench = Bench()
    await drawn(bench, "form 1", count=2)
    await drawn(bench, "form 2")
    link = Link(
        link_id("account", "usmf|cu-0002"), "account", "usmf|cu-0002", {"code": "CU-0002"}, "USMF"
    )
    link.bind(Side.ERP, "prospect", "usmf,CU-0002")
    async with bench.store.transaction() as tx:
        await tx.add_links([link])
    bench.clock.advance(24 * 3600)
    await drawn(bench, "form 3")
    path = "/api/v1/numbers/customers-usmf/draws"
    async with bench.client() as client:
        first = (await client.get(f"{path}?limit=2")).json()
        rest = (await client.get(f"{path}?cursor={first['next']}")).json()
        old = (await client.get(f"{path}?use=unused&older_than=1")).json()
        problem(await client.get(f"{path}?use=lost"), 400, "request_unusable")
        problem(await client.get(f"{path}?older_than=-1"), 400, "request_unusable")
        problem(await client.get("/api/v1/numbers/x/draws"), 404, "sequence_unknown")
    assert first["items"][1] == {
        "number": "CU-0002",
        "side": "crm",
        "request": "form 1",
        "at": "2026-01-01T00:00:00.000000Z",
        "use": "other_side",
        "link_id": link.id,
    }
    shown = [(item["number"], item["use"]) for item in first["items"] + rest["items"]]
    assert shown == [
        ("CU-0001", "unused"),
        ("CU-0002", "other_side"),
        ("CU-0003", "unused"),
        ("CU-0004", "unused"),
    ]
    assert rest["next"] is None
    assert [item["number"] for item in old["items"]] == ["CU-0001", "CU-0003"]
    async with bench.client(READER_TOKEN) as client:
        (masked, *_) = (await client.get(path)).json()["items"]
    assert (masked["number"], masked["request"], masked["use"]) == (MASK, MASK, "unused")


async def test_a_whole_block_is_handed_over_and_the_same_again() -> None:
    bench = Bench()
    path = "/api/v1/numbers/customers-usmf/lease"
    asked = {"side": "erp", "request": "ERP 2026", "size": 50, "by": "Ada"}
    async with bench.client() as client:
        first = await client.post(path, json=asked)
        again = await client.post(path, json={**asked, "by": "Bob"})
        other = await client.post(path, json={**asked, "size": 51})
        problem(other, 409, "request_key_reused")
        problem(await client.post(path, json={**asked, "by": ""}), 400, "request_unusable")
        many = {**asked, "request": "x", "size": 151}
        problem(await client.post(path, json=many), 409, "sequence_exhausted")
        listed = (await client.get(f"{path}s")).json()["items"]
    assert first.json() == {
        "sequence": "customers-usmf",
        "position": 1,
        "side": "erp",
        "first": "CU-0001",
        "last": "CU-0050",
        "size": 50,
        "left": 0,
        "request": "ERP 2026",
        "by": "Ada",
        "at": "2026-01-01T00:00:00.000000Z",
    }
    assert again.json() == first.json()
    assert listed == [first.json()]
    assert await drawn(bench, "form 1") == ["CU-0051"]
    assert (await shared(bench))["left"] == 149
    heard = [facts for name, facts in bench.notes.heard if name == "numbers_handed_over"]
    assert heard[0] == {"sequence": "customers-usmf", "side": "erp", "numbers": 50}


async def test_the_end_is_foretold_from_the_rate_of_draws() -> None:
    bench = Bench()
    fresh = await shared(bench)
    assert (fresh["per_day"], fresh["days_left"], fresh["exhausted_at"]) == (0, None, None)
    for day in range(4):
        await drawn(bench, f"day {day}", count=10)
        bench.clock.advance(24 * 3600)
    found = await shared(bench)
    assert (found["left"], found["per_day"], found["days_left"]) == (160, 10.0, 16.0)
    assert found["exhausted_at"] == "2026-01-21T00:00:00.000000Z"
    assert (found["unleased"], found["leased"]) == (160, {"crm": 0, "erp": 0})
    async with bench.client(None) as client:
        metrics = (await client.get("/metrics")).text
    assert 'dualwrite_sequence_left{sequence="customers-usmf"} 160.0' in metrics
    assert 'dualwrite_sequence_days_left{sequence="customers-usmf"} 16.0' in metrics


async def test_what_is_long_ago_is_no_rate() -> None:
    bench = Bench()
    await drawn(bench, "long ago", count=50)
    bench.clock.advance(31 * 24 * 3600)
    assert (await shared(bench))["days_left"] is None
    async with bench.client(None) as client:
        assert "sequence_days_left{" not in (await client.get("/metrics")).text


@pytest.mark.parametrize("cursor", ["customers-usmf", "zzz"])
async def test_shared_sequences_are_paged(cursor: str) -> None:
    async with Bench().client() as client:
        found = (await client.get(f"/api/v1/numbers/shared?cursor={cursor}")).json()
    assert found == {"items": [], "next": None}
