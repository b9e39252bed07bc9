"""Client credentials: cached, one flight, renewed early, refusals with their cure."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.odata.counters import Counters
from connectors.odata.http import HttpClient
from connectors.odata.options import HttpOptions
from connectors.odata.recovery import Again, Failure
from connectors.odata.tokens import ClientCredentials
from sync.errors import ContractBroken, NotAuthorised, Throttled, Unavailable
from tests.connectors.support import Handler, MovedClock, Peer, json_answer

URL = "https://login.example/tenant/oauth2/v2.0/token"


def _tokens(peer: Peer, clock: MovedClock, http: HttpOptions | None = None) -> ClientCredentials:
    return ClientCredentials(
        HttpClient(URL, http or HttpOptions(), httpx.MockTransport(peer)),
        URL,
        client_id="app",
        client_secret="s3cret",
        scope="https://org.example/.default",
        clock=clock,
        counters=Counters(),
    )


def _granting(peer: Peer, lifetime: int = 3599) -> None:
    peer.on(
        "POST",
        "/tenant",
        lambda _: json_answer(
            200, {"access_token": f"t{len(peer.requests)}", "expires_in": lifetime}
        ),
    )


async def test_many_callers_share_one_token_request() -> None:
    peer = Peer()
    _granting(peer)
    tokens = _tokens(peer, MovedClock())
    assert set(await asyncio.gather(*(tokens.get() for _ in range(20)))) == {"t1"}
    form = parse_qs(peer.requests[0].content.decode())
    assert form["grant_type"] == ["client_credentials"]
    assert form["scope"] == ["https://org.example/.default"]


async def test_a_token_is_renewed_before_it_expires() -> None:
    peer, clock = Peer(), MovedClock()
    _granting(peer)
    tokens = _tokens(peer, clock)
    await tokens.get()
    clock.pass_time(3599 - 301)
    assert await tokens.get() == "t1"
    clock.pass_time(2)
    assert await tokens.get() == "t2"


async def test_a_refused_token_is_not_given_again_but_a_newer_one_is() -> None:
    peer = Peer()
    _granting(peer)
    tokens = _tokens(peer, MovedClock())
    first = await tokens.get()
    tokens.refused(first)
    second = await tokens.get()
    tokens.refused(first)
    assert await tokens.get() == second == "t2"


async def test_a_wrong_secret_names_the_cure_and_never_the_secret() -> None:
    peer = Peer()
    description = "AADSTS7000215: Invalid client secret provided. Trace ID: 7f"
    body = {"error": "invalid_client", "error_description": description}
    peer.on("POST", "/tenant", lambda _: json_answer(401, body))
    tokens = _tokens(peer, MovedClock())
    with pytest.raises(Failure) as caught:
        await tokens.get()
    error = caught.value.error
    assert isinstance(error, NotAuthorised)
    assert "AADSTS7000215" in error.message
    assert "secret's value" in str(error.cure)
    assert "s3cret" not in str(error) + str(caught.value) + repr(tokens)


async def test_a_refusal_that_nobody_lists_still_says_where_to_look() -> None:
    peer = Peer()
    body = {"error": "invalid_request", "error_description": "AADSTS900144: no client_id"}
    peer.on("POST", "/tenant", lambda _: json_answer(400, body))
    with pytest.raises(Failure) as caught:
        await _tokens(peer, MovedClock()).get()
    assert isinstance(caught.value.error, NotAuthorised)
    assert "tenant, client id and secret" in str(caught.value.error.cure)


@pytest.mark.parametrize(
    ("status", "body", "headers", "pause"),
    [
        (429, {}, {"retry_after": "30"}, 30.0),
        (429, {}, {}, 60.0),
        (400, {"error": "x", "error_description": "AADSTS50196: client loop"}, {}, 60.0),
    ],
)
async def test_a_throttled_token_request_says_when_to_come_back(
    status: int, body: dict[str, str], headers: dict[str, str], pause: float
) -> None:
    peer = Peer()
    peer.on("POST", "/tenant", lambda _: json_answer(status, body, **headers))
    with pytest.raises(Failure) as caught:
        await _tokens(peer, MovedClock()).get()
    assert isinstance(caught.value.error, Throttled)
    assert caught.value.error.retry_after == pause


def _silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("silent", request=request)


@pytest.mark.parametrize("handler", [_silent, lambda _: json_answer(503, {})])
async def test_a_provider_that_is_down_means_that_nothing_was_done(handler: Handler) -> None:
    peer = Peer()
    peer.on("POST", "/tenant", handler)
    with pytest.raises(Failure) as caught:
        await _tokens(peer, MovedClock()).get()
    assert isinstance(caught.value.error, Unavailable)
    assert caught.value.row.again is Again.ALL
    assert not caught.value.row.unknown


async def test_a_flood_in_place_of_a_token_means_that_nothing_was_done() -> None:
    peer = Peer()
    peer.on("POST", "/tenant", lambda _: httpx.Response(200, content=b"x" * 101))
    with pytest.raises(Failure) as caught:
        await _tokens(peer, MovedClock(), HttpOptions(max_body=100)).get()
    assert isinstance(caught.value.error, ContractBroken)
    assert caught.value.row.again is Again.NO
    assert not caught.value.row.unknown
