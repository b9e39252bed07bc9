"""`$batch`: what is sent, what comes back, and what becomes of each bundle."""

from __future__ import annotations

import contextlib
import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.odata.answer import Answer
from connectors.odata.batch import Bundle, Operation, build, parse
from connectors.odata.batching import Batches, Done, Failed
from connectors.odata.counters import Counters
from connectors.odata.http import HttpClient
from connectors.odata.options import BatchOptions, HttpOptions
from connectors.odata.tokens import ClientCredentials
from connectors.odata.transport import Transport
from connectors.sandbox.kernel.multipart import Changeset, parse_batch
from connectors.sandbox.kernel.multipart import Operation as ReceivedOperation
from sync.errors import (
    AlreadyExists,
    ContractBroken,
    NotAuthorised,
    PreconditionFailed,
    Rejected,
    Throttled,
    Unavailable,
)
from tests.connectors.support import ROOT, MovedClock, Peer, changeset, json_answer, multipart, part

REFUSAL = {"error": {"code": "0x80040265", "message": "no"}}
STALE = {"error": {"code": "0x80060882", "message": "The version …"}}


def _write(name: str) -> Bundle:
    body = f'{{"name":"{name}"}}'.encode()
    return Bundle(writes=(Operation("PATCH", f"/accounts({name})", {"If-Match": "x"}, body),))


def _read(name: str) -> Bundle:
    return Bundle(reads=(Operation("GET", f"/accounts({name})"),))


def test_a_batch_has_crlf_lines_and_a_changeset_for_each_bundle_of_writes() -> None:
    two = Bundle(writes=(*_write("a").writes, *_write("b").writes), reads=_read("a").reads)
    content_type, body = build([two, _write("c")])
    assert re.fullmatch(r'multipart/mixed; boundary="[\w]+"', content_type)
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert len(re.findall(rb"Content-Type: multipart/mixed; boundary=", body)) == 2
    assert re.findall(rb"Content-ID: (\d+)", body) == [b"1", b"2", b"1"]
    assert b"PATCH /accounts(a) HTTP/1.1\r\nIf-Match: x\r\n" in body
    assert body.index(b"PATCH /accounts(b)") < body.index(b"GET /accounts(a)")


def test_what_we_build_is_read_by_the_local_systems_own_parser() -> None:
    bundle = Bundle(writes=(*_write("ü").writes, *_write("b").writes), reads=_read("c").reads)
    content_type, body = build([bundle, _write("d")])
    first, read, second = parse_batch(content_type, body)
    assert isinstance(first, Changeset)
    assert isinstance(second, Changeset)
    assert isinstance(read, ReceivedOperation)
    assert [each.method for each in first.operations] == ["PATCH", "PATCH"]
    assert first.operations[0].body == '{"name":"ü"}'.encode()
    assert first.operations[0].headers["if-match"] == "x"
    assert (read.method, read.url, read.body) == ("GET", "/accounts(c)", b"")


@given(st.binary(max_size=400), st.sampled_from(["multipart/mixed; boundary=a", "", "text/html"]))
def test_a_spoiled_answer_is_never_more_than_unreadable(noise: bytes, content_type: str) -> None:
    body = b"--a\r\n" + noise.replace(b"#", b"\r\n--a\r\n") + b"\r\n--a--"
    with contextlib.suppress(ValueError):
        parse(Answer(200, {"content-type": content_type}, body))


def test_the_documented_answer_is_read() -> None:
    response = multipart(
        changeset(part(204, content_id="2"), part(201, {"name": "ü"}, content_id="1")),
        part(200, {"value": []}),
    )
    answer = Answer(200, {"content-type": response.headers["content-type"]}, response.content)
    first, second = parse(answer)
    assert isinstance(first, tuple)
    assert [one.status for one in first] == [201, 204]
    assert first[0].json() == {"name": "ü"}
    assert isinstance(second, Answer)
    assert second.json() == {"value": []}


def _batches(peer: Peer, **options: int) -> Batches:
    return Batches(peer.transport(), BatchOptions(**options))


async def test_a_bad_bundle_does_not_hurt_the_others() -> None:
    peer = Peer()
    peer.on(
        "POST",
        "/api/data/v9.2/$batch",
        lambda _: multipart(changeset(part(204)), part(412, STALE), changeset(part(204))),
    )
    one, two, three = await _batches(peer).run([_write("a"), _write("b"), _write("c")])
    assert isinstance(one, Done)
    assert isinstance(three, Done)
    assert isinstance(two, Failed)
    assert isinstance(two.error, PreconditionFailed)
    assert two.unknown is False
    assert peer.requests[0].headers["prefer"] == "odata.continue-on-error"


async def test_bundles_are_split_by_number_and_by_size() -> None:
    peer = Peer()

    def answer(request: httpx.Request) -> httpx.Response:
        return multipart(*[changeset(part(204))] * request.content.count(b"PATCH "))

    peer.on("POST", "/", answer)
    fates = await _batches(peer, operations=10).run([_write(str(n)) for n in range(25)])
    assert len(peer.requests) == 3
    assert all(isinstance(fate, Done) for fate in fates)
    fates = await _batches(peer, size=1000).run([_write(str(n)) for n in range(9)])
    assert len(peer.requests) == 6
    assert all(isinstance(fate, Done) for fate in fates)


async def test_a_server_that_stops_at_the_first_failure_gets_the_rest_again() -> None:
    peer = Peer()

    def stops(request: httpx.Request) -> httpx.Response:
        parts = []
        for name in re.findall(rb"PATCH /accounts\((\w+)\)", request.content):
            parts.append(part(400, REFUSAL) if name == b"bad" else changeset(part(204)))
            if name == b"bad":
                break
        answer = multipart(*parts)
        return httpx.Response(400, content=answer.content, headers=answer.headers)

    peer.on("POST", "/", stops)
    bundles = [_write(name) for name in ("a", "bad", "b", "bad", "c")]
    fates = await _batches(peer).run(bundles)
    assert [isinstance(fate, Done) for fate in fates] == [True, False, True, False, True]
    assert len(peer.requests) == 3


async def test_a_batch_refused_as_a_whole_is_halved_until_the_culprit_stands_alone() -> None:
    peer = Peer()

    def picky(request: httpx.Request) -> httpx.Response:
        if b"culprit" in request.content:
            return json_answer(400, REFUSAL)
        return multipart(*[changeset(part(204))] * request.content.count(b"PATCH "))

    peer.on("POST", "/", picky)
    bundles = [_write(name) for name in ("a", "b", "c", "culprit", "d", "e", "f", "g")]
    fates = await _batches(peer).run(bundles)
    assert [isinstance(fate, Failed) for fate in fates] == [name == 3 for name in range(8)]
    bad = fates[3]
    assert isinstance(bad, Failed)
    assert isinstance(bad.error, Rejected)


async def test_a_lost_answer_leaves_writes_unknown_and_sends_nothing_twice() -> None:
    peer = Peer()

    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("Server disconnected", request=request)

    peer.on("POST", "/", lost)
    fates = await _batches(peer).run([_write("a"), _write("b")])
    assert len(peer.requests) == 1
    for fate in fates:
        assert isinstance(fate, Failed)
        assert isinstance(fate.error, Unavailable)
        assert fate.unknown is True


@pytest.mark.parametrize(("status", "unknown"), [(500, True), (503, True), (504, True)])
async def test_a_server_error_leaves_writes_unknown(status: int, unknown: bool) -> None:
    peer = Peer()
    peer.on("POST", "/", lambda _: httpx.Response(status))
    (fate,) = await _batches(peer).run([_write("a")])
    assert isinstance(fate, Failed)
    assert fate.unknown is unknown


async def test_a_throttled_batch_certainly_did_not_happen() -> None:
    peer = Peer()
    peer.on("POST", "/", lambda _: json_answer(429, {"error": {}}, retry_after="17"))
    (fate,) = await _batches(peer).run([_write("a")])
    assert isinstance(fate, Failed)
    assert isinstance(fate.error, Throttled)
    assert (fate.error.retry_after, fate.unknown) == (17.0, False)


async def test_an_answer_that_is_cut_short_leaves_the_rest_unknown() -> None:
    peer = Peer()
    peer.on("POST", "/", lambda _: multipart(changeset(part(204))))
    one, two = await _batches(peer).run([_write("a"), _write("b")])
    assert isinstance(one, Done)
    assert isinstance(two, Failed)
    assert two.unknown is True


async def test_reads_of_a_batch_are_tried_again() -> None:
    peer = Peer()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502) if len(peer.requests) < 2 else multipart(part(200, {"a": 1}))

    peer.on("POST", "/", answer)
    (fate,) = await _batches(peer).run([_read("a")])
    assert isinstance(fate, Done)
    assert fate.reads[0].json() == {"a": 1}


async def test_a_failed_part_says_already_exists() -> None:
    peer = Peer()
    refusal = {"error": {"code": "0x80040237", "message": "Cannot insert duplicate key."}}
    peer.on("POST", "/", lambda _: multipart(part(412, refusal)))
    (fate,) = await _batches(peer).run([_write("a")])
    assert isinstance(fate, Failed)
    assert isinstance(fate.error, AlreadyExists)


async def test_what_a_caller_sees_of_a_lost_answer_is_the_documented_class() -> None:
    peer = Peer()

    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silent", request=request)

    peer.on("POST", "/", lost)
    (fate,) = await _batches(peer).run([_write("a")])
    assert isinstance(fate, Failed)
    assert type(fate.error) is Unavailable


async def test_an_answer_that_is_too_large_leaves_writes_unknown() -> None:
    peer = Peer()
    peer.on("POST", "/", lambda _: httpx.Response(200, content=b"x" * 101))
    batches = Batches(peer.transport(http=HttpOptions(max_body=100)), BatchOptions())
    write, read = await batches.run([_write("a")]), await batches.run([_read("a")])
    for (fate,), unknown in ((write, True), (read, False)):
        assert isinstance(fate, Failed)
        assert isinstance(fate.error, ContractBroken)
        assert fate.unknown is unknown
    assert len(peer.requests) == 2


async def test_a_provider_that_refuses_us_is_asked_once_for_a_whole_batch() -> None:
    """Its 400 says nothing about any part of the batch, so nothing is halved."""
    peer = Peer()
    body = {"error": "unauthorized_client", "error_description": "AADSTS700016: not found"}
    peer.on("POST", "/token", lambda _: json_answer(400, body))
    tokens = ClientCredentials(
        HttpClient("https://login.example/token", HttpOptions(), httpx.MockTransport(peer)),
        "https://login.example/token",
        client_id="app",
        client_secret="s3cret",
        scope="https://org.example/.default",
        clock=MovedClock(),
        counters=Counters(),
    )
    transport = Transport(ROOT, tokens, carrier=httpx.MockTransport(peer), clock=MovedClock())
    fates = await Batches(transport, BatchOptions()).run([_write(str(n)) for n in range(8)])
    assert [type(fate.error) for fate in fates if isinstance(fate, Failed)] == [NotAuthorised] * 8
    assert len(peer.requests) == 1
