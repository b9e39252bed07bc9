"""Batches as bytes: parsing, references, rendering, running."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from connectors.sandbox.kernel.batching import run_batch
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.multipart import (
    Answer,
    Changeset,
    Operation,
    count_operations,
    parse_batch,
    render_batch,
    resolve_references,
)


def test_answer_can_be_read_back() -> None:
    content_type, body = render_batch(
        [
            [
                Answer(204, {"OData-EntityId": "x(1)"}, b"", "1"),
                Answer(201, {}, b'{"a":"\xc3\xa4"}'),
            ],
            Answer(404, {}, b"{}"),
        ]
    )
    assert body.count(b"HTTP/1.1 ") == 3
    assert b"HTTP/1.1 404 Not Found\r\n\r\n{}\r\n" in body
    assert b"Content-ID: 1\r\n\r\nHTTP/1.1 204 No Content\r\nOData-EntityId: x(1)\r\n" in body
    assert count_operations(body) == 3
    boundary = content_type.partition("boundary=")[2]
    assert body.endswith(f"--{boundary}--\r\n".encode())


def test_body_bytes_survive() -> None:
    text = '{"name":"Müller ☃ \\r\\n--b"}'
    raw = (
        "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f'POST /x(1,y=%27a b%27) HTTP/1.1\r\nIf-Match: W/"1"\r\n\r\n{text}\r\n--b--\r\n'
    ).encode()
    (operation,) = parse_batch("multipart/mixed; boundary=b", raw)
    assert isinstance(operation, Operation)
    assert operation.body.decode() == text
    assert operation.url == "/x(1,y=%27a b%27)"
    assert operation.headers == {"if-match": 'W/"1"'}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed; boundary=b", b"--b\n\nGET x HTTP/1.1\n\n--b--\n"),
        ("application/json", b"{}\r\n"),
        ("multipart/mixed; boundary=b", b"nothing here\r\n"),
        (
            "multipart/mixed; boundary=b",
            b"--b\r\nContent-Type: application/http\r\n\r\nnonsense\r\n--b--\r\n",
        ),
    ],
)
def test_unreadable_batches(content_type: str, body: bytes) -> None:
    with pytest.raises(SystemRefusal) as caught:
        parse_batch(content_type, body)
    assert (caught.value.status, caught.value.code) == (400, "0x80048d19")


def test_references() -> None:
    known = {"1": "http://x/accounts(a)", "6a-1f": "contacts(b)"}
    moved = resolve_references(
        Operation("PATCH", "/$1/name?x=$2", {}, b'{"a":"$6a-1f","b":"costs $1","c":["$1/d"]}'),
        known,
    )
    assert moved.url == "http://x/accounts(a)/name?x=$2"
    assert moved.body == (b'{"a":"contacts(b)","b":"costs $1","c":["http://x/accounts(a)/d"]}')
    for operation in (Operation("GET", "$9"), Operation("POST", "x", {}, b'{"a":"$9"}')):
        with pytest.raises(SystemRefusal, match=r"'\$9' does not exist"):
            resolve_references(operation, known)


class Recorder:
    """A system that only remembers what was committed."""

    def __init__(self) -> None:
        self.done: list[str] = []

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        before = list(self.done)
        try:
            yield
        except BaseException:
            self.done = before
            raise

    def perform(self, operation: Operation) -> Answer:
        if operation.url == "bad":
            return Answer(400)
        self.done.append(operation.url)
        return Answer(204, {"Location": f"at/{operation.url}"})


def refuse(refusal: SystemRefusal) -> Answer:
    return Answer(refusal.status)


def test_running_stops_or_goes_on() -> None:
    parts = [
        Operation("POST", "a"),
        Changeset((Operation("POST", "b"), Operation("POST", "bad"))),
        Operation("POST", "c"),
    ]
    system = Recorder()
    status, answers = run_batch(
        parts, system.perform, system.transaction, refuse, continue_on_error=False
    )
    assert (status, len(answers), system.done) == (400, 2, ["a"])
    system = Recorder()
    status, answers = run_batch(
        parts, system.perform, system.transaction, refuse, continue_on_error=True
    )
    assert (status, len(answers), system.done) == (200, 3, ["a", "c"])


def test_references_of_a_failed_changeset_are_forgotten() -> None:
    parts = [
        Changeset((Operation("POST", "b", content_id="1"), Operation("POST", "bad"))),
        Operation("POST", "$1"),
    ]
    system = Recorder()
    _, answers = run_batch(
        parts, system.perform, system.transaction, refuse, continue_on_error=True
    )
    assert [answer.status for answer in answers if isinstance(answer, Answer)] == [400, 400]
    assert system.done == []
