"""`$batch` on the wire: multipart requests of every client dialect in, multipart answers out.

The standard library's `email` parser reads them: quoted and bare boundaries, blank lines before the
first boundary or between parts, absolute and relative addresses, `Content-ID` in any case.
"""

from __future__ import annotations

import email.parser
import email.policy
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import Message
from http import HTTPStatus

from connectors.sandbox.kernel.errors import SystemRefusal

_REFERENCE_IN_URL = re.compile(r"^/?(\$[\w-]+)(?=$|/|\?)")
_PART = re.compile(rb"(?i)content-type:[ \t]*application/http")
_REFERENCE_IN_BODY = re.compile(r'"(\$[\w-]+)((?:/[^"]*)?)"')


@dataclass(frozen=True, slots=True)
class Operation:
    """One request inside a batch; header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Changeset:
    """Operations that happen together or not at all."""

    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer inside a batch."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_id: str | None = None


def parse_batch(content_type: str, body: bytes) -> list[Operation | Changeset]:
    """Read a batch request.

    Raises:
        SystemRefusal: 400 `0x80048d19` for a body that is no multipart of HTTP requests, among them
            one whose lines do not end with CRLF.
    """
    message = _multipart(content_type, body)
    return [_part(part) for part in message]


def count_operations(body: bytes) -> int:
    """How many requests a batch body holds, by its part headers; cheap, for the journal."""
    return len(_PART.findall(body))


def resolve_references(operation: Operation, known: Mapping[str, str]) -> Operation:
    """Replace `$1` in the address and in the body by the addresses of earlier answers.

    Raises:
        SystemRefusal: 400 for a reference to no earlier answer.
    """
    url = operation.url
    if match := _REFERENCE_IN_URL.match(url):
        url = _known(match[1], known) + url[match.end() :]
    body = operation.body
    if b'"$' in body:
        text = body.decode("utf-8", "surrogateescape")
        text = _REFERENCE_IN_BODY.sub(lambda m: f'"{_known(m[1], known)}{m[2]}"', text)
        body = text.encode("utf-8", "surrogateescape")
    return replace(operation, url=url, body=body)


def render_batch(answers: Sequence[Answer | Sequence[Answer]]) -> tuple[str, bytes]:
    """A multipart answer: its content type and body. A nested sequence is a changeset."""
    boundary = f"batchresponse_{uuid.uuid4()}"
    chunks: list[bytes] = []
    for answer in answers:
        chunks.append(f"--{boundary}\r\n".encode())
        if isinstance(answer, Answer):
            chunks.append(_render(answer))
            continue
        inner = f"changesetresponse_{uuid.uuid4()}"
        chunks.append(f"Content-Type: multipart/mixed; boundary={inner}\r\n\r\n".encode())
        for item in answer:
            chunks += [f"--{inner}\r\n".encode(), _render(item)]
        chunks.append(f"--{inner}--\r\n".encode())
    chunks.append(f"--{boundary}--\r\n".encode())
    return f"multipart/mixed; boundary={boundary}", b"".join(chunks)


def _multipart(content_type: str, body: bytes) -> list[Message]:
    if b"\r\n" not in body or "boundary" not in content_type.lower():
        raise _unreadable()
    raw = f"Content-Type: {content_type}\r\n\r\n".encode() + body
    message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(raw)
    if not message.is_multipart():
        raise _unreadable()
    return [part for part in message.get_payload() if isinstance(part, Message)]


def _part(part: Message) -> Operation | Changeset:
    if part.is_multipart():
        inner = [item for item in part.get_payload() if isinstance(item, Message)]
        return Changeset(tuple(_operation(item) for item in inner))
    return _operation(part)


def _operation(part: Message) -> Operation:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise _unreadable()
    head, _, body = payload.lstrip(b"\r\n").partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    words = lines[0].split(" ")
    if len(words) < 2 or not words[0].isalpha():
        raise _unreadable()
    url = " ".join(words[1:-1]) if words[-1].upper().startswith("HTTP/") else " ".join(words[1:])
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    content_id = part.get("Content-ID")
    return Operation(
        words[0].upper(),
        url,
        headers,
        body.removesuffix(b"\r\n"),
        None if content_id is None else str(content_id).strip(),
    )


def _known(reference: str, known: Mapping[str, str]) -> str:
    try:
        return known[reference[1:]]
    except KeyError:
        raise SystemRefusal(
            400,
            "0x80060888",
            f"Content-ID Reference: '{reference}' does not exist in the batch context.",
        ) from None


def _render(answer: Answer) -> bytes:
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if answer.content_id is not None:
        lines.append(f"Content-ID: {answer.content_id}")
    lines += ["", f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body + b"\r\n"


def _unreadable() -> SystemRefusal:
    return SystemRefusal(
        400,
        "0x80048d19",
        "Error identified in Payload provided by the user: Stream was not readable.",
    )
