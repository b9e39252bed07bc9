"""Number sequences over the API: listing, checking, accepting an overlap and withdrawing it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.sandbox.finops.seed import SYSTEM_USER
from connectors.sandbox.kernel.tokens import Caller
from sync.engine.maps import start_maps
from sync.engine.sequences import NumberCheck
from tests.api.bench import Bench
from tests.api.test_access import problem
from tests.simulation.systems import Systems

ADMIN = Caller(SYSTEM_USER, "", is_integration=False)


class Numbered(Bench):
    """The API, with local systems that tell their sequences."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.local = Systems(False, self.clock.now)
        kinds = self.context.kinds
        check = NumberCheck(kinds, self.store, self.local.direct, self.clock, self.notes)
        self.context = replace(self.context, numbers=check)

    def overlap(self) -> None:
        """An administrator lets the ERP's quotations look like the CRM's quotes."""
        key = {"NumberSequenceCode": "SQ", "ScopeType": "DataArea", "ScopeValue": "usmf"}
        self.local.erp.update("SequenceV2Tables", key, {"Format": "QUO-######"}, ADMIN)


@pytest.fixture
def bench() -> Numbered:
    return Numbered()


async def ask(bench: Bench, method: str, path: str, **more: Any) -> httpx.Response:
    async with bench.client() as client:
        return await client.request(method, f"/api/v1{path}", **more)


async def test_a_check_that_another_service_does_is_not_done_twice(bench: Numbered) -> None:
    async with bench.store.transaction() as tx:
        now = bench.clock.now()
        assert await tx.take_duty("numbers", now, now + timedelta(seconds=30)) is not None
    refused = problem(await ask(bench, "POST", "/numbers/check"), 409, "job_running")
    assert "in another process" in refused["detail"]
    assert "30 seconds" in refused["cure"]
    bench.clock.advance(31)
    assert (await ask(bench, "POST", "/numbers/check")).status_code == 200


async def test_sequences_are_listed_page_by_page_once_they_were_read(bench: Numbered) -> None:
    assert (await ask(bench, "GET", "/numbers")).json() == {"items": [], "next": None}
    checked = (await ask(bench, "POST", "/numbers/check")).json()
    assert checked["disjoint"]
    assert checked["overlaps"] == checked["ahead"] == []
    first = (await ask(bench, "GET", "/numbers?limit=2")).json()
    rest = (await ask(bench, "GET", f"/numbers?cursor={first['next']}")).json()
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert ids == sorted(ids)
    assert len(ids) == checked["sequences"]
    assert rest["next"] is None
    one = (await ask(bench, "GET", "/numbers/erp-usmf-cu")).json()
    assert one == {
        "id": "erp-usmf-cu",
        "side": "erp",
        "company": "USMF",
        "kinds": ["account", "person"],
        "numbers": "CustAccount",
        "format": "CU-######",
        "first": 1,
        "last": 999999,
        "next": 1,
        "next_number": "CU-000001",
        "step": 1,
        "left": 999999,
        "per_day": 0.0,
        "days_left": None,
        "drawn_by": "erp",
        "continuous": False,
        "cyclical": False,
        "told": "system",
        "overlaps": [],
    }
    missing = await ask(bench, "GET", "/numbers/nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "sequence_unknown")


async def test_an_overlap_stops_its_map_until_somebody_accepts_it(bench: Numbered) -> None:
    await start_maps(bench.store, bench.context.kinds, ["quotes"], "none", bench.clock)
    bench.overlap()
    (overlap,) = (await ask(bench, "POST", "/numbers/check")).json()["overlaps"]
    assert (overlap["number"], overlap["one_draws"], overlap["other_draws"]) == ("quo-000001", 1, 1)
    assert (overlap["maps"], overlap["accepted"]) == (["quotes"], False)
    stopped = (await ask(bench, "GET", "/maps/quotes")).json()
    assert (stopped["state"], stopped["problem"]["code"]) == ("stopped", "numbers_overlap")
    status = (await ask(bench, "GET", "/status")).json()
    assert [m["problem"]["code"] for m in status["maps"] if m["problem"]] == ["numbers_overlap"]
    quotes = (await ask(bench, "GET", "/numbers/erp-usmf-sq")).json()
    assert quotes["overlaps"] == [overlap["id"]]

    body = {"overlap": overlap["id"], "by": "Ada", "reason": "nobody quotes in the ERP"}
    accepted = await ask(bench, "POST", "/numbers/overlaps/accept", json=body)
    assert accepted.status_code == 200
    assert accepted.json()["accepted"]
    assert (await ask(bench, "GET", "/maps/quotes")).json()["problem"] is None
    again = await ask(bench, "POST", "/numbers/overlaps/accept", json=body)
    assert again.status_code == 400

    withdrawn = {"overlap": overlap["id"], "by": "Bob"}
    answer = await ask(bench, "POST", "/numbers/overlaps/withdraw", json=withdrawn)
    (kept,) = answer.json()["acceptances"]
    assert (kept["by"], kept["withdrawn_by"], kept["reason"]) == ("Ada", "Bob", body["reason"])
    listed = (await ask(bench, "GET", "/numbers/overlaps")).json()["items"]
    assert [(one["id"], one["accepted"]) for one in listed] == [(overlap["id"], False)]
    assert (await ask(bench, "GET", "/maps/quotes")).json()["state"] == "stopped"


@pytest.mark.parametrize(
    "body",
    [{"overlap": "x"}, {"overlap": "x", "by": "", "reason": "y"}, {"overlap": "x", "who": 1}],
)
async def test_an_acceptance_that_says_too_little_is_refused(
    bench: Numbered, body: dict[str, Any]
) -> None:
    answer = await ask(bench, "POST", "/numbers/overlaps/accept", json=body)
    assert 400 <= answer.status_code < 500


async def test_a_check_that_does_not_reach_the_systems_says_so() -> None:
    answer = await ask(Bench(), "POST", "/numbers/check")
    assert answer.status_code >= 500
    assert answer.json()["code"] == "unavailable"


async def test_overlaps_are_listed_page_by_page(bench: Numbered) -> None:
    bench.overlap()
    key = {"NumberSequenceCode": "SO", "ScopeType": "DataArea", "ScopeValue": "usmf"}
    bench.local.erp.update("SequenceV2Tables", key, {"Format": "ORD-######"}, ADMIN)
    await ask(bench, "POST", "/numbers/check")
    first = (await ask(bench, "GET", "/numbers/overlaps?limit=1")).json()
    second = (await ask(bench, "GET", f"/numbers/overlaps?limit=1&cursor={first['next']}")).json()
    kinds = [one["kinds"] for one in first["items"] + second["items"]]
    assert (kinds, second["next"]) == ([["order"], ["quote"]], None)
    wrong = await ask(bench, "GET", "/numbers/overlaps?cursor=x")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "cursor_unusable")
