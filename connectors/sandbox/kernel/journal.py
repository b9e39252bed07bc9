"""The request journal: what reached a sandbox, for assertions and for counting requests."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

_SECRET_HEADERS = {"authorization", "cookie", "x-functions-key", "proxy-authorization"}
_SECRET_MEMBERS = re.compile(
    r'("(?:authvalue|client_secret|password|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE
)
_SECRET_QUERY = re.compile(r"(?i)\b(code|client_secret|sig)=[^&\s]*")
_BODY_LIMIT = 8_192


class Journal:
    """The latest requests, bounded; counters go on when old entries fall out.

    Args:
        limit: how many requests are kept.
    """

    def __init__(self, limit: int = 5_000) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=limit)
        self._sequence = 0
        self._operations = 0

    def record(
        self,
        method: str,
        path: str,
        query: str,
        status: int | None,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        *,
        operations: int = 1,
        fault: str | None = None,
        caller: str | None = None,
    ) -> None:
        """Note one request.

        `status` is `None` when no answer was sent; `operations` counts the requests inside a batch
        (1 for a plain request); `caller` is the application that its token names.
        """
        self._sequence += 1
        self._operations += operations
        self._entries.append(
            {
                "sequence": self._sequence,
                "method": method,
                "path": path,
                "query": _SECRET_QUERY.sub(r"\1=***", query),
                "status": status,
                "headers": {
                    name.lower(): value
                    for name, value in headers
                    if name.lower() not in _SECRET_HEADERS
                },
                "body": _text(body),
                "operations": operations,
                "fault": fault,
                "caller": caller,
            }
        )

    def listing(self, filters: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The kept requests that match, with totals.

        Args:
            filters: any of `method` (exact), `path` (contained), `status`, `since` (a sequence
                number; later ones only), `limit` (the last n).

        Returns:
            `{"requests": […], "count": n, "operations": n}`; without filters the two totals count
            every request since the journal was cleared, those that fell out included.
        """
        wanted = dict(filters or {})
        found = [entry for entry in self._entries if _matches(entry, wanted)]
        count = len(found) if wanted else self._sequence
        operations = sum(entry["operations"] for entry in found) if wanted else self._operations
        if "limit" in wanted:
            found = found[-max(0, int(wanted["limit"])) :] if int(wanted["limit"]) > 0 else []
        return {"requests": found, "count": count, "operations": operations}

    def clear(self) -> None:
        """Forget everything and count from zero again."""
        self._entries.clear()
        self._sequence = 0
        self._operations = 0


def _matches(entry: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return (
        ("method" not in wanted or entry["method"] == wanted["method"].upper())
        and ("path" not in wanted or wanted["path"].lower() in entry["path"].lower())
        and ("status" not in wanted or str(entry["status"]) == wanted["status"])
        and ("since" not in wanted or entry["sequence"] > int(wanted["since"]))
    )


def _text(body: bytes) -> str:
    text = body[:_BODY_LIMIT].decode("utf-8", "replace")
    return _SECRET_QUERY.sub(r"\1=***", _SECRET_MEMBERS.sub(r'\1"***"', text))
