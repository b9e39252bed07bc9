"""Status, health, maps, conflicts, dead letters, events: the numbers and the changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sync.ports import Claim, Settlement, Transaction
from tests.api.bench import ACCOUNT, Bench, kinds
from tests.api.test_access import problem


async def get(bench: Bench, path: str) -> Any:
    async with bench.client() as client:
        answer = await client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_the_status_counts_everything() -> None:
    bench = Bench()
    await bench.account()
    bench.clock.advance(30)
    found = await get(bench, "status")
    assert found["links"]["account"] == {"conflict": 1}
    assert found["conflicts"] == {"open": 1, "resolved": 1}
    assert found["dead_letters"] == 2
    assert found["backlog"]["events"] == 3
    balance = {"taken": 4, "settled": 0, "waiting": 3, "dead": 1, "missing": 0}
    assert found["balance"] == balance
    assert found["backlog"]["oldest_seconds"] == 30
    assert found["versions"]["dualwrite"] == "1.2.3"
    assert (found["ready"], found["reason"]) == (False, "not_running")
    closed = {"state": "closed", "failures": 0, "opened_at": None, "probe_at": None}
    unknown = {
        "reached": False,
        "error": None,
        "message": None,
        "cure": None,
        "breaker": closed,
    }
    assert found["sides"] == {"crm": unknown, "erp": unknown}
    states = {entry["id"]: entry["state"] for entry in found["maps"]}
    assert states["companies"] == "running"
    assert states["prospects-accounts"] == "stopped"
    assert {"side": "crm", "table": "accounts"}.items() <= found["capture"][-1].items() or any(
        entry["table"] == "accounts" for entry in found["capture"]
    )


async def test_the_status_shows_what_each_side_has() -> None:
    bench = Bench()
    await bench.account()
    found = (await get(bench, "status"))["business"]
    nothing, one = {"count": 0, "amounts": {}}, {"count": 1, "amounts": {}}
    for side in ("crm", "erp"):
        assert (
            found["companies"]["USMF"][side].items()
            >= {"prospects": one, "customers": nothing}.items()
        )
    assert found["at"].startswith("2026-01-01")
    async with bench.client(None) as client:
        metrics = (await client.get("/metrics")).text
    sample = 'dualwrite_business_records{company="USMF",figure="prospects",side="erp"} 1.0'
    assert sample in metrics


async def test_an_empty_service_has_a_status() -> None:
    found = await get(Bench(), "status")
    assert (found["links"], found["dead_letters"]) == ({}, 0)
    assert found["backlog"] == {"events": 0, "oldest_at": None, "oldest_seconds": 0.0}
    assert found["business"]["companies"] == {}


async def test_readiness_says_what_is_missing() -> None:
    async with Bench().client(None) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["reason"]) == (503, "not_running")
        assert (await client.get("/healthz")).json() == {"status": "alive"}


async def test_metrics_tell_what_the_store_holds() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client(None) as client:
        answer = await client.get("/metrics")
    assert 'dualwrite_links{kind="account",state="conflict"} 1.0' in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


async def test_a_map_is_started_with_those_it_needs() -> None:
    bench = Bench()
    async with bench.client() as client:
        url = "/api/v1/maps/customer-groups"
        answer = await client.post(f"{url}/start", json={"master": "erp"})
        assert answer.status_code == 202
        changed = {entry["id"]: entry for entry in answer.json()["changed"]}
        assert {"customer-groups", "companies"} <= changed.keys()
        assert changed["companies"]["state"] == "starting"
        assert changed["companies"]["master"] == "erp"
        again = await client.post(f"{url}/start", json={"master": "erp"})
        assert again.json() == {"changed": []}
        stopped = await client.post(f"{url}/stop")
        assert [entry["state"] for entry in stopped.json()["changed"]] == ["stopped"]
        assert (await client.get(url)).json()["state"] == "stopped"


async def test_a_running_map_is_paused_and_resumed() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        for change, state in (("pause", "paused"), ("resume", "running")):
            answer = await client.post(f"/api/v1/maps/companies/{change}")
            assert [entry["state"] for entry in answer.json()["changed"]] == [state]


@pytest.mark.parametrize("body", [{}, {"master": "sap"}, {"master": "crm", "force": True}, []])
async def test_a_start_without_a_master_is_refused(body: object) -> None:
    bench = Bench()
    async with bench.client() as client:
        answer = await client.post("/api/v1/maps/companies/start", json=body)
    problem(answer, 400, "request_unusable")
    async with bench.store.transaction() as tx:
        assert await tx.map_runs() == {}


async def test_an_unknown_map_is_a_problem_with_those_there_are() -> None:
    async with Bench().client() as client:
        for change in ("stop", "pause", "resume"):
            answer = await client.post(f"/api/v1/maps/nothing/{change}")
            assert "companies" in problem(answer, 404, "map_unknown")["cure"]
        problem(await client.get("/api/v1/maps/nothing"), 404, "map_unknown")


async def test_maps_are_paged_in_start_order() -> None:
    bench, seen, path = Bench(), [], "maps?limit=3"
    while path:
        body = await get(bench, path)
        seen += [entry["id"] for entry in body["items"]]
        path = f"maps?limit=3&cursor={body['next']}" if body["next"] else ""
    assert seen == [table_map.id for table_map in kinds().table_maps]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [("", ["c"]), ("?state=open", ["c"]), ("?state=resolved", ["d"]), ("?state=all", ["c", "d"])],
)
async def test_conflicts_by_state(asked: str, ids: list[str]) -> None:
    bench = Bench()
    await bench.account()
    found = await get(bench, f"conflicts{asked}")
    assert [entry["id"][0] for entry in found["items"]] == ids
    assert found["items"][0]["link_id"] == ACCOUNT


async def test_dead_letters_with_their_cure() -> None:
    bench = Bench()
    await bench.account()
    first = await get(bench, "deadletters?limit=1")
    second = await get(bench, f"deadletters?limit=1&cursor={first['next']}")
    assert [first["items"][0]["code"], second["items"][0]["code"]] == [
        "event_malformed",
        "rejected",
    ]
    assert (second["items"][0]["cure"], second["next"]) == ("Cure.", None)
    assert (await get(bench, "deadletters?state=discarded"))["items"] == []


async def test_a_dead_letter_is_redriven_or_discarded() -> None:
    bench = Bench()
    await bench.account()
    async with bench.store.transaction() as tx:
        [claim] = [c for c in await _claimed(bench, tx) if c.link.id == ACCOUNT]
        await tx.settle([Settlement(claim.link, claim.position)])
    why = {"by": "Ann", "why": "It came from a test."}
    async with bench.client() as client:
        url = f"/api/v1/deadletters/{'f' * 32}"
        assert (await client.get(url)).json()["state"] == "open"
        problem(await client.post(f"{url}/discard"), 400, "request_unusable")
        problem(await client.post(f"{url}/discard", json={"by": "Ann"}), 400, "request_unusable")
        assert (await client.post(f"{url}/redrive", json=why)).json()["state"] == "redriven"
        problem(await client.post(f"{url}/redrive"), 400, "input_unusable")
        other = f"/api/v1/deadletters/{'e' * 32}"
        problem(await client.post(f"{other}/redrive"), 400, "input_unusable")
        discarded = (await client.post(f"{other}/discard", json=why)).json()
        assert discarded["state"] == "discarded"
        [act] = discarded["history"]
        assert (act["what"], act["by"], act["why"]) == ("discarded", *why.values())
        problem(await client.post("/api/v1/deadletters/x/redrive"), 404, "dead_letter_unknown")
        assert (await client.get("/api/v1/deadletters")).json()["items"] == []
    async with bench.store.transaction() as tx:
        assert ACCOUNT in [claim.link.id for claim in await _claimed(bench, tx)]


async def test_several_dead_letters_are_redriven_or_none() -> None:
    bench = Bench()
    await bench.account()
    ids = ["f" * 32, "e" * 32]
    async with bench.client() as client:
        url = "/api/v1/deadletters/redrive"
        problem(await client.post(url, json={"ids": ids}), 400, "input_unusable")
        problem(await client.post(url, json={}), 400, "input_unusable")
        assert len((await client.get("/api/v1/deadletters")).json()["items"]) == 2
        for misspelt in ({"wher": {}}, {"where": {"cod": "rejected"}}):
            answer = await client.post(url, json=misspelt)
            problem(answer, 400, "request_unusable")
        assert len((await client.get("/api/v1/deadletters")).json()["items"]) == 2
        for act, body in (("redrive", {"bye": "Ann"}), ("discard", {"by": "A", "wy": "?"})):
            answer = await client.post(f"/api/v1/deadletters/{ids[0]}/{act}", json=body)
            problem(answer, 400, "request_unusable")
        done = await client.post(url, json={"where": {"code": "rejected"}, "by": "Ann"})
        assert [item["id"] for item in done.json()["items"]] == ids[:1]
        listed = await client.get("/api/v1/deadletters?state=all&code=event_malformed")
        assert [item["id"] for item in listed.json()["items"]] == ids[1:]
        discarding = {"ids": ids[1:], "by": "Ann", "why": "Nobody needs it."}
        done = await client.post("/api/v1/deadletters/discard", json=discarding)
        assert [item["state"] for item in done.json()["items"]] == ["discarded"]


@pytest.mark.parametrize("listed", ["deadletters", "conflicts"])
async def test_since_is_a_moment(listed: str) -> None:
    async with Bench().client() as client:
        answer = await client.get(f"/api/v1/{listed}", params={"since": "yesterday"})
    assert "ISO 8601" in problem(answer, 400, "input_unusable")["cure"]


async def test_since_means_the_same_moment_in_any_zone() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        for since, found in (("2025-12-31T23:30:00Z", 2), ("2025-12-31T23:30:00-02:00", 0)):
            answer = await client.get("/api/v1/deadletters", params={"since": since})
            assert len(answer.json()["items"]) == found, since


async def test_a_record_that_could_not_be_read_is_corrected_and_taken_in() -> None:
    bench = Bench()
    await bench.account()
    url = f"/api/v1/deadletters/{'e' * 32}"
    event: dict[str, Any] = {
        "side": "crm",
        "table": "accounts",
        "row_id": "22222222-0000-0000-0000-000000000009",
        "version": "77",
        "order": 77,
        "image": {
            "accountnumber": "PR-000009",
            "name": "Ninth",
            "customertypecode": 8,
            "creditlimit": 12.5,
            "_msdyn_company_value": "33333333-0000-0000-0000-000000000001",
        },
    }
    async with bench.client() as client:
        wrong = {**event, "table": "Accounts"}
        problem(await client.post(f"{url}/edit", json={"event": wrong}), 400, "input_unusable")
        edited = await client.post(f"{url}/edit", json={"event": event, "by": "Ann"})
        assert edited.json()["payload"] == {"event": event}
        assert edited.json()["original"] == {}
        seen = (await client.post(f"{url}/dry-run")).json()["items"]
        assert [(item["kind"], item["writes"]) for item in seen] == [("account", [])]
        events = (await client.get("/api/v1/events")).json()["items"]
        assert event["row_id"] not in {item["row_id"] for item in events}
        assert (await client.post(f"{url}/redrive")).json()["state"] == "redriven"
        events = (await client.get("/api/v1/events")).json()["items"]
        (taken,) = [item for item in events if item["row_id"] == event["row_id"]]
        assert taken["image"]["name"] == "Ninth"
        balance = (await client.get("/api/v1/status")).json()["balance"]
        assert balance["missing"] == 0
    own = f"/api/v1/deadletters/{'f' * 32}"
    async with bench.client() as client:
        problem(await client.post(f"{own}/edit", json={"event": event}), 400, "input_unusable")


async def _claimed(bench: Bench, tx: Transaction) -> list[Claim]:
    now = bench.clock.now()
    return await tx.claim(now, 10, lease_until=now + timedelta(seconds=1))


async def test_events_in_order_and_of_one_link() -> None:
    bench = Bench()
    await bench.account()
    body = await get(bench, "events?limit=2")
    rest = await get(bench, f"events?limit=2&cursor={body['next']}")
    tables = [event["table"] for event in body["items"] + rest["items"]]
    assert tables == ["cdm_companies", "accounts", "Prospects"]
    assert rest["next"] is None
    own = await get(bench, f"events?link={ACCOUNT}")
    assert [event["table"] for event in own["items"]] == ["accounts", "Prospects"]
    assert own["items"][0]["image"]["name"] == "Alpine Ski House"


async def test_the_description_names_every_surface() -> None:
    async with Bench().client(None) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    collections = ("maps", "links", "conflicts", "deadletters", "events")
    wanted = {f"/api/v1/{name}" for name in collections}
    assert wanted | {"/api/v1/status", "/healthz", "/readyz", "/metrics"} <= paths.keys()
    for name in collections:
        page = paths[f"/api/v1/{name}"]["get"]
        assert {"limit", "cursor"} <= {one["name"] for one in page["parameters"]}
