"""POST, PATCH, PUT and DELETE on rows, properties and links."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import RowAddress, parse_row_address, row_address
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.messages import (
    WebReply,
    WebRequest,
    reply_empty,
    reply_json,
)
from connectors.sandbox.dataverse.web.rendering import View
from connectors.sandbox.dataverse.web.switches import Switches
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.model import Table


class Writes:
    """Answers writes of one system.

    Args:
        system: the organisation.
        faults: a `force-conflict` fault makes the next conditional write stale.
        switches: behaviours on which sources disagree.
    """

    def __init__(self, system: DataverseSystem, faults: Faults, switches: Switches) -> None:
        self._system = system
        self._faults = faults
        self._switches = switches

    def create(self, request: WebRequest, table: Table) -> WebReply:
        """`POST /accounts`."""
        view = View.of(self._system, table, request)
        row = self._system.create(table.entity_set, request.json(), request.caller, request.tag)
        return self._written(request, table, row, view, created=True)

    def patch(self, request: WebRequest, address: RowAddress) -> WebReply:
        """`PATCH /accounts(key)`: an upsert, unless a condition says otherwise."""
        table = address.table
        view = View.of(self._system, table, request)
        self._maybe_conflict(request)
        live = self._switches.altkey_create_only == "live"
        if request.create_only and address.row_id is None and live:
            if self._system.find(address) is None:
                raise refusals.key_not_found(table.name)
            raise refusals.exists()
        row, created = self._system.upsert(
            table.entity_set,
            address.row_id or address.key,
            request.json(),
            request.caller,
            create_only=request.create_only,
            if_match=request.if_match,
            tag=request.tag,
        )
        return self._written(request, table, row, view, created=created, address=address)

    def delete(self, request: WebRequest, address: RowAddress) -> WebReply:
        """`DELETE /accounts(key)`."""
        self._maybe_conflict(request)
        self._system.delete(
            address.table.entity_set,
            address.row_id or address.key,
            request.caller,
            request.if_match,
            request.tag,
        )
        return reply_empty()

    def property(self, request: WebRequest, address: RowAddress, rest: list[str]) -> WebReply:
        """`PUT` or `DELETE` of `/accounts(key)/name`; `$ref` of a lookup or a collection."""
        table, name = address.table, rest[0]
        if rest[1:2] == ["$ref"] or name in wired(table.name).bindings:
            collection, _, other = name.partition("(")
            return self._link(request, address, collection, other.rstrip(")"))
        if name not in wired(table.name).writable:
            raise refusals.no_segment(name)
        if request.method == "DELETE":
            value: Any = None
        elif request.method in {"PUT", "PATCH"}:
            value = request.json().get("value")
        else:
            raise refusals.no_resource(request.url(request.path))
        return self._set(request, address, {name: value})

    def _link(self, request: WebRequest, address: RowAddress, name: str, other: str) -> WebReply:
        table = address.table
        if name in table.collections:
            return self._collection_link(request, address, name, other)
        if name not in wired(table.name).bindings:
            raise refusals.no_segment(name)
        target = None
        if request.method in {"PUT", "POST"}:
            target = request.json().get("@odata.id")
        elif request.method != "DELETE":
            raise refusals.no_resource(request.url(request.path))
        return self._set(request, address, {f"{name}@odata.bind": target})

    def _collection_link(
        self, request: WebRequest, address: RowAddress, name: str, key: str
    ) -> WebReply:
        child, lookup = address.table.collections[name]
        parent = self._row(address)
        if key:
            other = row_address(wired(child).table, key)
        else:
            link = request.json().get("@odata.id") or request.options.get("$id", "")
            other = parse_row_address(str(link))
        column = wired(child).table.by_name[lookup]
        navigation = next(
            target.navigation for target in column.targets if target.table == address.table.name
        )
        value = None
        if request.method == "POST":
            id_column = address.table.id_column
            value = f"/{address.table.entity_set}({parent[id_column]})"
        body = {f"{navigation}@odata.bind": value}
        self._system.update(
            other.table.entity_set,
            other.row_id or other.key,
            body,
            request.caller,
            None,
            request.tag,
        )
        return reply_empty()

    def _set(self, request: WebRequest, address: RowAddress, body: dict[str, Any]) -> WebReply:
        self._system.update(
            address.table.entity_set,
            address.row_id or address.key,
            body,
            request.caller,
            request.if_match,
            request.tag,
        )
        return reply_empty()

    def _row(self, address: RowAddress) -> Row:
        row = self._system.find(address)
        if row is None:
            raise self._system.missing(address)
        return row

    def _maybe_conflict(self, request: WebRequest) -> None:
        if request.if_match in {None, "*"}:
            return
        if self._faults.take("force-conflict", request.method, request.path) is not None:
            raise refusals.stale()

    def _written(
        self,
        request: WebRequest,
        table: Table,
        row: Row,
        view: View,
        *,
        created: bool,
        address: RowAddress | None = None,
    ) -> WebReply:
        key = str(row[table.id_column])
        if address is not None and address.row_id is None:
            key = address.text
        location = request.url(f"{table.entity_set}({key})")
        headers = {"OData-EntityId": location, "Location": location}
        if not request.wants_representation:
            return reply_empty(headers)
        headers |= {"ETag": row["@odata.etag"], "Preference-Applied": "return=representation"}
        shown = {"@odata.context": view.context(request, "/$entity"), **view.show(row)}
        return reply_json(shown, 201 if created else 200, headers)
