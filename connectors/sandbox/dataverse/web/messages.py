"""One request and one reply of the Web API, whether they came alone or inside a `$batch`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import ROOT
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.jsonbody import decode_object, encode_json
from connectors.sandbox.kernel.query import parse_query
from connectors.sandbox.kernel.tokens import Caller

JSON = "application/json; odata.metadata=minimal"
_PREFERENCE = re.compile(r'\s*([\w.\-]+)\s*(?:=\s*("[^"]*"|[^,;]*))?\s*(?:[,;]|$)')


@dataclass(frozen=True)
class WebRequest:
    """A request under the service root.

    Args:
        method: the verb.
        target: path and query after the service root, still encoded.
        headers: by lower-case name.
        body: the raw body.
        base: the absolute service root, ending in `/api/data/v9.2/`.
        caller: who calls.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    base: str
    caller: Caller

    @cached_property
    def path(self) -> str:
        """The encoded path after the root."""
        return self.target.partition("?")[0]

    @cached_property
    def raw_query(self) -> str:
        """The query as it was sent."""
        return self.target.partition("?")[2]

    @cached_property
    def segments(self) -> list[str]:
        """The decoded path segments."""
        return [unquote(part) for part in self.path.strip("/").split("/") if part]

    @cached_property
    def options(self) -> dict[str, str]:
        """The query options, decoded once."""
        return parse_query(self.raw_query)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """The parameter aliases among the options."""
        return {name: value for name, value in self.options.items() if name.startswith("@")}

    @cached_property
    def preferences(self) -> dict[str, str]:
        """The preferences by lower-case name, from however many header lines."""
        found: dict[str, str] = {}
        for match in _PREFERENCE.finditer(self.headers.get("prefer", "")):
            found[match[1].lower()] = (match[2] or "true").strip().strip('"')
        return found

    @property
    def wants_representation(self) -> bool:
        """Whether the written row is asked for."""
        return self.preferences.get("return", "").lower() == "representation"

    @property
    def tag(self) -> str | None:
        """The `tag` option, which webhooks repeat."""
        return self.options.get("tag")

    @cached_property
    def if_match(self) -> str | None:
        """The condition of a write; an empty one is none."""
        return self.headers.get("if-match") or None

    @cached_property
    def create_only(self) -> bool:
        """Whether a write must not meet an existing row."""
        return self.headers.get("if-none-match", "").strip() == "*"

    def json(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            SystemRefusal: it is none.
        """
        try:
            return decode_object(self.body)
        except ValueError as error:
            raise SystemRefusal(
                400,
                "0x80048d19",
                "Error identified in Payload provided by the user for Entity :'', For more "
                f"information: {error}",
            ) from error

    def url(self, path: str) -> str:
        """An absolute address under the service root."""
        return f"{self.base}{path}"


@dataclass(frozen=True, slots=True)
class WebReply:
    """An answer: status, headers, body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def reply_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> WebReply:
    """A JSON answer with the protocol's headers."""
    return WebReply(
        status,
        {"Content-Type": JSON, "OData-Version": "4.0", **(headers or {})},
        encode_json(value),
    )


def reply_empty(headers: Mapping[str, str] | None = None, status: int = 204) -> WebReply:
    """An answer without a body."""
    return WebReply(status, {"OData-Version": "4.0", **(headers or {})})


def reply_error(refusal: SystemRefusal) -> WebReply:
    """Dataverse's error body."""
    error = {"code": refusal.code, "message": refusal.message, **refusal.details}
    return reply_json({"error": error}, refusal.status, refusal.headers)


def service_target(url: str) -> str:
    """Path and query after the service root, of an absolute, rooted or relative address."""
    before, found, rest = url.partition(ROOT)
    if found and "?" not in before:
        return rest
    if "://" in url or url.startswith("/api/"):
        raise refusals.no_resource(url)
    return url.lstrip("/")
