"""Over real sockets: trust, lost answers, refused connections."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from connectors.finops import FinopsConnector, FinopsOptions, open_finops
from connectors.odata.opening import Credentials
from connectors.odata.options import HttpOptions
from connectors.sandbox.entra import create_app as create_entra
from connectors.sandbox.kernel.serving import LocalTls, serve
from sync.core.write import Refused
from sync.errors import ConfigurationWrong, NotAuthorised, RemoteError, Unavailable
from sync.testing.contracts.connector_bench import create, look, one, refusal, update, written
from tests.connectors.finops_bench import PROSPECTS, FinopsBench


def _open(bench: FinopsBench, erp: str, entra: str, ca_file: str | None) -> FinopsConnector:
    service = bench.tenant.identities.service
    return open_finops(
        erp,
        Credentials(
            client_id=service.client_id,
            client_secret=service.client_secret,
            tenant=bench.tenant.identities.tenant,
            authority=entra,
        ),
        {"Prospects": PROSPECTS},
        FinopsOptions(http=HttpOptions(ca_file=ca_file)),
        clock=bench.clock,
    )


async def test_over_tls_with_a_local_authority(tmp_path: Path) -> None:
    bench, tls = FinopsBench(), LocalTls.create()
    ca_file = str(tls.write_ca(tmp_path / "ca.pem"))
    entra_app = create_entra(bench.tenant.authority)
    async with serve(bench.app, tls=tls) as erp, serve(entra_app, tls=tls) as entra:
        trusting = _open(bench, erp, entra, ca_file)
        await trusting.prepare()
        doubting = _open(bench, erp, entra, None)
        with pytest.raises(Unavailable, match="certificate"):
            await doubting.prepare()
        (outcome,) = await doubting.write([one(bench.new(1))])
        assert isinstance(outcome, Refused)
        assert outcome.unknown is False
        await trusting.close()
        await doubting.close()


async def test_a_connection_that_breaks_leaves_a_write_unknown() -> None:
    bench = FinopsBench()
    entra_app = create_entra(bench.tenant.authority)
    async with serve(bench.app) as erp, serve(entra_app) as entra:
        bench.connector = _open(bench, erp, entra, None)
        row = await create(bench, 1)
        for fault, seen in (("timeout-after-commit", "Ours"), ("drop-before-commit", "Known 1")):
            bench.faults.arm(fault, method="POST")
            (outcome,) = await bench.connector.write([one(update(row, {bench.text: "Ours"}))])
            assert refusal(outcome, Unavailable).unknown is True
            now = await look(bench, row)
            assert now.image[bench.text] == seen
            (outcome,) = await bench.connector.write([one(update(now, {bench.text: "Known 1"}))])
            (after,) = written(outcome)
            assert after is not None
            row = after
        await bench.connector.close()


async def test_a_connection_that_is_never_made_leaves_nothing_unknown() -> None:
    bench = FinopsBench()
    entra_app = create_entra(bench.tenant.authority)
    # Bound but not listening: the port is ours, and nobody answers there.
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        async with serve(bench.app) as erp, serve(entra_app) as entra:
            connector = _open(bench, erp, entra, None)
            await connector.prepare()
            connector._transport._client.root = f"http://127.0.0.1:{port}/data/"
            connector._transport._client._origin = ("http", "127.0.0.1", port)
            (outcome,) = await connector.write([one(bench.new(1))])
            assert refusal(outcome, Unavailable).unknown is False
            await connector.close()


async def test_a_wrong_secret_is_fatal_and_names_the_cure() -> None:
    bench = FinopsBench()
    entra_app = create_entra(bench.tenant.authority)
    async with serve(bench.app) as erp, serve(entra_app) as entra:
        connector = open_finops(
            erp,
            Credentials(
                client_id=bench.tenant.identities.service.client_id,
                client_secret="wrong",
                tenant=bench.tenant.identities.tenant,
                authority=entra,
            ),
            {"Prospects": PROSPECTS},
        )
        with pytest.raises(NotAuthorised, match="AADSTS7000215") as caught:
            await connector.prepare()
        assert isinstance(caught.value, RemoteError)
        assert caught.value.cure is not None
        await connector.close()


def test_an_authority_file_that_cannot_be_read_is_named() -> None:
    bench = FinopsBench()
    with pytest.raises(ConfigurationWrong, match="nowhere"):
        _open(bench, "https://erp.test", "https://login.test", "/nowhere/ca.pem")


async def test_rows_arrive_over_real_sockets_as_they_are() -> None:
    bench = FinopsBench()
    entra_app = create_entra(bench.tenant.authority)
    async with serve(bench.app) as erp, serve(entra_app) as entra:
        bench.connector = _open(bench, erp, entra, None)
        outcomes = await bench.connector.write([one(bench.new(n)) for n in range(300)])
        rows = [row for outcome in outcomes for row in written(outcome)]
        assert len({row.ref for row in rows if row is not None}) == 300
        first = rows[0]
        assert first is not None
        assert await look(bench, first) == first
        pages = [page async for page in bench.connector.changes("Prospects", None)]
        assert sum(len(page.rows) for page in pages) == 300
        await bench.connector.close()
