"""Addresses of the data service: what each one names, in every spelling that clients send."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.kinds import NAMESPACE
from connectors.sandbox.kernel.query import parse_query, split_outside

_ROOT = re.compile(r"^/*data(?=/|$)", re.IGNORECASE)
_SEGMENT = re.compile(r"^(?P<set>[A-Za-z_$][\w$]*)(?:\((?P<key>.*)\))?(?P<rest>/.*)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Target:
    """What an address names.

    Args:
        set_name: the entity set; empty for the service itself.
        key: the key, `None` for the whole set.
        rest: what follows: `$count`, a property, or an action.
        query: the decoded query options.
        raw_query: the query as it came.
    """

    set_name: str
    key: dict[str, Any] | None = None
    rest: str = ""
    query: dict[str, str] = field(default_factory=dict)
    raw_query: str = ""

    @property
    def cross_company(self) -> bool:
        """Whether the request looks beyond the caller's own company."""
        return self.query.get("cross-company", "").lower() == "true"


def parse_target(url: str) -> Target:
    """Read an address: absolute, from the host's root, or from the service's root.

    Raises:
        SystemRefusal: an address that cannot be read.
    """
    if "://" in url.partition("?")[0]:
        parts = urlsplit(url)
        path, raw_query = parts.path, parts.query
    else:
        path, _, raw_query = url.partition("?")
    relative = _ROOT.sub("", unquote(path), count=1).strip("/")
    query = parse_query(raw_query)
    if not relative:
        return Target("", query=query, raw_query=raw_query)
    found = _SEGMENT.match(relative)
    if found is None:
        raise refusals.unknown_set(url)
    name, inner, rest = found["set"], found["key"], (found["rest"] or "").strip("/")
    if inner is not None and ")" in inner and not rest:
        inner, rest = _split_key(relative[len(name) + 1 :])
    key = None if inner is None else parse_key(name, inner)
    return Target(name, key, rest, query, raw_query)


def parse_key(set_name: str, text: str) -> dict[str, Any]:
    """Read a key predicate: named values in any order, or one bare value.

    Raises:
        SystemRefusal: it is no key predicate.
    """
    entity = ENTITIES.get(set_name)
    key: dict[str, Any] = {}
    for item in split_outside(text, ","):
        name, equals, value = item.partition("=")
        if not equals or name.strip().startswith("'"):
            if entity is None or len(entity.keys) != 1 or key:
                raise refusals.bad_request(f"Bad key predicate '({text})'.")
            name, value = entity.keys[0], item
        key[name.strip()] = _literal(value.strip())
    return key


def format_key(key: dict[str, Any], numeric: frozenset[str] = frozenset()) -> str:
    """Write a key predicate."""
    return ",".join(f"{name}={_format(name, value, numeric)}" for name, value in key.items())


def _format(name: str, value: Any, numeric: frozenset[str]) -> str:
    if name in numeric or isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _literal(text: str) -> Any:
    if text.startswith(NAMESPACE):
        text = text[text.index("'") :] if "'" in text else text
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def _split_key(text: str) -> tuple[str, str]:
    quoted = False
    for index, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == ")" and not quoted:
            return text[:index], text[index + 1 :].strip("/")
    raise refusals.bad_request(f"Bad key predicate '({text}'.")
