"""One field explained over the API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sync.core.link import link_id
from sync.engine.versions import keep_versions
from tests.api.bench import Bench
from tests.api.test_access import problem
from tests.engine.bench import Bench as Engine

RECORD = "account:usmf|a-1"


@pytest.fixture
async def engine() -> Engine:
    """An account whose name was edited in the CRM, then in the ERP."""
    engine = Engine()
    row_id = engine.new_account("A-1", "First")
    await keep_versions(engine.store, engine.kinds, engine.clock)
    await engine.start()
    engine.clock.advance(60)
    engine.edit_account(row_id, name="Second")
    await engine.run()
    engine.clock.advance(60)
    engine.edit_prospect("A-1", ProspectName="Third")
    await engine.run()
    return engine


async def ask(engine: Engine, name: str, **asked: Any) -> httpx.Response:
    bench = Bench(store=engine.store, clock=engine.clock)
    async with bench.client() as client:
        return await client.get(f"/api/v1/links/{name}/explain", params=asked)


async def test_a_field_is_explained(engine: Engine) -> None:
    found = (await ask(engine, RECORD, field="name")).json()
    assert found["link_id"] == link_id("account", "usmf|a-1")
    assert (found["standing"], found["record"]) == ("equal", RECORD)
    assert found["base"] == {"crm": "Third", "erp": "Third"}
    crm, erp = found["sides"]["crm"], found["sides"]["erp"]
    assert (crm["value"], crm["how"]["what"], crm["how"]["before"]) == (
        "Third",
        "written",
        "Second",
    )
    assert crm["cause"] == erp["cause"]
    assert crm["cause"]["side"] == "erp"
    assert len(crm["cause"]["event"]) == 32
    assert found["map"]["id"] == "prospects-accounts"
    assert found["rule"] == {
        "direction": "both",
        "owner": "crm",
        "crm": "name",
        "erp": "ProspectName",
        "group": None,
    }
    assert crm["how"]["map_digest"] in found["maps"]


async def test_names_times_and_sizes_may_be_given(engine: Engine) -> None:
    by_number = (await ask(engine, "a-1", field="ProspectName", moments=1)).json()
    assert (by_number["field"], len(by_number["moments"])) == ("name", 1)
    seen = [m["at"] for m in (await ask(engine, "a-1", field="name")).json()["moments"]]
    first = seen[-1].removesuffix("Z") + "+00:00"
    then = (await ask(engine, "a-1", field="name", at=first)).json()
    assert {side: one["value"] for side, one in then["sides"].items()} == {
        "crm": "First",
        "erp": "First",
    }
    assert then["at"] == seen[-1]


@pytest.mark.parametrize(
    ("name", "asked", "status", "code"),
    [
        ("account:usmf|none", {"field": "name"}, 404, "link_unknown"),
        (RECORD, {"field": "nonsense"}, 400, "field_unknown"),
        (RECORD, {}, 400, "request_unusable"),
        (RECORD, {"field": "name", "at": "yesterday"}, 400, "input_unusable"),
        (RECORD, {"field": "name", "moments": "many"}, 400, "request_unusable"),
    ],
)
async def test_what_cannot_be_explained_is_a_problem(
    engine: Engine, name: str, asked: dict[str, Any], status: int, code: str
) -> None:
    assert problem(await ask(engine, name, **asked), status, code)["cure"]


async def test_a_number_of_several_records_names_them(engine: Engine) -> None:
    engine.new_account("10", "Named like a customer group")
    await engine.run()
    told = problem(await ask(engine, "10", field="name"), 400, "record_ambiguous")
    assert "account:usmf|10, customer_group:usmf|10" in told["detail"]


async def test_the_map_that_a_digest_names_is_told_word_for_word(engine: Engine) -> None:
    digest = (await ask(engine, RECORD, field="name")).json()["map"]["digest"]
    async with Bench(store=engine.store, clock=engine.clock).client() as client:
        path = "/api/v1/maps/prospects-accounts/versions"
        (version,) = (await client.get(path)).json()["items"]
        unknown = await client.get("/api/v1/maps/nonsense/versions")
        stray = await client.get(path, params={"cursor": "nonsense"})
    assert (version["digest"], version["version"]) == (digest, "1.0.0.0")
    assert len(version["begins"]) == 1
    assert "name" in {field["name"] for field in version["says"]["fields"]}
    problem(unknown, 404, "map_unknown")
    problem(stray, 400, "cursor_unusable")
