"""Actions inside change sets: all or nothing, after a guarded write, with notices of each row."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.dataverse.sales import ALL, Sales, closing, state

HEAD = "Content-Type: application/http\nContent-Transfer-Encoding: binary\n"


def changeset(*requests: tuple[str, str, dict[str, Any], str]) -> str:
    """A batch with one change set of (method, path, body, `If-Match`)."""
    lines = ["--b", "Content-Type: multipart/mixed; boundary=c", ""]
    for number, (method, path, body, version) in enumerate(requests, 1):
        lines += ["--c", f"{HEAD}Content-ID: {number}", ""]
        lines += [f"{method} /api/data/v9.2/{path} HTTP/1.1", "Content-Type: application/json"]
        lines += [f"If-Match: {version}"] if version else []
        lines += ["", json.dumps(body)]
    return "\n".join([*lines, "--c--", "--b--", ""])


async def test_a_guarded_write_and_an_action_happen_together(desk: Sales) -> None:
    quote = await desk.active()
    path = f"quotes({quote['quoteid']})"
    status = {"msdyn_salesquotationstatus": 192350002}
    convert = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    body = changeset(
        ("PATCH", path, status, quote["@odata.etag"]),
        ("POST", "ConvertQuoteToSalesOrder", convert, ""),
    )
    answer = await desk.web.batch(body)
    assert answer.status_code == 200, answer.text
    assert "ORD-000001" in answer.text
    found = await desk.person.read(path)
    assert (state(found), found["msdyn_salesquotationstatus"]) == ((2, 4), 192350002)


async def test_a_stale_guard_undoes_the_action(desk: Sales) -> None:
    quote = await desk.active()
    path = f"quotes({quote['quoteid']})"
    await desk.service.edit(path, {"msdyn_url": "http://moved.on"})
    body = changeset(
        ("PATCH", path, {"msdyn_salesquotationstatus": 192350002}, quote["@odata.etag"]),
        ("POST", "WinQuote", closing(quote, 4), ""),
    )
    answer = await desk.web.batch(body)
    assert answer.status_code == 412
    assert state(await desk.person.read(path)) == (1, 2)


async def test_a_refused_action_undoes_what_came_before_it(desk: Sales) -> None:
    quote = await desk.quote()
    path = f"quotes({quote['quoteid']})"
    body = changeset(
        ("PATCH", path, {"msdyn_salesquotationstatus": 192350002}, quote["@odata.etag"]),
        ("POST", "WinQuote", closing(quote, 4), ""),
    )
    answer = await desk.web.batch(body)
    assert answer.status_code == 400
    assert "must be active" in answer.text
    found = await desk.person.read(path)
    assert (found["@odata.etag"], await desk.person.rows("quotecloses")) == (
        quote["@odata.etag"],
        [],
    )


async def test_every_touched_row_is_told_and_tracked(desk: Sales) -> None:
    quote = await desk.active()
    version = desk.web.world.system.version()
    desk.web.world.events.clear()
    convert = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    order = await desk.person.act("ConvertQuoteToSalesOrder?tag=t1", convert)
    told = [(event.message, event.table) for event in desk.web.world.events]
    assert told == [
        ("Create", "quoteclose"),
        ("Update", "quote"),
        ("Create", "salesorder"),
        ("Create", "salesorderdetail"),
    ]
    assert {event.tag for event in desk.web.world.events} == {"t1"}
    rows, _, _ = desk.web.world.system.changes_since("salesorders", version)
    assert [row["salesorderid"] for row in rows] == [order["salesorderid"]]
    rows, _, _ = desk.web.world.system.changes_since("quotes", version)
    assert [state(row) for row in rows] == [(2, 4)]
