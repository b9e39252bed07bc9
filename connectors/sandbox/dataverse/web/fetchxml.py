"""FetchXML, as far as clients of this scope use it: attributes, filters, order, top and paging."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree import ElementTree

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.messages import WebReply, WebRequest, reply_json
from connectors.sandbox.dataverse.web.rendering import View
from connectors.sandbox.dataverse.wiring import Row, property_of, wired
from connectors.sandbox.kernel.comparing import folded, sort_key
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.model import Table

Test = Callable[[Row], bool]
_ORDERED = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_LARGEST = 64 * 1024


def run_fetchxml(system: DataverseSystem, request: WebRequest, table: Table) -> WebReply:
    """Answer `?fetchXml=`."""
    text = request.options["fetchXml"]
    if len(text) > _LARGEST or "<!" in text:
        raise refusals.bad_query("Invalid XML.")
    try:
        fetch = ElementTree.fromstring(text)  # noqa: S314 - declarations are refused above
    except ElementTree.ParseError as error:
        raise refusals.bad_query(f"Invalid XML. {error}") from error
    entity = fetch.find("entity")
    if entity is None or entity.get("name") != table.name:
        raise refusals.bad_query(f"The fetch entity does not match '{table.name}'.")
    if entity.find("link-entity") is not None:
        raise refusals.not_supported("link-entity is not supported.")
    tests = [_group(table, item) for item in entity.findall("filter")]
    rows = [row for row in system.storage.rows(table.name).values() if all(t(row) for t in tests)]
    for order in reversed(entity.findall("order")):
        name = _property(table, order.get("attribute", ""))
        descending = order.get("descending", "false") == "true"
        rows.sort(key=lambda row, n=name: sort_key(row[n]), reverse=descending)  # type: ignore[misc]
    names = [item.get("name", "") for item in entity.findall("attribute")]
    select = [_property(table, name) for name in names] if names else None
    annotations = request.preferences.get("odata.include-annotations", "")
    view = View(system, table, select, annotations=annotations)
    return _page(request, view, rows, fetch)


def _page(request: WebRequest, view: View, rows: list[Row], fetch: Any) -> WebReply:
    size = int(fetch.get("top") or fetch.get("count") or 5000)
    page = int(fetch.get("page") or 1)
    shown = rows[(page - 1) * size : page * size]
    body: dict[str, Any] = {"@odata.context": view.context(request)}
    if fetch.get("top") is None and len(rows) > page * size:
        body["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"] = (
            f'<cookie pagenumber="{page + 1}" pagingcookie="%253ccookie%2520page%253d%2522{page}'
            '%2522%252f%253e" istracking="False" />'
        )
        body["@Microsoft.Dynamics.CRM.morerecords"] = True
    body["value"] = [view.show(row) for row in shown]
    return reply_json(body)


def _group(table: Table, element: Any) -> Test:
    tests = [_group(table, item) for item in element.findall("filter")]
    tests += [_condition(table, item) for item in element.findall("condition")]
    decide = any if element.get("type") == "or" else all
    return lambda row: decide(test(row) for test in tests)


def _condition(table: Table, element: Any) -> Test:
    name = _property(table, element.get("attribute", ""))
    kind, value = element.get("operator", ""), element.get("value", "")
    values = {folded(item.text) for item in element.findall("value")}
    if kind == "null":
        return lambda row: row[name] is None
    if kind == "not-null":
        return lambda row: row[name] is not None
    if kind in {"eq", "ne", "neq"}:
        return lambda row: (_text(row[name]) == folded(value)) is (kind == "eq")
    if kind in {"in", "not-in"}:
        return lambda row: (_text(row[name]) in values) is (kind == "in")
    if kind in {"like", "not-like", "begins-with", "ends-with"}:
        shape = {"begins-with": f"{value}%", "ends-with": f"%{value}"}.get(kind, value)
        pattern = re.compile(
            "".join({"%": ".*", "_": "."}.get(part, re.escape(part)) for part in folded(shape)),
            re.DOTALL,
        )
        return lambda row: (pattern.fullmatch(_text(row[name])) is not None) is (kind != "not-like")
    if kind in _ORDERED:
        compare = _ORDERED[kind]
        return lambda row: row[name] is not None and bool(compare(*_pair(row[name], value)))
    raise refusals.not_supported(f"The fetch operator '{kind}' is not supported.")


def _pair(value: Any, text: str) -> tuple[Any, Any]:
    if isinstance(value, int | Decimal):
        try:
            return value, Decimal(text)
        except InvalidOperation:
            raise refusals.bad_query(f"'{text}' is no number.") from None
    return folded(value), folded(text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return folded(value)


def _property(table: Table, name: str) -> str:
    column = table.by_name.get(name)
    if column is None or property_of(column) not in wired(table.name).properties:
        raise SystemRefusal(
            400,
            "0x80041103",
            f"'{table.name}' entity doesn't contain attribute with Name = '{name}'",
        )
    return property_of(column)
