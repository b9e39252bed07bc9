"""Masking: what the lesser token sees of records is ids, codes, states and times, never a value.

What is shown is listed here by name, so that a member which is added later is masked until somebody
has thought about it. Whether a value is there at all stays visible: a blank is no secret, and
without it nobody could work with what is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MASK = "•••"
"""What stands in place of a value."""
READER = "reader"
"""The state of a request that is answered masked."""

_OPEN = ("/api/v1/status", "/api/v1/maps", "/api/v1/backfills", "/api/v1/numbers/shared")
"""What tells of no single record."""
_TEXTS = frozenset(
    {
        *("id", "link_id", "link_ids", "conflict", "event", "events", "event_id", "plan", "href"),
        *("next", "digest", "map", "map_id", "map_digest", "map_version", "kind", "company"),
        *("state", "stage", "code", "cure", "policy", "winner", "side", "table", "member", "op"),
        *("asked", "asked_at", "reopened_at", "conflict_id", "choices", "take"),
        *("field", "unit", "group", "direction", "owner", "mark", "standing", "what"),
        *("column", "outcome", "remote_code", "versions", "version", "changed", "problem"),
        *("at", "since", "due_at", "settled_at", "resolved_at", "occurred_at", "received_at"),
        *("changed_at", "seen_at", "crm_at", "erp_at", "started_at", "ended_at", "read_at"),
        *("phase", "accepted", "use"),
    }
)
"""Members whose text is shown: what the service made, not what a person typed."""
_NUMBERS = frozenset(
    {
        *("position", "attempts", "total", "open_conflicts", "status", "pending", "ok", "equal"),
        *("tables", "tables_read", "resumed", "repair"),
        *("unknown", "deleted", "there", "links", "fields", "divergences", "repaired", "records"),
    }
)
"""Members whose number, yes or no is shown."""
_VALUES = frozenset(
    {
        *("image", "payload", "original", "base", "base_crm", "base_erp", "natural", "values"),
        *("value", "before", "neutral", "actors", "problems"),
    }
)
"""Members of whose content nothing is shown: its names are columns and fields of the maps."""
_BY_SIDE = frozenset({"sides", "causes", "rows_read"})
"""Members that hold something for each side; elsewhere `crm` and `erp` are values."""
_COUNTED = frozenset({"marks", "rows_read", "why"})
"""Members that say something by names of their own, and no value."""
_ROWS = frozenset({"row_id", "rows", "row"})
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Masking:
    """Masks the answers to requests that the guard has marked.

    Args:
        app: The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer is held back until it is known what may be shown."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        begin: Message | None = None
        body = b""

        async def masked_send(message: Message) -> None:
            nonlocal begin, body
            if message["type"] == "http.response.start" and _is_masked(scope, state, message):
                begin = message
                return
            if begin is None or message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body", False):
                return
            shown = json.dumps(masked(json.loads(body)), ensure_ascii=False).encode()
            MutableHeaders(scope=begin)["content-length"] = str(len(shown))
            await send(begin)
            await send({"type": "http.response.body", "body": shown})

        await self._app(scope, receive, masked_send)


def masked(value: Any, name: str = "", above: str = "") -> Any:
    """A JSON value as the lesser token sees it.

    Args:
        value: The value.
        name: The member that holds it; items of a list are held by the list's.
        above: The member that holds that one.
    """
    if value is None or value in ("", [], {}):
        return value
    if name in _VALUES or (name in ("crm", "erp") and above not in _BY_SIDE):
        return _hidden(value)
    if isinstance(value, dict):
        return {member: _member(item, member, name) for member, item in value.items()}
    if isinstance(value, list):
        return [masked(item, name, above) for item in value]
    return value if _is_shown(value, name, above) else MASK


def _member(value: Any, name: str, above: str) -> Any:
    if name == "fields" and isinstance(value, dict):
        return _hidden(value)  # a list tells of fields, an object holds their values
    return masked(value, name, above)


def _hidden(value: Any) -> Any:
    """A value in its shape: blanks stay, everything else is masked."""
    if value is None or value in ("", [], {}):
        return value
    if isinstance(value, dict):
        return {name: _hidden(item) for name, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else MASK


def _is_shown(value: Any, name: str, above: str) -> bool:
    if above in _COUNTED:
        return True
    if name in _ROWS or above in _ROWS:
        return isinstance(value, str) and _GUID.fullmatch(value) is not None
    return name in (_TEXTS if isinstance(value, str) else _NUMBERS)


def _is_masked(scope: Scope, state: Mapping[str, Any], begin: Message) -> bool:
    path = str(scope["path"])
    if not state.get(READER) or any(path == p or path.startswith(f"{p}/") for p in _OPEN):
        return False
    headers = {bytes(k).lower(): bytes(v) for k, v in begin["headers"]}
    return headers.get(b"content-type", b"").startswith(b"application/json")
