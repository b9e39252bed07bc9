"""What is peculiar to the ERP connector, against the local ERP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.finops import FinopsConnector, FinopsOptions
from connectors.finops.catalog import Entity
from connectors.odata.options import BatchOptions
from connectors.sandbox.finops.events import DataEvent
from connectors.sandbox.finops.web.eventbodies import event_body, trimmed
from sync.core.row import Lookup, Row, RowRef, Side, TableSpec
from sync.core.write import Refused, Write, WriteOp, Written
from sync.errors import (
    ColumnMissing,
    ConfigurationWrong,
    ContractBroken,
    InputUnusable,
    NotAuthorised,
    PreconditionFailed,
    Rejected,
)
from sync.ports import WakeUp
from sync.testing.contracts.connector_bench import create, feed, one, refusal, update, written
from tests.connectors.finops_bench import FinopsBench
from tests.connectors.support import Peer, json_answer


@pytest.fixture
async def bench() -> AsyncIterator[FinopsBench]:
    bench = FinopsBench()
    yield bench
    await bench.close()


async def _person_creates(bench: FinopsBench, table: str, **values: Any) -> Row:
    write = Write(WriteOp.CREATE, RowRef(Side.ERP, table, ""), values)
    (outcome,) = await bench.person.write([one(write)])
    (row,) = written(outcome)
    assert row is not None
    return row


async def test_a_number_that_the_system_draws_is_learned_from_the_answer(
    bench: FinopsBench,
) -> None:
    row = await _person_creates(
        bench,
        "Prospects",
        dataAreaId="USMF",
        ProspectName="Drawn",
        ProspectPartyType="Organization",
        ProspectRelationTypeId="Prospect",
    )
    assert row.ref.row_id == "dataAreaId='usmf',ProspectId='PR-000001'"
    assert row.image["CreditLimit"] == Decimal(0)
    assert isinstance(row.image["CreditLimit"], Decimal)
    assert (await bench.connector.read([row.ref]))[row.ref] == row


async def test_keys_with_instants_and_enums_are_read_and_written(bench: FinopsBench) -> None:
    prospect = await create(bench, 1)
    party = bench.system.list("Prospects")[0]["ProspectPartyNumber"]
    address = await _person_creates(
        bench,
        "PartyLocationPostalAddressesV2",
        PartyNumber=party,
        Street="1 Dock Rd",
        City="Seattle",
        CountryRegionId="USA",
        Roles="Business",
    )
    assert ",ValidFrom=2" in address.ref.row_id
    (outcome,) = await bench.connector.write([one(update(address, {"City": "Tacoma"}))])
    (after,) = written(outcome)
    assert after is not None
    assert after.image["City"] == "Tacoma"
    bench.system.create(
        "ContactPersons",
        {"AssociatedPartyNumber": party, "FirstName": "Ann", "LastName": "Bee"},
        bench.tenant.identities.callers("service", "person")[
            bench.tenant.identities.person.client_id
        ],
    )
    pages = [page async for page in bench.connector.changes("CDSContactPersonsV2", None)]
    (contact,) = [row for page in pages for row in page.rows]
    assert "AssociatedContactType='Customer'" in contact.ref.row_id
    assert prospect.image["ProspectId"] in contact.ref.row_id
    (outcome,) = await bench.connector.write([one(update(contact, {"LastName": "Cole"}))])
    (after,) = written(outcome)
    assert after is not None
    assert after.image["LastName"] == "Cole"
    wanted = {"AssociatedContactType": "Customer", "LastName": "Cole"}
    assert await bench.connector.find("CDSContactPersonsV2", [wanted]) == [[after]]


async def test_every_request_for_rows_asks_across_companies(bench: FinopsBench) -> None:
    row = await create(bench, 1)
    await bench.connector.write([one(update(row, {bench.text: "x"}))])
    await bench.connector.read([row.ref])
    await bench.connector.find("Prospects", [{"CreditLimit": Decimal("1.25")}])
    await feed(bench)
    for request in bench.requests():
        if request["path"].endswith("$batch"):
            lines = [line for line in request["body"].split("\r\n") if "HTTP/1.1" in line]
            assert lines
            assert all("cross-company=true" in line for line in lines)
        elif "/metadata/" not in request["path"]:
            assert "cross-company=true" in request["query"]


async def test_a_sweep_pages_by_key_and_misses_nothing_while_rows_come_and_go(
    bench: FinopsBench,
) -> None:
    rows = [await create(bench, number) for number in range(1, 9)]
    seen: list[str] = []
    sweep = bench.connector.changes("Prospects", None)
    async for page in sweep:
        seen += [str(row.image["ProspectId"]) for row in page.rows]
        if len(seen) == 3:
            await bench.remove(rows[0])
            await create(bench, 100)
    assert seen == [*(f"T-{number:06}" for number in range(1, 9)), "T-000100"]
    pages = [request for request in bench.requests() if request["path"] == "/data/Prospects"]
    filters = [parse_qs(page["query"]).get("$filter", [""])[0] for page in pages]
    assert len(pages) == 4
    assert filters[1] == (
        "((dataAreaId gt 'usmf') or (dataAreaId eq 'usmf' and ProspectId gt 'T-000003'))"
    )


async def test_a_server_that_pages_smaller_is_followed(bench: FinopsBench) -> None:
    bench = FinopsBench(FinopsOptions(page_size=1000), page_size=2)
    try:
        for number in range(1, 6):
            await create(bench, number)
        pages = await feed(bench)
        assert [len(page.rows) for page in pages] == [2, 2, 1]
        found = await bench.connector.find("Prospects", [{"ProspectRelationTypeId": "Prospect"}])
        assert len(found[0]) == 5
    finally:
        await bench.close()


async def test_a_sweep_may_be_restricted_to_companies(bench: FinopsBench) -> None:
    bench = FinopsBench(FinopsOptions(companies=("demf",)))
    try:
        await create(bench, 1)
        assert [page.rows for page in await feed(bench)] == [()]
    finally:
        await bench.close()


async def test_the_operator_reads_the_infolog_only(bench: FinopsBench) -> None:
    (outcome,) = await bench.connector.write([one(bench.unacceptable(1))])
    error = refusal(outcome, Rejected).error
    assert "Write failed" not in error.message
    assert "NOGROUP" in error.message


@pytest.mark.parametrize("status", [412, 400, 409])
async def test_every_form_of_a_stale_version_is_recognised(bench: FinopsBench, status: int) -> None:
    bench.system.switches.fo_stale_status = status
    row = await create(bench, 1)
    await bench.edit(row, {bench.text: "By somebody"})
    (outcome,) = await bench.connector.write([one(update(row, {bench.text: "Ours"}))])
    refusal(outcome, PreconditionFailed)


async def test_a_lookup_has_no_place_in_the_erp(bench: FinopsBench) -> None:
    write = bench.new(1)
    write = Write(write.op, write.ref, {**write.values, "CurrencyCode": Lookup("Currencies", "1")})
    (outcome,) = await bench.connector.write([one(write)])
    refusal(outcome, ContractBroken)


async def test_an_unknown_column_is_named_with_its_table_and_the_cure(bench: FinopsBench) -> None:
    spec = TableSpec(Side.ERP, "Prospects", ("dataAreaId", "ProspectId"), ("Nonsense",))
    connector = FinopsConnector(bench.connector._transport, {"Prospects": spec})
    with pytest.raises(ContractBroken, match="'Prospects' of the ERP has no column 'Nonsense'"):
        await connector.prepare()
    write = bench.new(1)
    valued = Write(write.op, write.ref, {**write.values, "Nonsense": "a value"})
    (outcome,) = await connector.write([one(valued)])
    refusal(outcome, ColumnMissing)
    (outcome,) = await connector.write([one(write)])
    assert isinstance(outcome, Written)
    spec = TableSpec(Side.ERP, "Nothing", ("Id",), ())
    connector = FinopsConnector(bench.connector._transport, {"Nothing": spec})
    with pytest.raises(ContractBroken, match="no entity set 'Nothing'"):
        await connector.prepare()
    (outcome,) = await connector.write([one(bench.new(1))])
    assert isinstance(outcome, Refused)
    assert outcome.unknown is False


async def test_a_table_of_the_other_side_is_refused() -> None:
    spec = TableSpec(Side.CRM, "accounts", ("accountid",), ())
    with pytest.raises(ConfigurationWrong):
        FinopsConnector(Peer().transport(), {"accounts": spec})


async def test_a_stranger_is_not_let_in(bench: FinopsBench) -> None:
    bench.faults.arm("revoke-token", count=2)
    with pytest.raises(NotAuthorised):
        await bench.connector.prepare()


async def test_an_expired_token_is_renewed_unseen(bench: FinopsBench) -> None:
    await bench.connector.prepare()
    bench.faults.arm("expire-token")
    await create(bench, 1)
    assert bench.connector.counters.tokens == 2


async def test_counters_tell_requests_and_operations(bench: FinopsBench) -> None:
    await bench.connector.prepare()
    before = bench.connector.counters.requests, bench.connector.counters.operations
    row = await create(bench, 1)
    await bench.connector.write([one(update(row, {bench.text: "x"}))])
    counters = bench.connector.counters
    assert counters.requests - before[0] == 2
    assert counters.operations - before[1] == 3


async def test_batches_are_cut_to_the_size_that_was_set() -> None:
    bench = FinopsBench(FinopsOptions(batch=BatchOptions(operations=10)))
    try:
        await bench.connector.prepare()
        bench.requests()
        outcomes = await bench.connector.write([one(bench.new(number)) for number in range(25)])
        assert all(isinstance(outcome, Written) for outcome in outcomes)
        assert sorted(request["operations"] for request in bench.requests()) == [5, 10, 10]
    finally:
        await bench.close()


async def test_what_cannot_be_read_after_a_write_is_unknown() -> None:
    """The changeset happened, but neither the batch nor a further read tells the row."""
    bench = FinopsBench()
    row = await create(bench, 1)
    inner = httpx.ASGITransport(bench.app)

    class Cut(httpx.AsyncBaseTransport):
        """Lets writes through and answers every read inside a batch with an error."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("$batch"):
                content = request.content.replace(b"GET /data/Prospects(", b"GET /data/Nowhere(")
                request = httpx.Request(
                    request.method,
                    request.url,
                    headers=[
                        (name, value)
                        for name, value in request.headers.items()
                        if name != "content-length"
                    ],
                    content=content,
                )
            return await inner.handle_async_request(request)

    bench.connector._transport._client._client._transport = Cut()
    (outcome,) = await bench.connector.write([one(update(row, {bench.text: "Changed"}))])
    assert isinstance(outcome, Refused)
    assert outcome.unknown is True
    seen = (await bench.person.read([row.ref]))[row.ref]
    assert seen is not None
    assert seen.image[bench.text] == "Changed"
    await bench.close()


def _event(bench: FinopsBench, act: Any) -> dict[str, Any]:
    events: list[DataEvent] = []
    bench.system.subscribe(events.extend)
    act()
    (event,) = [event for event in events if event.entity.set_name == "Prospects"]
    return event_body(event, bench.clock.now(), 1)


def _act(bench: FinopsBench, name: str) -> Any:
    callers = bench.tenant.identities.callers("service", "person")
    caller = callers[bench.tenant.identities.person.client_id]
    key = {"dataAreaId": "usmf", "ProspectId": "T-000001"}
    acts = {
        "update": lambda: bench.system.update("Prospects", key, {"CreditLimit": 5}, caller),
        "delete": lambda: bench.system.delete("Prospects", key, caller),
    }
    return acts[name]


@pytest.mark.parametrize("name", ["update", "delete"])
async def test_a_data_event_tells_the_row(bench: FinopsBench, name: str) -> None:
    row = await create(bench, 1)
    body = _event(bench, _act(bench, name))
    told = bench.connector.wake_up(json.dumps(body, default=str).encode())
    assert told == WakeUp("Prospects", row.ref.row_id)
    told = bench.connector.wake_up(json.dumps(trimmed(body), default=str).encode())
    assert told == WakeUp("Prospects", None)


async def test_a_notice_of_an_entity_that_no_map_uses_wakes_nothing(bench: FinopsBench) -> None:
    await bench.connector.prepare()
    assert bench.connector.wake_up(b'{"BusinessEventId":"test"}') == WakeUp(None)
    body = b'{"PrimaryEntityName":"mserp_WhateverEntity","MessageName":"OnExternalUpdated"}'
    assert bench.connector.wake_up(body) == WakeUp("mserp_whateverentity")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b"\xff", b"[" * 100_000])
async def test_what_is_no_notice_is_refused(bench: FinopsBench, body: bytes) -> None:
    with pytest.raises(InputUnusable):
        bench.connector.wake_up(body)


async def test_a_sweep_that_does_not_move_on_is_ended() -> None:
    peer = Peer()
    types = [{"Name": name, "TypeName": "Edm.String"} for name in ("Code", "Name")]
    listing = [{"Name": "XEntity", "PublicEntityName": "X", "PublicCollectionName": "Xs"}]
    peer.on("GET", "/metadata/DataEntities", lambda _: json_answer(200, {"value": listing}))
    peer.on("GET", "/metadata/PublicEntities", lambda _: json_answer(200, {"Properties": types}))
    rows = [{"@odata.etag": 'W/"1"', "Code": str(number), "Name": "x"} for number in range(2)]
    peer.on("GET", "/data/Xs", lambda _: json_answer(200, {"value": rows}))
    spec = TableSpec(Side.ERP, "Xs", ("Code",), ("Name",))
    transport = peer.transport(root="https://erp.example/data/")
    connector = FinopsConnector(transport, {"Xs": spec}, FinopsOptions(page_size=2))
    with pytest.raises(ContractBroken, match="do not move on"):
        _ = [page async for page in connector.changes("Xs", None)]


async def test_a_sweep_never_follows_a_link_to_another_host() -> None:
    peer = Peer()
    types = [{"Name": name, "TypeName": "Edm.String"} for name in ("Kind", "Name")]
    types[0]["TypeName"] = "Microsoft.Dynamics.DataEntities.NoYes"
    listing = [{"Name": "XEntity", "PublicEntityName": "X", "PublicCollectionName": "Xs"}]
    peer.on("GET", "/metadata/DataEntities", lambda _: json_answer(200, {"value": listing}))
    peer.on("GET", "/metadata/PublicEntities", lambda _: json_answer(200, {"Properties": types}))
    link = "https://evil.example/data/Xs?$skiptoken=1"
    peer.on("GET", "/data/Xs", lambda _: json_answer(200, {"value": [], "@odata.nextLink": link}))
    spec = TableSpec(Side.ERP, "Xs", ("Kind",), ("Name",))
    connector = FinopsConnector(peer.transport(root="https://erp.example/data/"), {"Xs": spec})
    with pytest.raises(ContractBroken, match=r"evil\.example"):
        _ = [page async for page in connector.changes("Xs", None)]
    assert {urlsplit(str(request.url)).hostname for request in peer.requests} == {"erp.example"}


async def test_a_drawn_row_is_read_again_when_later_writes_may_have_touched_it(
    bench: FinopsBench,
) -> None:
    old = await create(bench, 1)
    drawn = Write(
        WriteOp.CREATE,
        RowRef(Side.ERP, "Prospects", ""),
        {
            "dataAreaId": "usmf",
            "ProspectName": "Drawn",
            "ProspectPartyType": "Organization",
            "ProspectRelationTypeId": "Prospect",
        },
    )
    bench.requests()
    (outcome,) = await bench.connector.write([one(drawn, update(old, {bench.text: "Last"}))])
    row, changed = written(outcome)
    assert row is not None
    assert changed is not None
    assert (row.image["ProspectName"], changed.image[bench.text]) == ("Drawn", "Last")
    assert [request["operations"] for request in bench.requests()] == [3, 1]
    (outcome,) = await bench.connector.write([one(drawn)])
    written(outcome)
    assert [request["operations"] for request in bench.requests()] == [1]


def test_a_row_id_is_the_key_in_its_order_with_the_company_in_lower_case() -> None:
    types = {
        "dataAreaId": "Edm.String",
        "Kind": "Microsoft.Dynamics.DataEntities.NoYes",
        "Number": "Edm.Int64",
        "From": "Edm.DateTimeOffset",
        "Name": "Edm.String",
    }
    entity = Entity(TableSpec(Side.ERP, "Xs", tuple(types), ()), types, "XEntity")
    values = {
        "Name": "O'B/C",
        "From": "2026-11-20T12:00:00Z",
        "Number": 7,
        "Kind": "Yes",
        "dataAreaId": "USMF",
    }
    row_id = entity.row_id(values)
    assert row_id == (
        "dataAreaId='usmf',Kind='Yes',Number=7,From=2026-11-20T12:00:00Z,Name='O''B/C'"
    )
    assert entity.key(row_id) == {**values, "dataAreaId": "usmf"}
    assert entity.address_key(row_id) == row_id.replace(
        "Kind='Yes'", "Kind=Microsoft.Dynamics.DataEntities.NoYes'Yes'"
    )
    assert entity.row_id({**values, "Number": None}) is None
    with pytest.raises(ContractBroken, match="is not a key of 'Xs'"):
        entity.key("dataAreaId='usmf'")
