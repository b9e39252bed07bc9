"""The transport: one host only, tokens, limits, retries, bounded answers."""

from __future__ import annotations

import gzip

import httpx
import pytest

from connectors.odata.options import HttpOptions, LimitOptions
from connectors.odata.transport import Call
from sync.errors import (
    ConfigurationWrong,
    ContractBroken,
    NotAuthorised,
    Rejected,
    Throttled,
    Unavailable,
)
from tests.connectors.support import MovedClock, OneToken, Peer, json_answer

WRITE = Call("POST", "accounts", body=b"{}", safe=False)


async def test_every_request_carries_the_token_and_the_protocol_version() -> None:
    peer = Peer()
    peer.on("GET", "/api/data/v9.2/WhoAmI", lambda _: json_answer(200, {"UserId": "u"}))
    answer = await peer.transport().get("WhoAmI")
    assert answer.json() == {"UserId": "u"}
    assert peer.requests[0].headers["authorization"] == "Bearer token-0"
    assert peer.requests[0].headers["odata-version"] == "4.0"


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/api/data/v9.2/accounts",
        "http://org.example/api/data/v9.2/accounts",
        "https://org.example:8443/api/data/v9.2/accounts",
        "https://org.example@elsewhere.example/",
        "//elsewhere.example/accounts",
        "ftp://org.example/accounts",
    ],
)
async def test_a_link_to_another_origin_is_never_followed(link: str) -> None:
    peer = Peer()
    with pytest.raises(ContractBroken):
        await peer.transport().get(link)
    assert peer.requests == []


async def test_a_probe_is_sent_once() -> None:
    peer = Peer()
    peer.on("GET", "/api/data/v9.2/WhoAmI", lambda _: json_answer(500, {}))
    with pytest.raises(Unavailable):
        await peer.transport().once("WhoAmI")
    assert len(peer.requests) == 1


async def test_a_link_on_the_same_origin_is_followed_as_it_is() -> None:
    peer = Peer()
    peer.on("GET", "/api", lambda _: json_answer(200, {}))
    link = "https://org.example:443/api/data/v9.2/accounts?$deltatoken=919042%2108%2f22%2f2026"
    await peer.transport().get(link)
    assert peer.requests[0].url.raw_path.endswith(b"$deltatoken=919042%2108%2f22%2f2026")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationWrong):
        Peer().transport(root="org.example/api")


async def test_a_redirect_is_not_followed() -> None:
    peer = Peer()
    peer.on(
        "GET", "/", lambda _: httpx.Response(302, headers={"location": "https://evil.example/"})
    )
    with pytest.raises(ContractBroken, match="302") as caught:
        await peer.transport().get("accounts")
    assert "address in the settings" in str(caught.value.cure)
    assert len(peer.requests) == 1


async def test_a_service_that_is_not_there_is_no_missing_row() -> None:
    peer = Peer()
    peer.on("POST", "/", lambda _: json_answer(404, {"error": {"code": "", "message": "no"}}))
    with pytest.raises(ContractBroken):
        await peer.transport().send(WRITE)


async def test_no_cookie_is_ever_sent_back() -> None:
    peer = Peer()
    peer.on("GET", "/", lambda _: json_answer(200, {}, set_cookie="ARRAffinity=a; Path=/"))
    transport = peer.transport()
    await transport.get("accounts")
    await transport.get("accounts")
    assert "cookie" not in peer.requests[1].headers


async def test_an_answer_that_is_too_large_is_refused() -> None:
    peer = Peer()
    peer.on("GET", "/", lambda _: httpx.Response(200, content=b"x" * 1001))
    with pytest.raises(ContractBroken, match="1000 bytes"):
        await peer.transport(http=HttpOptions(max_body=1000)).get("accounts")


async def test_an_answer_that_grows_when_it_is_unpacked_is_refused() -> None:
    peer = Peer()
    packed = gzip.compress(b"x" * 5_000_000)
    peer.on(
        "GET",
        "/",
        lambda _: httpx.Response(200, content=packed, headers={"content-encoding": "gzip"}),
    )
    assert len(packed) < 10_000
    with pytest.raises(ContractBroken, match="10000 bytes"):
        await peer.transport(http=HttpOptions(max_body=10_000)).get("accounts")


async def test_an_expired_token_is_renewed_once_and_the_write_sent_again() -> None:
    peer, tokens = Peer(), OneToken()
    peer.on(
        "POST",
        "/",
        lambda request: json_answer(
            204 if request.headers["authorization"] == "Bearer token-1" else 401, {}
        ),
    )
    answer = await peer.transport(tokens=tokens).send(WRITE)
    assert (answer.status, tokens.refusals) == (204, 1)


async def test_a_new_token_that_is_refused_too_is_fatal() -> None:
    peer, tokens = Peer(), OneToken()
    peer.on("GET", "/", lambda _: httpx.Response(401))
    with pytest.raises(NotAuthorised) as caught:
        await peer.transport(tokens=tokens).get("accounts")
    assert "registered as a user" in str(caught.value.cure)
    assert len(peer.requests) == 2


async def test_a_read_is_tried_again_after_a_server_error() -> None:
    peer, clock = Peer(), MovedClock()
    peer.on(
        "GET", "/", lambda _: httpx.Response(502 if len(peer.requests) < 3 else 200, content=b"{}")
    )
    transport = peer.transport(clock=clock)
    assert (await transport.get("accounts")).status == 200
    assert transport.counters.retries == 2
    assert len(clock.slept) == 2


async def test_attempts_are_bounded() -> None:
    peer = Peer()
    peer.on("GET", "/", lambda _: httpx.Response(503, text="<html>down</html>"))
    with pytest.raises(Unavailable):
        await peer.transport(limits=LimitOptions(attempts=4)).get("accounts")
    assert len(peer.requests) == 4


async def test_a_write_without_an_answer_is_not_repeated() -> None:
    peer = Peer()

    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("no answer", request=request)

    peer.on("POST", "/", lost)
    with pytest.raises(Unavailable):
        await peer.transport().send(WRITE)
    assert len(peer.requests) == 1


async def test_a_write_that_never_left_is_sent_again() -> None:
    peer = Peer()

    def refused(request: httpx.Request) -> httpx.Response:
        if len(peer.requests) < 2:
            raise httpx.ConnectError("refused", request=request)
        return json_answer(204, {})

    peer.on("POST", "/", refused)
    assert (await peer.transport().send(WRITE)).status == 204


async def test_a_refusal_is_not_repeated() -> None:
    peer = Peer()
    peer.on("GET", "/", lambda _: json_answer(400, {"error": {"code": "0x1", "message": "no"}}))
    with pytest.raises(Rejected, match="no"):
        await peer.transport().get("accounts")
    assert len(peer.requests) == 1


async def test_a_short_pause_is_waited_for_by_reads() -> None:
    peer, clock = Peer(), MovedClock()
    peer.on(
        "GET",
        "/",
        lambda _: (
            json_answer(429, {"error": {}}, retry_after="3")
            if len(peer.requests) < 2
            else json_answer(200, {})
        ),
    )
    assert (await peer.transport(clock=clock).get("accounts")).status == 200
    assert clock.slept == [3.0]


async def test_a_throttled_write_is_given_back_at_once() -> None:
    peer = Peer()
    peer.on("POST", "/", lambda _: json_answer(429, {"error": {}}, retry_after="17"))
    with pytest.raises(Throttled) as caught:
        await peer.transport().send(WRITE)
    assert caught.value.retry_after == 17.0
    assert len(peer.requests) == 1


async def test_a_long_pause_holds_everybody_back_until_it_is_over() -> None:
    peer, clock = Peer(), MovedClock()
    peer.on(
        "POST",
        "/",
        lambda _: (
            json_answer(429, {"error": {}}, retry_after="60")
            if len(peer.requests) < 2
            else json_answer(204, {})
        ),
    )
    peer.on("GET", "/", lambda _: json_answer(200, {}))
    transport = peer.transport(clock=clock)
    with pytest.raises(Throttled):
        await transport.send(WRITE)
    with pytest.raises(Throttled) as caught:
        await transport.get("accounts")
    assert caught.value.retry_after == 60.0
    assert len(peer.requests) == 1
    clock.pass_time(61)
    assert (await transport.get("accounts")).status == 200
    assert transport.counters.throttled == 1
