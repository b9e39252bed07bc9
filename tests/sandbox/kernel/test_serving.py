"""The server: ports, dropped connections, slow answers, bounded bodies, countries."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connectors.sandbox.kernel import reference_data
from connectors.sandbox.kernel.countries import COUNTRIES, find_country
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.middleware import Imitation
from connectors.sandbox.kernel.serving import serve


class Counter:
    """An application that counts what it did."""

    def __init__(self) -> None:
        self.done = 0

    async def act(self, request: Request) -> Response:
        await request.body()
        self.done += 1
        return PlainTextResponse("done")


def imitation(counter: Counter, faults: Faults, journal: Journal, **more: int) -> Imitation:
    def render(refusal: SystemRefusal) -> Response:
        return PlainTextResponse(refusal.message, refusal.status, headers=refusal.headers)

    return Imitation(
        Starlette(routes=[Route("/act", counter.act, methods=["POST"])]),
        journal=journal,
        faults=faults,
        render=render,
        throttled=lambda seconds: SystemRefusal(
            429, "", "later", headers={"Retry-After": str(seconds)}
        ),
        **more,
    )


async def test_connection_drops_without_an_answer() -> None:
    counter, faults, journal = Counter(), Faults(), Journal()
    faults.arm("timeout-after-commit")
    faults.arm("drop-before-commit")
    async with (
        serve(imitation(counter, faults, journal)) as url,
        httpx.AsyncClient() as client,
    ):
        for done in (1, 1):
            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(f"{url}/act", content=b"x")
            assert counter.done == done
        answer = await client.post(f"{url}/act", content=b"x")
        assert (answer.text, counter.done) == ("done", 2)
    assert [entry["status"] for entry in journal.listing()["requests"]] == [None, None, 200]


async def test_slow_answer_still_comes() -> None:
    counter, faults = Counter(), Faults()
    faults.arm("slow", seconds=0.01)
    async with (
        serve(imitation(counter, faults, Journal())) as url,
        httpx.AsyncClient() as client,
    ):
        assert (await client.post(f"{url}/act")).status_code == 200


async def test_large_body_is_refused() -> None:
    counter = Counter()
    app = imitation(counter, Faults(), Journal(), max_body=10)
    async with serve(app) as url, httpx.AsyncClient() as client:
        assert (await client.post(f"{url}/act", content=b"x" * 11)).status_code == 413
        assert (await client.post(f"{url}/act", content=b"x" * 10)).status_code == 200
    assert counter.done == 1


async def test_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            async with serve(Starlette(), port=taken.getsockname()[1]):
                pass


async def test_port_is_free_again_afterwards() -> None:
    async with serve(Starlette()) as url, httpx.AsyncClient() as client:
        await client.get(url)
        port = int(url.rpartition(":")[2])
    async with serve(Starlette(), port=port) as again:
        assert again == url


def test_countries() -> None:
    assert len(COUNTRIES) == len({country.alpha3 for country in COUNTRIES}) == 249
    assert len({country.alpha2 for country in COUNTRIES}) == 249
    assert all(len(c.alpha2) == 2 and len(c.alpha3) == 3 and c.name for c in COUNTRIES)
    for text in ("DEU", "de", "GERMANY"):
        found = find_country(text)
        assert found is not None
        assert (found.alpha2, found.alpha3, found.name) == ("DE", "DEU", "Germany")
    assert find_country("Atlantis") is None


def test_reference_data_hangs_together() -> None:
    terms = {term.name for term in reference_data.PAYMENT_TERMS}
    currencies = {currency.code for currency in reference_data.CURRENCIES}
    units = {unit.symbol for unit in reference_data.UNITS}
    assert {g.payment_term for g in reference_data.CUSTOMER_GROUPS} - {None} <= terms
    assert {company.currency for company in reference_data.COMPANIES} <= currencies
    assert {product.unit for product in reference_data.PRODUCTS} <= units
    groups = {group.code for group in reference_data.CUSTOMER_GROUPS}
    assert reference_data.PROSPECT_CUSTOMER_GROUP in groups
    for company in reference_data.COMPANIES:
        assert find_country(company.country) is not None


async def test_application_that_cannot_start_is_an_error() -> None:
    @contextlib.asynccontextmanager
    async def broken(_app: Starlette) -> AsyncIterator[None]:
        raise LookupError("no configuration")
        yield

    with pytest.raises(RuntimeError, match="failed to start"):
        async with serve(Starlette(lifespan=broken)):
            pass
