"""Change tracking: delta links, deletions, paging, expiry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.dataverse.wire import ROOT, Crm

TRACK = {"Prefer": "odata.track-changes"}
SELECT = "accounts?$select=name,accountnumber"


async def follow(web: Crm, url: str, **headers: str) -> dict[str, Any]:
    answer = await web.client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def start(web: Crm) -> str:
    answer = await web.get(SELECT, **TRACK)
    assert answer.headers["preference-applied"] == "odata.track-changes"
    link: str = answer.json()["@odata.deltaLink"]
    return link


async def test_first_read_brings_all_rows_and_a_link(web: Crm) -> None:
    await web.account(name="A")
    body = await follow(web, f"{ROOT}/{SELECT}", **TRACK)
    assert [row["name"] for row in body["value"]] == ["A"]
    assert body["@odata.deltaLink"].startswith(f"{ROOT}/{SELECT}&$deltatoken=")
    assert "%21" in body["@odata.deltaLink"]


async def test_delta_collapses_updates_and_ends_with_deletions(web: Crm) -> None:
    old = await web.account(name="old")
    link = await start(web)
    made = await web.account(name="new")
    await web.delete(f"accounts({old['accountid']})")
    await web.patch(f"accounts({made['accountid']})", {"name": "newer"})
    brief = await web.account(name="brief")
    await web.delete(f"accounts({brief['accountid']})")
    body = await follow(web, link)
    assert body["@odata.context"].endswith("$metadata#accounts(name,accountnumber)/$delta")
    row, *deleted = body["value"]
    assert row["name"] == "newer"
    assert deleted == [
        {
            "@odata.context": f"{ROOT}/$metadata#accounts/$deletedEntity",
            "id": key,
            "reason": "deleted",
        }
        for key in (old["accountid"], brief["accountid"])
    ]
    nothing = await follow(web, body["@odata.deltaLink"])
    assert nothing["value"] == []
    assert nothing["@odata.deltaLink"]


async def test_rows_come_in_the_order_of_their_versions(web: Crm) -> None:
    first, second = await web.account(name="1"), await web.account(name="2")
    link = await start(web)
    await web.patch(f"accounts({second['accountid']})", {"description": "x"})
    await web.patch(f"accounts({first['accountid']})", {"description": "x"})
    assert [row["name"] for row in (await follow(web, link))["value"]] == ["2", "1"]


async def test_paged_first_read_misses_nothing_that_changes_meanwhile(web: Crm) -> None:
    rows = [await web.account(name=f"{n}") for n in range(5)]
    prefer = {"Prefer": "odata.track-changes,odata.maxpagesize=2"}
    page = await follow(web, f"{ROOT}/{SELECT}", **prefer)
    await web.patch(f"accounts({rows[4]['accountid']})", {"name": "changed"})
    await web.delete(f"accounts({rows[3]['accountid']})")
    late = await web.account(name="late")
    known = {row["accountid"]: row["name"] for row in page["value"]}
    while "@odata.nextLink" in page:
        assert "@odata.deltaLink" not in page
        page = await follow(web, page["@odata.nextLink"], **prefer)
        known |= {row["accountid"]: row["name"] for row in page["value"]}
    delta = await follow(web, page["@odata.deltaLink"])
    for item in delta["value"]:
        if item.get("reason") == "deleted":
            known.pop(item["id"], None)
        else:
            known[item["accountid"]] = item["name"]
    truth = {row["accountid"]: row["name"] for row in web.world.system.list("accounts")}
    assert known == truth
    assert truth[late["accountid"]] == "late"


async def test_paged_delta_keeps_its_deletions(web: Crm) -> None:
    gone = await web.account(name="gone")
    link = await start(web)
    await web.delete(f"accounts({gone['accountid']})")
    for number in range(3):
        await web.account(name=f"{number}")
    page = await follow(web, link, Prefer="odata.maxpagesize=2")
    assert len(page["value"]) == 2
    last = await follow(web, page["@odata.nextLink"], Prefer="odata.maxpagesize=2")
    assert [item.get("reason") for item in last["value"]] == [None, "deleted"]


@pytest.mark.parametrize("option", ["filter", "orderby", "expand", "top"])
async def test_options_that_tracking_refuses(web: Crm, option: str) -> None:
    answer = await web.get(f"accounts?${option}=1", **TRACK)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == (
        f'The "${option}" query parameter isn\'t supported when Change Tracking is enabled.'
    )


async def test_old_token_expires(web: Crm) -> None:
    link = await start(web)
    web.world.clock.forward(days=6.9)
    assert (await web.client.get(link)).status_code == 200
    web.world.clock.forward(days=0.2)
    answer = await web.client.get(link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x80044352")
    assert "Please perform a full sync." in answer.json()["error"]["message"]


async def test_expiry_on_demand(web: Crm) -> None:
    link = await start(web)
    web.faults.arm("expire-delta")
    assert (await web.client.get(link)).json()["error"]["code"] == "0x80044352"
    assert (await web.client.get(link)).status_code == 200


async def test_count_of_a_delta(web: Crm) -> None:
    link = await start(web)
    token = link.partition("$deltatoken=")[2]
    await web.account()
    assert (await web.get(f"accounts/$count?$deltatoken={token}")).text == "1"


async def test_table_without_tracking(web: Crm) -> None:
    answer = await web.get("systemusers?$select=fullname", **TRACK)
    assert answer.status_code == 400
    assert "Change tracking is not enabled" in answer.text


async def test_forged_token(web: Crm) -> None:
    assert (await web.get(f"{SELECT}&$deltatoken=forged")).status_code == 400
