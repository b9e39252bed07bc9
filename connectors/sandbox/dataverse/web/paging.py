"""Skip tokens and delta tokens: the text that Dataverse hands out and expects back unchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.web.messages import WebRequest

LARGEST_PAGE = 5000
_COOKIE = re.compile(
    r'<cookie pagenumber="(\d+)" pagingcookie="([^"]*)" istracking="(True|False)" */>'
)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_DELTA_TIME = "%m/%d/%Y %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page starts.

    Args:
        page: its number, from 1.
        last: the id of the last row shown, for reads in id order.
        offset: rows shown so far, for ordered reads.
        tracking: whether change tracking was asked for.
        version: for tracked reads, the version when the read began.
        since: for tracked reads, the version after which to go on.
        start: for tracked reads, the version where the whole delta began.
    """

    page: int = 1
    last: str = ""
    offset: int = 0
    tracking: bool = False
    version: int = 0
    since: int = 0
    start: int = 0


def page_size(request: WebRequest) -> int:
    """Rows per page: what was preferred, at most 5000."""
    wanted = request.preferences.get("odata.maxpagesize", "")
    return min(int(wanted), LARGEST_PAGE) if wanted.isdigit() and int(wanted) > 0 else LARGEST_PAGE


def read_position(request: WebRequest) -> Position | None:
    """The position of a `$skiptoken`, or `None` on a first page.

    Raises:
        SystemRefusal: a token that was not handed out.
    """
    token = request.options.get("$skiptoken")
    if token is None:
        return None
    match = _COOKIE.fullmatch(token.strip())
    if match is None:
        raise refusals.bad_query(f"Malformed skip token '{token[:80]}'.")
    inner = dict(_ATTRIBUTE.findall(unquote(unquote(match[2]))))
    return Position(
        page=int(match[1]),
        last=inner.get("last", "").strip("{}").lower(),
        offset=int(inner.get("offset", "0")),
        tracking=match[3] == "True",
        version=int(inner.get("version", "0")),
        since=int(inner.get("since", "0")),
        start=int(inner.get("start", "0")),
    )


def next_link(request: WebRequest, position: Position, id_column: str) -> str:
    """The same request with a token for the next page."""
    inner = (
        f'<cookie page="{position.page - 1}" offset="{position.offset}" '
        f'version="{position.version}" since="{position.since}" start="{position.start}">'
        f'<{id_column} last="{{{position.last.upper()}}}" /></cookie>'
    )
    encoded = quote(quote(inner, safe=""), safe="")
    token = (
        f'<cookie pagenumber="{position.page}" pagingcookie="{encoded}" '
        f'istracking="{position.tracking}" />'
    )
    return _link(request, "$skiptoken", token)


def delta_link(request: WebRequest, version: int, now: datetime) -> str:
    """The address that answers with what changes from now on."""
    stamp = now.astimezone(UTC).strftime(_DELTA_TIME)
    return _link(request, "$deltatoken", f"{version}!{stamp}")


def read_delta_token(text: str) -> tuple[int, datetime]:
    """Version and time of a delta token.

    Raises:
        SystemRefusal: a token that was not handed out.
    """
    version, _, stamp = text.partition("!")
    try:
        return int(version), datetime.strptime(stamp, _DELTA_TIME).replace(tzinfo=UTC)
    except ValueError:
        raise refusals.bad_query(f"Malformed delta token '{text[:80]}'.") from None


def _link(request: WebRequest, name: str, token: str) -> str:
    kept = [
        pair
        for pair in request.raw_query.split("&")
        if pair and unquote(pair.partition("=")[0]) not in {"$skiptoken", "$deltatoken"}
    ]
    kept.append(f"{name}={quote(token, safe='')}")
    return request.url(f"{request.path}?{'&'.join(kept)}")
