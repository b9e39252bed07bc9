"""Client credentials: cached, one flight, renewed early, refusals with their cure."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.odata.counters import Counters
from connectors.odata.http import HttpClient, NoAnswer
from connectors.odata.options import HttpOptions
from connectors.odata.tokens import ClientCredentials
from sync.errors import NotAuthorised, Throttled
from tests.connectors.support import MovedClock, Peer, json_answer

URL = "https://login.example/tenant/oauth2/v2.0/token"


def _tokens(peer: Peer, clock: MovedClock) -> ClientCredentials:
    return ClientCredentials(
        HttpClient(URL, HttpOptions(), httpx.MockTransport(peer)),
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
    with pytest.raises(NotAuthorised) as caught:
        await tokens.get()
    assert "AADSTS7000215" in caught.value.message
    assert "secret's value" in str(caught.value.cure)
    assert "s3cret" not in str(caught.value) + repr(tokens)


async def test_a_throttled_token_request_says_when_to_come_back() -> None:
    peer = Peer()
    peer.on("POST", "/tenant", lambda _: json_answer(429, {}, retry_after="30"))
    with pytest.raises(Throttled) as caught:
        await _tokens(peer, MovedClock()).get()
    assert caught.value.retry_after == 30.0


async def test_a_silent_provider_means_that_nothing_was_done() -> None:
    peer = Peer()

    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silent", request=request)

    peer.on("POST", "/tenant", silent)
    with pytest.raises(NoAnswer) as caught:
        await _tokens(peer, MovedClock()).get()
    assert caught.value.maybe_done is False
