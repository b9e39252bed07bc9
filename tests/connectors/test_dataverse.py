"""What is peculiar to the CRM connector, against the local CRM."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.dataverse import DataverseConnector, DataverseOptions
from connectors.sandbox.kernel.serving import serve
from sync.core.row import Lookup, Row, RowRef, Side, TableSpec
from sync.core.write import Refused, Write, WriteOp, Written
from sync.errors import AlreadyExists, ColumnMissing, ContractBroken, Rejected, RowMissing
from sync.ports import WakeUp
from sync.testing.contracts.connector_bench import (
    create,
    delete,
    feed,
    look,
    one,
    refusal,
    update,
    written,
)
from tests.connectors.dataverse_bench import DataverseBench

CONTACT = RowRef(Side.CRM, "contacts", "c0000000-0000-4000-8000-000000000001")
NOWHERE = "d0000000-0000-4000-8000-00000000000d"


@pytest.fixture
async def bench() -> AsyncIterator[DataverseBench]:
    bench = DataverseBench()
    yield bench
    await bench.close()


async def _company(bench: DataverseBench, code: str = "USMF") -> Row:
    ((row,),) = await bench.connector.find("cdm_companies", [{"cdm_companycode": code}])
    return row


async def _contact(bench: DataverseBench, **values: Lookup | str | None) -> Row:
    write = Write(WriteOp.CREATE, CONTACT, {"lastname": "Ruiz", **values})
    (outcome,) = await bench.connector.write([one(write)])
    (row,) = written(outcome)
    assert row is not None
    return row


async def test_lookups_are_written_by_their_target_and_read_as_its_id(
    bench: DataverseBench,
) -> None:
    company, account = await _company(bench), await create(bench, 1)
    row = await _contact(
        bench,
        msdyn_company=Lookup("cdm_companies", company.ref.row_id),
        parentcustomerid=Lookup("accounts", account.ref.row_id),
    )
    assert row.image["msdyn_company"] == company.ref.row_id
    assert row.image["parentcustomerid"] == account.ref.row_id
    assert await bench.connector.find(
        "contacts", [{"msdyn_company": company.ref.row_id, "lastname": "Ruiz"}]
    ) == [[row]]
    clear = Write(WriteOp.UPDATE, CONTACT, {"parentcustomerid": None}, row.version)
    (outcome,) = await bench.connector.write([one(clear)])
    (after,) = written(outcome)
    assert after is not None
    assert after.image == {**row.image, "parentcustomerid": None}


async def test_a_lookup_to_nobody_is_a_refusal_and_not_a_missing_row(
    bench: DataverseBench,
) -> None:
    row = await _contact(bench)
    write = Write(
        WriteOp.UPDATE, CONTACT, {"parentcustomerid": Lookup("accounts", NOWHERE)}, row.version
    )
    (outcome,) = await bench.connector.write([one(write)])
    refusal(outcome, Rejected)
    missing = RowRef(Side.CRM, "contacts", NOWHERE)
    (outcome,) = await bench.connector.write(
        [one(Write(WriteOp.UPDATE, missing, {"lastname": "x"}, row.version))]
    )
    refusal(outcome, RowMissing)


async def test_a_change_set_may_refer_to_a_row_that_it_makes(bench: DataverseBench) -> None:
    account = bench.new(1)
    contact = Write(
        WriteOp.CREATE,
        CONTACT,
        {"lastname": "x", "parentcustomerid": Lookup("accounts", account.ref.row_id)},
    )
    (outcome,) = await bench.connector.write([one(account, contact)])
    first, second = written(outcome)
    assert first is not None
    assert second is not None
    assert second.image["parentcustomerid"] == first.ref.row_id


async def test_an_alternate_key_is_guarded_too(bench: DataverseBench) -> None:
    company = Lookup("cdm_companies", (await _company(bench)).ref.row_id)
    key = {"accountnumber": "A-1", "msdyn_company": company}
    sets = []
    for number in (1, 2):
        write = bench.new(number)
        sets.append(one(Write(write.op, write.ref, {**write.values, **key})))
    first, second = await bench.connector.write(sets)
    written(first)
    refusal(second, AlreadyExists)


async def test_versions_are_ordered_across_rows(bench: DataverseBench) -> None:
    orders = [(await create(bench, number)).order for number in range(1, 5)]
    assert None not in orders
    assert orders == sorted(set(orders), key=lambda order: order or 0)


async def test_the_feed_tells_who_changed_a_row_and_when(bench: DataverseBench) -> None:
    row = await create(bench, 1)
    await bench.edit(row, {"name": "By somebody"})
    (seen,) = [found for page in await feed(bench) for found in page.rows if found.ref == row.ref]
    assert seen.actor is not None
    assert seen.actor != row.actor
    assert seen.changed_at is not None
    assert seen.changed_at.endswith("Z")


async def test_a_row_made_and_deleted_between_passes_is_a_delete_of_an_unknown_row(
    bench: DataverseBench,
) -> None:
    checkpoint = (await feed(bench))[-1].checkpoint
    row = await create(bench, 1)
    (outcome,) = await bench.connector.write([one(delete(row))])
    written(outcome)
    (page,) = await feed(bench, checkpoint)
    assert (page.rows, page.deleted) == ((), (row.ref.row_id,))


async def test_new_columns_in_a_map_start_the_feed_anew(bench: DataverseBench) -> None:
    await create(bench, 1)
    checkpoint = (await feed(bench))[-1].checkpoint
    spec = TableSpec(Side.CRM, "accounts", ("accountid",), ("name", "telephone1"))
    connector = DataverseConnector(bench.connector._transport, {"accounts": spec})
    with pytest.raises(Exception, match="have changed since its checkpoint"):
        _ = [page async for page in connector.changes("accounts", checkpoint)]


async def test_writes_carry_the_echo_tag(bench: DataverseBench) -> None:
    bench.requests()
    await create(bench, 1)
    (batch,) = [request for request in bench.requests() if "POST" in request["body"]][-1:]
    assert "tag=dualwrite:account:1/plan-1" in batch["body"]


async def test_a_wrong_map_is_found_at_the_start(bench: DataverseBench) -> None:
    spec = TableSpec(Side.CRM, "accounts", ("accountid",), ("Name",))
    connector = DataverseConnector(bench.connector._transport, {"accounts": spec})
    with pytest.raises(ContractBroken, match="'accounts' of the CRM has no column 'Name'"):
        await connector.prepare()
    write = bench.new(1)
    valued = Write(write.op, write.ref, {**write.values, "Name": "a value"})
    (outcome,) = await connector.write([one(valued)])
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, ColumnMissing)
    assert outcome.unknown is False
    (outcome,) = await connector.write(
        [one(Write(write.op, write.ref, {**write.values, "Name": None}))]
    )
    assert isinstance(outcome, Written)


class Receiver:
    """Takes webhooks."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.codes: set[str | None] = set()
        self.app = Starlette(routes=[Route("/hooks/crm", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        self.codes.add(request.query_params.get("code"))
        return Response(status_code=204)


async def test_registration_is_idempotent_and_its_notices_name_the_rows() -> None:
    receiver = Receiver()
    async with serve(receiver.app) as url:
        options = DataverseOptions(webhook_url=f"{url}/hooks/crm", webhook_secret="first")
        bench = DataverseBench(options)
        await bench.connector.prepare()
        options = DataverseOptions(webhook_url=f"{url}/hooks/crm", webhook_secret="s3cret&more")
        bench.options = options
        again = bench.open(bench.tenant.identities.service)
        await again.prepare()
        assert len(bench.system.storage.rows("serviceendpoint")) == 1
        assert len(bench.system.storage.rows("sdkmessageprocessingstep")) == 9
        async with bench.hooks.running():
            row = await create(bench, 1)
            await bench.edit(row, {"name": "By somebody"})
            bench.faults.arm("hook-wrap")
            await bench.edit(row, {"name": "Wrapped"})
            bench.faults.arm("hook-oversize")
            await bench.edit(row, {"name": "Trimmed"})
            await bench.remove(await look(bench, row))
            await bench.hooks.drain()
        told = [bench.connector.wake_up(body) for body in receiver.bodies]
        assert len(told) >= 5
        assert set(told) == {WakeUp("accounts", row.ref.row_id)}
        assert receiver.codes == {"s3cret&more"}
        await again.close()
        await bench.close()


async def test_a_new_column_of_a_map_is_watched_from_the_next_start_on() -> None:
    bench = DataverseBench(DataverseOptions(webhook_url="http://127.0.0.1:9/hooks/crm"))
    await bench.connector.prepare()
    spec = TableSpec(Side.CRM, "accounts", ("accountid",), ("name", "fax"))
    again = DataverseConnector(bench.connector._transport, {"accounts": spec}, bench.options)
    await again.prepare()
    steps = bench.system.storage.rows("sdkmessageprocessingstep").values()
    watched = {step["name"]: step["filteringattributes"] for step in steps}
    assert len(steps) == 9
    assert watched["dualwrite: Update of account"] == "name,fax"
    assert watched["dualwrite: Create of account"] is None
    await bench.close()


async def test_no_webhook_address_registers_nothing(bench: DataverseBench) -> None:
    await bench.connector.prepare()
    assert bench.system.storage.rows("serviceendpoint") == {}


async def test_a_change_that_no_map_reads_wakes_nobody() -> None:
    receiver = Receiver()
    async with serve(receiver.app) as url:
        bench = DataverseBench(DataverseOptions(webhook_url=f"{url}/hooks/crm"))
        await bench.connector.prepare()
        row = await create(bench, 1)
        async with bench.hooks.running():
            await bench.hooks.drain()
            before = len(receiver.bodies)
            write = Write(WriteOp.UPDATE, row.ref, {"fax": "555"}, row.version)
            (outcome,) = await bench.person.write([one(write)])
            written(outcome)
            (outcome,) = await bench.person.write(
                [one(update(await look(bench, row), {"name": "Marker"}))]
            )
            written(outcome)
            await bench.hooks.drain()
        assert len(receiver.bodies) == before + 1
        await bench.close()
