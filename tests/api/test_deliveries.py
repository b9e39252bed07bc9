"""Deliveries that come again and bodies without end: nothing is done twice, nothing is read on."""

from __future__ import annotations

import ast
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import sync.api
from sync.api.limits import LARGEST
from sync.core.row import Side
from tests.api.bench import CRM_SECRET, ERP_SECRET, Bench
from tests.api.test_access import problem
from tests.api.test_hooks import NOTICE
from tests.engine.bench import Bench as Engine

CHUNK = 65536


async def test_a_delivery_that_is_replayed_makes_nothing_new() -> None:
    """Each delivery leads to one look, and a look that meets what is known tells nothing."""
    engine = Engine()
    row_id = engine.new_account("A-1", "First")
    await engine.start()
    engine.edit_account(row_id, name="Second")
    await engine.run()
    bench = Bench(store=engine.store, log=engine.log, clock=engine.clock)
    writes = engine.systems.writes
    async with engine.store.transaction() as tx:
        before = await tx.events(limit=1000)
    notice = json.dumps({**NOTICE, "PrimaryEntityId": row_id}).encode()
    async with bench.client(None) as client:
        for _ in range(20):
            answer = await client.post(f"/hooks/crm?code={CRM_SECRET}", content=notice)
            assert answer.status_code == 202
    assert len(bench.service.notices) == 20
    for side, notice_read in bench.service.notices:
        ref = engine.account_ref(notice_read.row_id or "")
        assert await engine.captures[side].rows([ref]) == 0
    await engine.run()
    async with engine.store.transaction() as tx:
        assert await tx.events(limit=1000) == before
    assert engine.systems.writes == writes


class Flood:
    """A body that never ends, and counts how much of it was taken."""

    def __init__(self) -> None:
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken <= 4 * LARGEST:
            self.taken += CHUNK
            yield b"x" * CHUNK


async def test_no_route_reads_a_body_on_and_on() -> None:
    bench = Bench()
    async with bench.client() as client:
        described = (await client.get("/openapi.json")).json()["paths"]
        routes = [(path, method) for path, methods in described.items() for method in methods]
        assert len(routes) > 20
        for path, method in routes:
            url = path.replace("{side}", "crm").replace("{", "").replace("}", "")
            flood = Flood()
            await client.request(
                method, url, params={"code": CRM_SECRET, "kind": "account"}, content=flood
            )
            assert flood.taken <= LARGEST + 2 * CHUNK, (method, path)
            announced = await client.request(method, url, content=b"x" * (LARGEST + 1))
            problem(announced, 413, "body_too_large")


@pytest.mark.parametrize("side", list(Side))
async def test_a_secret_of_the_other_side_or_a_part_of_it_opens_nothing(side: Side) -> None:
    bench = Bench()
    own = CRM_SECRET if side is Side.CRM else ERP_SECRET
    other = ERP_SECRET if side is Side.CRM else CRM_SECRET
    wrong = [other, own[:-1], own + "x", own.upper(), f" {own}", own.replace("s", "\u017f", 1)]
    async with bench.client(None) as client:
        for code in wrong:
            answer = await client.post(f"/hooks/{side}", params={"code": code}, json=NOTICE)
            problem(answer, 401, "secret_wrong")
    assert bench.service.notices == []


def test_secrets_are_compared_in_one_place_in_constant_time() -> None:
    """No `==` or `in` ever meets a token or a secret; where they are compared is `same_secret`."""
    secret = {"token", "reader_token", "hook_secrets", "credentials", "secret", "code_given"}
    compared = []
    calls = set()
    for file in Path(sync.api.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                calls.add(ast.unparse(node.func))
            if isinstance(node, ast.Compare):
                named = {
                    getattr(part, "attr", getattr(part, "id", None))
                    for part in (node.left, *node.comparators)
                }
                equality = any(isinstance(op, ast.Eq | ast.NotEq | ast.In) for op in node.ops)
                if equality and named & secret:
                    compared.append(f"{file.name}:{node.lineno}")
    assert compared == []
    assert {"hmac.compare_digest", "same_secret"} <= calls
