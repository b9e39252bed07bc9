"""Reading multipart/mixed: parts as headers and content, nothing more.

The standard library's parser compiles patterns for every boundary, and every changeset of an answer
has a boundary of its own: reading an answer then costs more than everything else that is done with
it. Source: RFC 2046, section 5.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_CRLF = b"\r\n"
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_ENDS_A_BOUNDARY = (b"\r", b"\n", b" ", b"\t", b"-", b"")


class Piece(NamedTuple):
    """One part of a multipart body; header names are in lower case."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def boundary(self) -> str | None:
        """The boundary of the parts inside, if it has parts."""
        return boundary_of(self.headers.get("content-type", ""))


def boundary_of(content_type: str) -> str | None:
    """The boundary that a content type names; `None` when it is not multipart."""
    if not content_type.strip().lower().startswith("multipart/"):
        return None
    found = _BOUNDARY.search(content_type)
    return found[1].strip() if found else None


def split(body: bytes, boundary: str) -> list[Piece]:
    """The parts of a multipart body, in order; what stands before the first does not count.

    Raises:
        ValueError: The boundary does not occur.
    """
    delimiter = b"\r\n--" + boundary.encode()
    text = _CRLF + body
    pieces: list[Piece] = []
    start = -1
    found = text.find(delimiter)
    while found >= 0:
        after = found + len(delimiter)
        if text[after : after + 1] not in _ENDS_A_BOUNDARY:
            found = text.find(delimiter, after)  # a longer boundary that begins like ours
            continue
        if start >= 0:
            pieces.append(_piece(text[start:found]))
        if text.startswith(b"--", after):
            return pieces
        line_end = text.find(_CRLF, after)
        start = len(text) if line_end < 0 else line_end
        found = text.find(delimiter, start)
    if start < 0:
        raise ValueError("The boundary of the body does not occur in it.")
    return [*pieces, _piece(text[start:])]


def head_and_content(text: bytes) -> tuple[list[str], bytes]:
    """The lines before the first empty one, and what follows it."""
    head, _, content = text.partition(_CRLF * 2)
    return head.decode("utf-8", "replace").split("\r\n"), content


def headers_of(lines: list[str]) -> dict[str, str]:
    """Header lines as a mapping, names in lower case."""
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _piece(text: bytes) -> Piece:
    # The text begins with the line end of its boundary, which an empty head has nothing before.
    lines, content = head_and_content(text[len(_CRLF) :] if text[:2] == _CRLF else text)
    return Piece(headers_of(lines), content)
