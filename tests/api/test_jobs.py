"""Backfills and reconciliations over the API."""

from __future__ import annotations

from typing import Any

import pytest

from sync.core.divergence import Divergence
from sync.ports import FoundDivergence, Job, JobKind, JobState
from tests.api.bench import READER_TOKEN, Bench
from tests.api.test_access import problem


async def test_a_backfill_is_asked_of_the_service() -> None:
    bench = Bench()
    async with bench.client() as client:
        answer = await client.post("/api/v1/backfills", json={"maps": ["companies"], "side": "crm"})
        assert answer.status_code == 202, answer.text
        asked = answer.json()
        assert (asked["state"], asked["maps"], asked["side"]) == ("asked", ["companies"], "crm")
        assert (asked["tables"], asked["tables_read"], asked["error"]) == (1, 0, None)
        one = (await client.get(f"/api/v1/backfills/{asked['id']}")).json()
        listed = (await client.get("/api/v1/backfills")).json()
        assert one == asked
        assert listed == {"items": [asked], "next": None}
        other = await client.get(f"/api/v1/reconciliations/{asked['id']}")
        problem(other, 404, "job_unknown")


@pytest.mark.parametrize("second", ["backfills", "reconciliations"])
async def test_a_second_one_is_refused_while_one_goes_on(second: str) -> None:
    bench = Bench()
    async with bench.client() as client:
        first = (await client.post("/api/v1/reconciliations")).json()
        body = {"maps": ["companies"]} if second == "backfills" else {"repair": True}
        refused = problem(await client.post(f"/api/v1/{second}", json=body), 409, "job_running")
    assert first["id"] in refused["detail"]
    assert first["id"] in refused["cure"]
    async with bench.store.transaction() as tx:
        assert len(await tx.jobs()) == 1


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("backfills", {}, "request_unusable"),
        ("backfills", {"maps": []}, "request_unusable"),
        ("backfills", {"maps": ["companies"], "side": "sap"}, "request_unusable"),
        ("backfills", {"maps": ["companies"], "more": 1}, "request_unusable"),
        ("backfills", {"maps": ["nonsense"]}, "configuration"),
        ("reconciliations", {"repair": "often"}, "request_unusable"),
    ],
)
async def test_what_cannot_be_asked_is_refused(path: str, body: dict[str, Any], code: str) -> None:
    bench = Bench()
    async with bench.client() as client:
        problem(await client.post(f"/api/v1/{path}", json=body), 400, code)
    async with bench.store.transaction() as tx:
        assert await tx.jobs() == []


async def test_jobs_and_what_they_found_are_read_page_by_page() -> None:
    bench = Bench()
    jobs = [
        Job(f"{n:08}", JobKind.RECONCILIATION, JobState.DONE, "2026", divergences=n)
        for n in range(1, 6)
    ]
    found = [
        FoundDivergence(
            n,
            Divergence(
                f"account:usmf|{n}",
                f"{n:032}",
                "name",
                "A",
                "B",
                accepted="not synchronised" if n % 2 else None,
            ),
        )
        for n in range(1, 8)
    ]
    async with bench.store.transaction() as tx:
        for job in jobs:
            await tx.put_job(job)
        await tx.add_divergences(jobs[-1].id, found)

    async def every(client: Any, path: str, **more: str) -> list[Any]:
        items, cursor = [], None
        while True:
            asked = {"limit": 2, **more} | ({"cursor": cursor} if cursor else {})
            page = (await client.get(path, params=asked)).json()
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    async with bench.client() as client:
        listed = await every(client, "/api/v1/reconciliations")
        assert [one["divergences"] for one in listed] == [5, 4, 3, 2, 1]
        base = f"/api/v1/reconciliations/{jobs[-1].id}/divergences"
        assert [one["position"] for one in await every(client, base)] == [2, 4, 6]
        accepted = await every(client, base, state="accepted")
        assert [one["position"] for one in accepted] == [1, 3, 5, 7]
        whole = await every(client, base, state="all")
        assert whole[1] == {
            "position": 2,
            "link": "account:usmf|2",
            "link_id": f"{2:032}",
            "field": "name",
            "what": "differs",
            "crm": "A",
            "erp": "B",
            "accepted": None,
        }
        problem(await client.get(f"{base}?cursor=x"), 400, "cursor_unusable")
        problem(await client.get("/api/v1/reconciliations/x/divergences"), 404, "job_unknown")
    async with bench.client(READER_TOKEN) as client:
        [masked, *_] = (await client.get(base)).json()["items"]
        assert (masked["field"], masked["what"], masked["link_id"]) == (
            "name",
            "differs",
            f"{2:032}",
        )
        assert (masked["crm"], masked["erp"], masked["link"]) == ("•••", "•••", "•••")


async def test_a_job_that_failed_says_why() -> None:
    bench = Bench()
    async with bench.store.transaction() as tx:
        await tx.put_job(
            Job(
                "00000001",
                JobKind.BACKFILL,
                JobState.FAILED,
                "2026",
                code="contract_broken",
                message="No such table.",
                cure="Add it.",
            )
        )
    async with bench.client() as client:
        one = (await client.get("/api/v1/backfills/00000001")).json()
    assert one["error"] == {
        "code": "contract_broken",
        "message": "No such table.",
        "cure": "Add it.",
    }
