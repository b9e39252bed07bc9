"""`$batch` on the wire: requests into multipart/mixed, and its answer back into parts.

The rules are the same in both systems: CRLF line ends, one changeset per transaction, no read
inside a changeset, and a failed changeset answered by one part. Source: Microsoft docs, "Execute
batch operations using the Web API".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import uuid4

from connectors.odata.answer import Answer
from connectors.odata.multipart import Piece, boundary_of, head_and_content, headers_of, split

_CRLF = b"\r\n"
_PART = b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"


@dataclass(frozen=True)
class Operation:
    """One request inside a batch.

    Attributes:
        method: The verb.
        url: The absolute path with its query, already percent-encoded.
        headers: Its own headers.
        body: JSON, if any.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @cached_property
    def wire(self) -> bytes:
        """The request as it stands in its part."""
        headers = dict(self.headers)
        if self.body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        lines = [f"{self.method} {self.url} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + _CRLF * 2 + (self.body or b"") + _CRLF


@dataclass(frozen=True)
class Bundle:
    """What stays together in a batch: a transaction, and the reads that follow it.

    Attributes:
        writes: Executed together or not at all.
        reads: Executed after them.
    """

    writes: tuple[Operation, ...] = ()
    reads: tuple[Operation, ...] = ()

    @property
    def operations(self) -> int:
        """How many operations it counts as."""
        return len(self.writes) + len(self.reads)

    @cached_property
    def size(self) -> int:
        """About how many bytes it takes."""
        return sum(len(operation.wire) + 200 for operation in (*self.writes, *self.reads))


Part = Answer | tuple[Answer, ...]
"""One top-level part of an answer: one request's (or a failed changeset's), or a changeset's."""


def build(bundles: Iterable[Bundle]) -> tuple[str, bytes]:
    """Write a batch.

    Returns:
        The content type, with its boundary, and the body.
    """
    boundary = f"batch_{uuid4().hex}"
    opening = f"--{boundary}\r\n".encode()
    pieces: list[bytes] = []
    for bundle in bundles:
        if bundle.writes:
            pieces += (opening, *_changeset(bundle.writes, f"changeset_{uuid4().hex}"))
        for read in bundle.reads:
            pieces += (opening, _PART, _CRLF, read.wire)
    pieces.append(f"--{boundary}--\r\n".encode())
    return f'multipart/mixed; boundary="{boundary}"', b"".join(pieces)


def _changeset(operations: Sequence[Operation], boundary: str) -> list[bytes]:
    opening = f"--{boundary}\r\n".encode()
    pieces = [f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'.encode()]
    for number, operation in enumerate(operations, 1):
        pieces += (opening, _PART, f"Content-ID: {number}\r\n\r\n".encode(), operation.wire)
    pieces.append(f"--{boundary}--\r\n".encode())
    return pieces


def parse(answer: Answer) -> list[Part]:
    """Read a batch's answer into its top-level parts, in order.

    Raises:
        ValueError: It is not a readable multipart body.
    """
    boundary = boundary_of(answer.headers.get("content-type", ""))
    if boundary is None:
        raise ValueError("The answer to a batch is not multipart.")
    return [_part(piece) for piece in split(answer.body, boundary)]


def _part(piece: Piece) -> Part:
    if piece.boundary is None:
        return _answer(piece)
    children = split(_CRLF + piece.content, piece.boundary)
    numbered = [(_number(child, place), child) for place, child in enumerate(children)]
    return tuple(_answer(child) for _, child in sorted(numbered, key=lambda pair: pair[0]))


def _number(piece: Piece, place: int) -> int:
    content_id = piece.headers.get("content-id", "")
    return int(content_id) if content_id.isdecimal() else place


def _answer(piece: Piece) -> Answer:
    (line, *rest), body = head_and_content(piece.content.lstrip())
    words = line.split(" ", 2)
    if not line.startswith("HTTP/") or len(words) < 2 or not words[1].isdecimal():
        raise ValueError("A part of the answer does not begin with a status line.")
    return Answer(int(words[1]), headers_of(rest), body.strip())
