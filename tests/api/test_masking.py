"""The lesser token: it reads where things stand, and no value of any record."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sync.api.masking import MASK, masked
from sync.core.conflict import Conflict, ConflictKind
from sync.core.link import Agreed, IntendedWrite, Intent, Problem
from sync.core.row import RowRef, Side
from sync.ports import DeadLetter, Receipt
from tests.api.bench import ACCOUNT, ACCOUNT_ROW, READER_TOKEN, TOKEN, Bench
from tests.api.test_access import problem

SECRET = "Quibbleworth"
"""What stands everywhere a value may stand; it may be seen nowhere."""
PATHS = [
    "links",
    f"links/{ACCOUNT}",
    f"links/{ACCOUNT}/explain?field=name",
    f"links/{ACCOUNT}/family?kind=contact",
    "conflicts?state=all",
    f"conflicts/{'c' * 32}",
    "deadletters?state=all",
    f"deadletters/{'f' * 32}",
    "events",
]


@pytest.fixture
async def bench() -> Bench:
    """Everything that holds a value holds the same one."""
    bench = Bench()
    await bench.account()
    await bench.capture(
        Side.CRM,
        "accounts",
        ACCOUNT_ROW,
        {
            "accountnumber": "PR-000001",
            "msdyn_company": "11111111-0000-0000-0000-000000000001",
            "customertypecode": 8,
            "name": SECRET,
        },
        order=9,
    )
    async with bench.store.transaction() as tx:
        link = (await tx.links([ACCOUNT]))[ACCOUNT]
        link.natural = {"number": SECRET, "code": SECRET}
        link.alias, link.actors = SECRET, {"crm": SECRET}
        link.base = {"name": Agreed(SECRET, SECRET), "state": Agreed(SECRET, SECRET)}
        link.problem = Problem("rejected", f"The ERP says {SECRET}.", "Choose another.")
        link.waiting_on = (f"link:account|{SECRET}",)
        link.rows = {"crm.main": ACCOUNT_ROW, "erp.customer": f"CustomerAccount='{SECRET}'"}
        ref = RowRef(Side.ERP, "Prospects", SECRET)
        write = IntendedWrite("prospect", ref, "update", {"state": link.base["name"]})
        link.intent = Intent("p", "2026", (write,))
        await tx.update_links([link])
        clash = Conflict(
            "c" * 32,
            ACCOUNT,
            ConflictKind.CLASH,
            "name",
            crm={"name": SECRET, "state": SECRET},
            erp=SECRET,
            base_crm={"kind": SECRET},
            base_erp=SECRET,
            policy="the CRM owns the field",
            winner="crm",
            message=f"account {SECRET}: both sides have their own name.",
            crm_actor=SECRET,
            erp_actor=SECRET,
            at="2026-01-01T00:00:00.000000Z",
            resolved_by=SECRET,
        )
        await tx.put_conflicts([clash])
        payload = {"code": SECRET, "at": [SECRET, {"id": SECRET}], "amount": 12, "none": None}
        letter = DeadLetter(
            "f" * 32, ACCOUNT, "rejected", f"Refused {SECRET}.", "Correct it.", payload, "2026"
        )
        await tx.put_dead_letters([letter])
        change = {
            "field": "name",
            "column": "ProspectName",
            "value": {"table": "accounts", "row_id": SECRET},
            "before": SECRET,
            "neutral": SECRET,
            "reason": f"as {SECRET} asked",
            "event": None,
        }
        receipt = Receipt(
            ACCOUNT, "p9", "2026-01-02", Side.ERP, "m", (change,), {}, {"ok": True}, True
        )
        await tx.add_receipts([receipt])
    return bench


async def get(bench: Bench, path: str, token: str = READER_TOKEN) -> httpx.Response:
    async with bench.client(token) as client:
        return await client.get(f"/api/v1/{path}")


@pytest.mark.parametrize("path", PATHS)
async def test_no_value_is_told(bench: Bench, path: str) -> None:
    answer = await get(bench, path)
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert SECRET.casefold() not in answer.text.casefold()
    assert "Alpine" not in answer.text
    assert "555-0100" not in answer.text
    if "family" not in path:
        whole = await get(bench, path, TOKEN)
        assert SECRET in whole.text
        assert _shape(answer.json()) == _shape(whole.json())


def _shape(value: Any) -> Any:
    """What is there, and what is blank, without what it is."""
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return value in (None, "")


async def test_where_things_stand_is_told(bench: Bench) -> None:
    letter = (await get(bench, f"deadletters/{'f' * 32}")).json()
    assert letter == {
        "id": "f" * 32,
        "link_id": ACCOUNT,
        "code": "rejected",
        "message": MASK,
        "cure": "Correct it.",
        "payload": {"code": MASK, "at": [MASK, {"id": MASK}], "amount": MASK, "none": None},
        "at": "2026",
        "state": "open",
        "kind": None,
        "original": None,
        "history": [],
    }
    conflict = (await get(bench, f"conflicts/{'c' * 32}")).json()
    assert (conflict["kind"], conflict["field"], conflict["winner"]) == ("clash", "name", "crm")
    assert conflict["policy"] == "the CRM owns the field"
    assert conflict["crm"] == {"name": MASK, "state": MASK}
    link = (await get(bench, f"links/{ACCOUNT}")).json()
    assert (link["state"], link["kind"], link["company"]) == ("conflict", "account", "USMF")
    assert (link["problem"]["code"], link["problem"]["cure"]) == ("rejected", "Choose another.")
    assert link["rows"]["crm.main"] == ACCOUNT_ROW
    assert link["rows"]["erp.customer"] == MASK
    assert link["marks"] == {"delivery_address": "not synchronised"}
    assert {field["field"] for field in link["fields"]} >= {"name", "phone"}
    assert link["intent"]["writes"][0]["fields"] == {"state": [MASK, MASK]}


@pytest.mark.parametrize("path", ["status", "maps", "maps/companies"])
async def test_what_tells_of_no_record_is_told_whole(bench: Bench, path: str) -> None:
    mine, whole = await get(bench, path), await get(bench, path, TOKEN)
    assert mine.json() == whole.json()


@pytest.mark.parametrize(
    "path",
    [
        "maps/companies/start",
        "maps/companies/stop",
        f"deadletters/{'f' * 32}/redrive",
        f"deadletters/{'f' * 32}/discard",
        f"deadletters/{'f' * 32}/edit",
        f"deadletters/{'f' * 32}/dry-run",
        "deadletters/redrive",
        "deadletters/discard",
        f"conflicts/{'c' * 32}/retry",
        f"conflicts/{'c' * 32}/undo",
    ],
)
async def test_nothing_is_changed_with_it(bench: Bench, path: str) -> None:
    async with bench.client(READER_TOKEN) as client:
        problem(await client.post(f"/api/v1/{path}", json={}), 403, "token_lesser")
    async with bench.store.transaction() as tx:
        [letter] = await tx.dead_letters(ids=["f" * 32], state=None)
        assert letter.state == "open"


async def test_a_key_cannot_be_guessed_letter_by_letter(bench: Bench) -> None:
    problem(await get(bench, "links?q=Q"), 403, "token_lesser")


@pytest.mark.parametrize("record", ["account:usmf|pr-000001", "account:usmf|none", "PR-000001"])
@pytest.mark.parametrize("asked", ["", "/explain?field=name", "/family?kind=contact"])
async def test_a_key_cannot_be_guessed_whole(bench: Bench, record: str, asked: str) -> None:
    """A person's number may be the last name: whether there is one is not told either."""
    problem(await get(bench, f"links/{record}{asked}"), 403, "token_lesser")


async def test_an_error_quotes_no_record(bench: Bench) -> None:
    asked = f"links/{ACCOUNT}/explain?field=company"
    whole = problem(await get(bench, asked, TOKEN), 400, "field_unknown")
    assert "pr-000001" in whole["detail"]
    mine = problem(await get(bench, asked), 400, "field_unknown")
    assert (mine["detail"], mine["cure"]) == (MASK, whole["cure"])


async def test_without_the_setting_there_is_no_lesser_token(bench: Bench) -> None:
    object.__setattr__(bench.context, "reader_token", None)
    problem(await get(bench, "conflicts"), 401, "token_wrong")
    problem(await get(bench, "conflicts", ""), 401, "token_wrong")


async def test_every_route_that_changes_something_is_closed_to_it(bench: Bench) -> None:
    async with bench.client(READER_TOKEN) as client:
        described = (await client.get("/openapi.json")).json()["paths"]
        for path, methods in described.items():
            for method in methods.keys() - {"get"}:
                if path.startswith("/api/v1/"):
                    url = path.replace("{", "").replace("}", "")
                    answer = await client.request(method, url, json={})
                    assert problem(answer, 403, "token_lesser")


def test_what_nobody_has_thought_about_is_masked() -> None:
    body = {"invented": "x", "count": 3, "yes": True, "deep": [{"invented": "y", "id": "kept"}]}
    assert masked(body) == {
        "invented": MASK,
        "count": MASK,
        "yes": MASK,
        "deep": [{"invented": MASK, "id": "kept"}],
    }
    blank = {"invented": None, "empty": "", "list": [], "object": {}}
    assert masked(blank) == blank
