"""Reads: one row, a page of a set, a count.

Pages are bounded by the server and follow an opaque continuation that carries the whole query.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote_plus

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Entity
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.finops.views import ETAG, View, sort_key
from connectors.sandbox.finops.web.answers import json_answer
from connectors.sandbox.finops.web.equalities import equalities
from connectors.sandbox.finops.web.urls import Target
from connectors.sandbox.kernel.filters import FilterError, UnknownProperty, parse_filter, sort_rows
from connectors.sandbox.kernel.multipart import Answer
from connectors.sandbox.kernel.query import parse_orderby, parse_select

_OPTIONS = {"$filter", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$expand"}


def read_one(system: FinopsSystem, target: Target, base: str, company: str | None) -> Answer:
    """One row by its key, or one property of it."""
    entity = system.entity(target.set_name)
    view = system.get(target.set_name, target.key or {}, company=company)
    if view is None:
        raise refusals.missing()
    if target.rest:
        name, _, raw = target.rest.partition("/")
        _known(entity, [name])
        if raw == "$value":
            return Answer(200, {"Content-Type": "text/plain"}, str(view[name]).encode())
        context = f"{base}/data/$metadata#{entity.set_name}/{name}"
        return json_answer({"@odata.context": context, "value": view[name]})
    columns = _selection(entity, target.query)
    context = f"{base}/data/$metadata#{entity.set_name}{_shape(columns)}/$entity"
    return json_answer(
        {"@odata.context": context, **select(view, columns)}, headers={"ETag": view[ETAG]}
    )


def read_set(
    system: FinopsSystem, target: Target, base: str, company: str | None, page: int
) -> Answer:
    """A page of a set, or its count."""
    entity = system.entity(target.set_name)
    query = target.query
    for name in query:
        if name.startswith("$") and name not in _OPTIONS:
            raise refusals.bad_request(f"The query option '{name}' is not supported.")
    if query.get("$expand"):
        raise refusals.bad_request(f"Property '{query['$expand']}' cannot be expanded.")
    columns = _selection(entity, query)
    rows = _filtered(system, entity, query, company)
    total = len(rows)
    if target.rest == "$count":
        return Answer(200, {"Content-Type": "text/plain"}, str(total).encode())
    token = _token(query.get("$skiptoken"))
    ordered = "$orderby" in query
    if ordered:
        rows = _ordered(entity, rows, query["$orderby"])
    if "last" in token and not ordered:
        last = tuple(token["last"])
        rows = [row for row in rows if sort_key(entity, row) > last]
    else:
        rows = rows[token.get("skip", _number(query, "$skip") or 0) :]
    top = token.get("top", _number(query, "$top"))
    shown = rows[: page if top is None else min(page, top)]
    more = len(rows) > len(shown) and (top is None or top > len(shown))
    context = f"{base}/data/$metadata#{entity.set_name}{_shape(columns)}"
    body: dict[str, Any] = {"@odata.context": context}
    if query.get("$count", "").lower() == "true":
        body["@odata.count"] = total
    body["value"] = [select(row, columns) for row in shown]
    if more:
        follow: dict[str, Any] = {}
        if top is not None:
            follow["top"] = top - len(shown)
        if ordered:
            skipped = token.get("skip", _number(query, "$skip") or 0)
            follow["skip"] = skipped + len(shown)
        else:
            follow["last"] = sort_key(entity, shown[-1])
        body["@odata.nextLink"] = _next_link(base, target, follow)
    return json_answer(body)


def select(view: View, columns: list[str] | None) -> Mapping[str, Any]:
    """The wanted fields of a row, its etag always among them."""
    if columns is None:
        return view
    return {ETAG: view[ETAG], **{name: view[name] for name in columns}}


def _filtered(
    system: FinopsSystem, entity: Entity, query: Mapping[str, str], company: str | None
) -> list[View]:
    text = query.get("$filter")
    if not text:
        return system.scan(entity.set_name, company=company)
    wanted = equalities(entity, text)
    if wanted is not None:
        return system.find(entity.set_name, wanted, company=company)
    strict = system.switches.enum_literal == "strict"
    enums = {field.name for field in entity.fields.values() if field.kind.enum} if strict else ()
    try:
        predicate = parse_filter(
            text,
            "finops",
            properties=entity.fields,
            enums=enums,
            aliases={name: value for name, value in query.items() if name.startswith("@")},
            now=system.clock,
        )
        return system.scan(entity.set_name, predicate, company=company)
    except UnknownProperty as error:
        raise refusals.unknown_property(entity.type_name, error.name) from None
    except (FilterError, TypeError) as error:
        raise refusals.bad_request(str(error)) from None


def _ordered(entity: Entity, rows: list[View], text: str) -> list[View]:
    try:
        order = parse_orderby(text)
    except ValueError as error:
        raise refusals.bad_request(str(error)) from None
    _known(entity, [name for name, _ in order])
    return sort_rows(rows, order)


def _selection(entity: Entity, query: Mapping[str, str]) -> list[str] | None:
    columns = parse_select(query.get("$select"))
    if columns is None or columns == ["*"]:
        return None
    _known(entity, columns)
    return columns


def _known(entity: Entity, names: list[str]) -> None:
    for name in names:
        if name not in entity.fields:
            raise refusals.unknown_property(entity.type_name, name)


def _shape(columns: list[str] | None) -> str:
    return "" if columns is None else f"({','.join(columns)})"


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not text.isdigit():
        raise refusals.bad_request(f"The query option '{name}' needs a number, not '{text}'.")
    return int(text)


def _token(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode()))
    except ValueError:
        raise refusals.bad_request("The continuation token cannot be read.") from None
    return found if isinstance(found, dict) else {}


def _next_link(base: str, target: Target, follow: Mapping[str, Any]) -> str:
    token = base64.urlsafe_b64encode(json.dumps(follow).encode()).decode()
    kept = [
        pair
        for pair in target.raw_query.split("&")
        if pair and unquote_plus(pair.partition("=")[0]) != "$skiptoken"
    ]
    query = "&".join([*kept, f"$skiptoken={quote(token)}"])
    return f"{base}/data/{target.set_name}?{query}"
