"""GET on rows, sets, properties and counts."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import RowAddress
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web import paging
from connectors.sandbox.dataverse.web.fetchxml import run_fetchxml
from connectors.sandbox.dataverse.web.messages import (
    WebReply,
    WebRequest,
    reply_empty,
    reply_json,
)
from connectors.sandbox.dataverse.web.rendering import View
from connectors.sandbox.dataverse.web.sqlquery import run_sql
from connectors.sandbox.dataverse.web.tracking import Tracking
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.model import Table

_COUNT_CAP = 5000
_OPTIONS = {
    "$select",
    "$filter",
    "$orderby",
    "$expand",
    "$top",
    "$count",
    "$skiptoken",
    "$deltatoken",
    "$format",
}


class Reads:
    """Answers reads of one system."""

    def __init__(self, system: DataverseSystem, faults: Faults) -> None:
        self._system = system
        self._tracking = Tracking(system, faults)

    def row(self, request: WebRequest, address: RowAddress) -> WebReply:
        """`GET /accounts(id)`: the row, 304 when it is the one the client has, or 404."""
        self._check_options(request)
        row = self._row(address)
        view = View.of(self._system, address.table, request)
        known = request.headers.get("if-none-match", "").strip()
        if view.plain and known == row["@odata.etag"]:
            return reply_empty(status=304)
        shown = {"@odata.context": view.context(request, "/$entity"), **view.show(row)}
        headers = {"ETag": row["@odata.etag"], **applied(request)}
        return reply_json(shown, 200, headers)

    def property(self, request: WebRequest, address: RowAddress, rest: list[str]) -> WebReply:
        """`GET /accounts(id)/name`, `/name/$value`, `/primarycontactid` or its `/$ref`."""
        row, name = self._row(address), rest[0]
        table = address.table
        if name in wired(table.name).properties:
            return self._value(request, address, row, rest)
        target, found = self._system.reading.follow(table, row, name)
        if isinstance(found, list):
            return self._collection(request, target, found, rest[1:])
        if found is None:
            return reply_empty()
        if rest[1:] == ["$ref"]:
            link = request.url(f"{target.entity_set}({found[target.id_column]})")
            return reply_json({"@odata.context": request.url("$metadata#$ref"), "@odata.id": link})
        view = View.of(self._system, target, request)
        return reply_json({"@odata.context": view.context(request, "/$entity"), **view.show(found)})

    def rows(self, request: WebRequest, table: Table) -> WebReply:
        """`GET /accounts`, with or without change tracking, FetchXML or SQL."""
        if "fetchXml" in request.options:
            return run_fetchxml(self._system, request, table)
        if "sql" in request.options:
            return run_sql(self._system, request, table)
        self._check_options(request)
        if self._tracking.concerns(request):
            return self._tracking.answer(request, table)
        rows = self._system.reading.rows(
            table,
            request.options.get("$filter"),
            request.options.get("$orderby"),
            None,
            request.aliases,
        )
        return self._page(request, table, rows)

    def count(self, request: WebRequest, table: Table) -> WebReply:
        """`GET /accounts/$count`: a plain number, at most 5000."""
        if "$deltatoken" in request.options:
            number = self._tracking.count(request, table)
        else:
            rows = self._system.reading.rows(
                table, request.options.get("$filter"), None, None, request.aliases
            )
            number = len(rows)
        headers = {"Content-Type": "text/plain", "OData-Version": "4.0"}
        return WebReply(200, headers, str(min(number, _COUNT_CAP)).encode())

    def _collection(
        self, request: WebRequest, table: Table, rows: list[Row], rest: list[str]
    ) -> WebReply:
        if "$filter" in request.options:
            test = self._system.reading.predicate(
                table, request.options["$filter"], request.aliases
            )
            rows = [row for row in rows if test(row)]
        if rest == ["$count"]:
            return WebReply(200, {"Content-Type": "text/plain"}, str(len(rows)).encode())
        if rest == ["$ref"]:
            links = [
                {"@odata.id": request.url(f"{table.entity_set}({row[table.id_column]})")}
                for row in rows
            ]
            context = request.url("$metadata#Collection($ref)")
            return reply_json({"@odata.context": context, "value": links})
        rows.sort(key=lambda row: str(row[table.id_column]))
        return self._page(request, table, rows)

    def _row(self, address: RowAddress) -> Row:
        row = self._system.find(address)
        if row is None:
            raise self._system.missing(address)
        return row

    def _value(
        self, request: WebRequest, address: RowAddress, row: Row, rest: list[str]
    ) -> WebReply:
        value = row[rest[0]]
        if value is None:
            return reply_empty()
        if rest[1:] == ["$value"]:
            return WebReply(200, {"Content-Type": "text/plain"}, str(value).encode())
        table = address.table
        where = f"$metadata#{table.entity_set}({row[table.id_column]})/{rest[0]}"
        return reply_json({"@odata.context": request.url(where), "value": value})

    def _page(self, request: WebRequest, table: Table, rows: list[Row]) -> WebReply:
        options, total = request.options, len(rows)
        view = View.of(self._system, table, request)
        position = paging.read_position(request) or paging.Position()
        rows = _after(table, rows, position, bool(options.get("$orderby")))
        more = False
        if "$top" in options:
            rows = rows[: _whole(options["$top"])]
        else:
            size = paging.page_size(request)
            rows, more = rows[:size], len(rows) > size
        body: dict[str, Any] = {"@odata.context": view.context(request)}
        if options.get("$count", "").lower() == "true":
            body["@odata.count"] = min(total, _COUNT_CAP)
            if total > _COUNT_CAP or "odata.include-annotations" in request.preferences:
                body["@Microsoft.Dynamics.CRM.totalrecordcount"] = min(total, _COUNT_CAP)
                body["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"] = total > _COUNT_CAP
        body["value"] = [view.show(row) for row in rows]
        if more:
            following = paging.Position(
                page=position.page + 1,
                last=str(rows[-1][table.id_column]),
                offset=position.offset + len(rows),
            )
            body["@odata.nextLink"] = paging.next_link(request, following, table.id_column)
        return reply_json(body, 200, applied(request))

    def _check_options(self, request: WebRequest) -> None:
        for name in request.options:
            if name in {"$skip", "$search"}:
                raise refusals.bad_query(f"The query parameter {name} is not supported.")
            if name == "$apply":
                raise refusals.not_supported("The query parameter $apply is not supported.")
            if name.startswith("$") and name not in _OPTIONS:
                raise refusals.bad_query(f"The query parameter {name} is not supported.")


def applied(request: WebRequest) -> dict[str, str]:
    """The header that tells which preferences were honoured."""
    honoured = []
    for name, value in request.preferences.items():
        if name == "odata.include-annotations":
            honoured.append(f'odata.include-annotations="{value}"')
        elif name == "odata.maxpagesize" and value.isdigit():
            honoured.append(f"odata.maxpagesize={paging.page_size(request)}")
        elif name == "odata.track-changes":
            honoured.append("odata.track-changes")
    return {"Preference-Applied": ",".join(honoured)} if honoured else {}


def _after(table: Table, rows: list[Row], position: paging.Position, ordered: bool) -> list[Row]:
    if position.page == 1:
        return rows
    if ordered:
        return rows[position.offset :]
    return [row for row in rows if str(row[table.id_column]) > position.last]


def _whole(text: str) -> int:
    if not text.isdigit():
        raise refusals.bad_query(f"Invalid value '{text}' for $top query option.")
    return int(text)
