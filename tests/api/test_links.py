"""Links: listing, searching, paging, and everything that is known of one."""

from __future__ import annotations

import pytest

from sync.core.link import Link, LinkState, link_id
from sync.core.row import Side
from sync.testing.contracts.samples import a_relation
from tests.api.bench import ACCOUNT, ACCOUNT_ROW, Bench
from tests.api.test_access import problem


async def test_a_link_is_explained_by_id_and_by_key() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        names = [ACCOUNT, "account:usmf|pr-000001", "account:USMF|PR-000001"]
        answers = [(await client.get(f"/api/v1/links/{name}")).json() for name in names]
    assert answers[0] == answers[1] == answers[2]
    found = answers[0]
    assert (found["id"], found["state"], found["map"]) == (
        ACCOUNT,
        "conflict",
        "prospects-accounts",
    )
    assert found["problem"]["cure"] == "Choose one."
    assert found["marks"] == {"delivery_address": "not synchronised"}


async def test_both_sides_base_and_comparison_are_shown() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        found = (await client.get(f"/api/v1/links/{ACCOUNT}")).json()
    [crm], [erp] = found["sides"]["crm"], found["sides"]["erp"]
    assert (crm["member"], crm["row_id"], crm["actor"]) == ("main", ACCOUNT_ROW, "jane")
    assert (erp["member"], erp["table"]) == ("prospect", "Prospects")
    assert crm["image"]["name"] == "Alpine Ski House"
    assert found["base"] == {"name": {"crm": "Alpine Ski", "erp": "Alpine Ski"}}
    fields = {field["field"]: field for field in found["fields"]}
    assert fields["name"] | {"problems": None} == {
        "field": "name",
        "crm": "Alpine Ski House",
        "erp": "Alpine Ski",
        "base": {"crm": "Alpine Ski", "erp": "Alpine Ski"},
        "equal": False,
        "changed": ["crm"],
        "direction": "both",
        "owner": "crm",
        "mark": None,
        "problems": None,
    }
    assert fields["phone"]["equal"] is True
    assert fields["delivery_city"]["mark"] == "not synchronised"
    assert fields["party_number"]["direction"] == "to_crm"


async def test_what_is_pending_what_waits_and_what_was_written_is_shown() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        found = (await client.get(f"/api/v1/links/{ACCOUNT}?receipts=2")).json()
        none = (await client.get(f"/api/v1/links/{ACCOUNT}?receipts=0")).json()
    assert found["pending"] is True
    assert [event["side"] for event in found["pending_events"]] == ["crm", "erp"]
    assert {conflict["state"] for conflict in found["conflicts"]} == {"open", "resolved"}
    assert [letter["code"] for letter in found["dead_letters"]] == ["rejected"]
    assert [receipt["plan"] for receipt in found["receipts"]] == ["p2", "p1"]
    assert found["receipts"][0]["changes"][0]["reason"] == "only the CRM changed it"
    assert none["receipts"] == []


@pytest.mark.parametrize("name", ["x", "0" * 32, "account:usmf|none", "nothing:", "f" * 40, "a/b"])
async def test_a_link_that_is_not_there_is_a_problem(name: str) -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        assert problem(await client.get(f"/api/v1/links/{name}"), 404, "link_unknown")["cure"]


async def test_a_row_whose_record_is_not_known_can_be_looked_at() -> None:
    bench = Bench()
    await bench.capture(Side.CRM, "accounts", ACCOUNT_ROW, {"customertypecode": 8}, 1)
    async with bench.client() as client:
        [item] = (await client.get("/api/v1/links?kind=account")).json()["items"]
        found = (await client.get(f"/api/v1/links/{item['id']}")).json()
    assert found["problem"]["code"] == "identity_missing"
    assert [row["row_id"] for row in found["sides"]["crm"]] == [ACCOUNT_ROW]
    assert found["fields"] == []


async def test_links_are_filtered_and_searched() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:

        async def keys(**asked: str) -> list[str]:
            answer = await client.get("/api/v1/links", params=asked)
            return sorted(item["key"] for item in answer.json()["items"])

        assert await keys() == ["usmf", "usmf|pr-000001"]
        assert await keys(kind="account") == ["usmf|pr-000001"]
        assert await keys(state="conflict") == ["usmf|pr-000001"]
        assert await keys(state="gone") == []
        assert await keys(q="PR-0000") == ["usmf|pr-000001"]
        assert await keys(q="nobody") == []
        answer = await client.get("/api/v1/links?kind=house")
        assert "account" in problem(answer, 400, "kind_unknown")["cure"]
        problem(await client.get("/api/v1/links?state=x"), 400, "request_unusable")


async def test_pages_hold_every_link_once() -> None:
    bench = Bench()
    ids = [f"{n:032x}" for n in range(25)]
    async with bench.store.transaction() as tx:
        await tx.add_links([Link(i, "account", i, {}, state=LinkState.SETTLED) for i in ids])
    seen: list[str] = []
    async with bench.client() as client:
        cursor: str | None = None
        pages = 0
        while pages == 0 or cursor:
            asked = {"limit": "10"} | ({"cursor": cursor} if cursor else {})
            body = (await client.get("/api/v1/links", params=asked)).json()
            seen += [item["id"] for item in body["items"]]
            cursor, pages = body["next"], pages + 1
        exact = (await client.get("/api/v1/links?limit=25")).json()
        first = (await client.get(f"/api/v1/links/{ids[0]}")).json()
    assert (seen, pages, exact["next"]) == (ids, 3, None)
    assert first["id"] == ids[0]


SIDES = ("crm", "erp")


async def a_family(bench: Bench, contacts: int) -> list[str]:
    """An account with contacts; returns their ids, the newest number first."""
    await bench.account()
    links = [
        Link(
            link_id("contact", f"usmf|cp-{n}"),
            "contact",
            f"usmf|cp-{n}",
            {"number": f"CP-{n}", "code": f"CP-{n}"},
            state=LinkState.SETTLED,
        )
        for n in range(contacts)
    ]
    async with bench.store.transaction() as tx:
        await tx.add_links(links)
        account = (await tx.links([ACCOUNT]))[ACCOUNT]
        await tx.relate({link.id: [a_relation(account, link, "account")] for link in links})
    return [link.id for link in reversed(links)]


def standing(**told: object) -> dict[str, object]:
    """Where a side stands, with nothing told but this."""
    return {"stage": None, "state": None, "amount": None, "currency": None, **told}


async def test_the_family_is_the_same_from_every_member() -> None:
    bench = Bench()
    ids = await a_family(bench, 12)
    async with bench.client() as client:
        top = (await client.get(f"/api/v1/links/{ACCOUNT}")).json()["family"]
        below = (await client.get("/api/v1/links/contact:usmf|cp-3")).json()["family"]
        few = (await client.get(f"/api/v1/links/{ACCOUNT}?family=1")).json()["family"]
    assert top["roots"] == below["roots"]
    [root] = top["roots"]
    assert (root["number"], root["state"], root["problem"]) == ("PR-000001", "conflict", "clash")
    assert (root["open_conflicts"], root["stage"]) == (1, "prospect")
    assert root["href"] == f"/api/v1/links/{ACCOUNT}"
    assert root["sides"] == {side: standing(there=True, stage="prospect") for side in SIDES}
    [group] = root["groups"]
    assert (group["kind"], group["total"], group["next"]) == ("contact", 12, ids[9])
    assert [item["id"] for item in group["items"]] == ids[:10]
    assert group["items"][0]["sides"] == {side: standing(there=False) for side in SIDES}
    assert [item["key"] for item in below["path"]] == ["usmf|pr-000001", "usmf|cp-3"]
    assert [len(one["items"]) for one in few["roots"][0]["groups"]] == [1]


async def test_a_group_of_a_family_is_read_to_its_end_where_it_says() -> None:
    bench = Bench()
    ids = await a_family(bench, 12)
    async with bench.client() as client:
        [root] = (await client.get(f"/api/v1/links/{ACCOUNT}")).json()["family"]["roots"]
        [group] = root["groups"]
        rest = (await client.get(f"{group['href']}&cursor={group['next']}")).json()
        assert ([item["id"] for item in rest["items"]], rest["next"]) == (ids[10:], None)
        seen: list[str] = []
        cursor = ""
        while True:
            body = (await client.get(f"{group['href']}&limit=5{cursor}")).json()
            seen += [item["id"] for item in body["items"]]
            if body["next"] is None:
                break
            cursor = f"&cursor={body['next']}"
        by_name = await client.get("/api/v1/links/account:usmf|pr-000001/family?kind=contact")
        empty = await client.get(f"/api/v1/links/{ids[0]}/family?kind=account")
    assert seen == ids
    assert [item["id"] for item in by_name.json()["items"]] == ids
    assert empty.json() == {"items": [], "next": None}


async def test_a_family_that_is_not_there_is_a_problem() -> None:
    bench = Bench()
    await bench.account()
    async with bench.client() as client:
        at = f"/api/v1/links/{ACCOUNT}/family"
        problem(await client.get("/api/v1/links/x/family?kind=contact"), 404, "link_unknown")
        problem(await client.get(f"{at}?kind=house"), 400, "kind_unknown")
        problem(await client.get(f"{at}?kind=contact&cursor=x"), 400, "cursor_unusable")
        problem(await client.get(at), 400, "request_unusable")
        problem(await client.get(f"/api/v1/links/{ACCOUNT}?family=101"), 400, "request_unusable")
