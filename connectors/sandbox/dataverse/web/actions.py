"""Actions and functions: the sales process, the `*Multiple` messages, bulk delete, who am I."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.dataverse import autonumbers, refusals
from connectors.sandbox.dataverse.addresses import RowAddress, parse_row_address
from connectors.sandbox.dataverse.process.act import NAMESPACE
from connectors.sandbox.dataverse.seed import ORGANIZATION
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.messages import (
    WebReply,
    WebRequest,
    reply_empty,
    reply_json,
)
from connectors.sandbox.dataverse.web.processing import ProcessActions
from connectors.sandbox.dataverse.wiring import wired
from connectors.sandbox.kernel.model import Table

_LARGEST = 1000
_NUMBERS = {
    "GetNextAutoNumberValue": autonumbers.next_value,
    "GetAutoNumberSeed": autonumbers.seed,
}


class Actions:
    """Answers the actions of this scope."""

    def __init__(self, system: DataverseSystem) -> None:
        self._system = system
        self._process = ProcessActions(system)
        self._bound: Mapping[str, Callable[[WebRequest, Table], WebReply]] = {
            "CreateMultiple": self._create_multiple,
            "UpdateMultiple": self._update_multiple,
            "UpsertMultiple": self._upsert_multiple,
        }

    def bound(self, request: WebRequest, table: Table, name: str) -> WebReply:
        """An action on an entity set."""
        action = self._bound.get(name.removeprefix(NAMESPACE))
        if request.method != "POST":
            raise refusals.no_resource(request.url(request.path))
        if action is None:
            return self._process.on_set(request, table, name.removeprefix(NAMESPACE))
        return action(request, table)

    def on_row(self, request: WebRequest, address: RowAddress, name: str) -> WebReply:
        """An action on one row."""
        self._only(request, "POST")
        return self._process.on_row(request, address, name.removeprefix(NAMESPACE))

    def unbound(self, request: WebRequest, name: str) -> WebReply | None:
        """A function or action of the service root, or `None` when there is none of this name."""
        plain = name.removesuffix("()")
        if plain == "WhoAmI":
            self._only(request, "GET")
            return self._who_am_i(request)
        if plain == "RetrieveVersion":
            self._only(request, "GET")
            context = request.url(f"$metadata#{NAMESPACE}RetrieveVersionResponse")
            return reply_json({"@odata.context": context, "Version": "9.2.26111.00164"})
        if plain == "BulkDelete":
            self._only(request, "POST")
            return self._bulk_delete(request)
        if plain in _NUMBERS:
            self._only(request, "POST")
            told = _NUMBERS[plain](self._system, request.json())
            return reply_json(
                {"@odata.context": request.url(f"$metadata#{NAMESPACE}{plain}Response"), **told}
            )
        if plain == "SetAutoNumberSeed":
            self._only(request, "POST")
            autonumbers.set_seed(self._system, request.json())
            return reply_empty()
        if self._process.knows(plain):
            self._only(request, "POST")
            return self._process.unbound(request, plain)
        return None

    def _only(self, request: WebRequest, method: str) -> None:
        if request.method != method:
            raise refusals.no_resource(request.url(request.path))

    def _who_am_i(self, request: WebRequest) -> WebReply:
        user = self._system.storage.get("systemuser", request.caller.user_id) or {}
        return reply_json(
            {
                "@odata.context": request.url(f"$metadata#{NAMESPACE}WhoAmIResponse"),
                "BusinessUnitId": user.get("_businessunitid_value"),
                "UserId": request.caller.user_id,
                "OrganizationId": ORGANIZATION,
            }
        )

    def _create_multiple(self, request: WebRequest, table: Table) -> WebReply:
        with self._system.transaction():
            ids = [
                self._system.create(table.entity_set, body, request.caller, request.tag)[
                    table.id_column
                ]
                for body in _targets(request, table)
            ]
        context = request.url(f"$metadata#{NAMESPACE}CreateMultipleResponse")
        return reply_json({"@odata.context": context, "Ids": ids})

    def _update_multiple(self, request: WebRequest, table: Table) -> WebReply:
        with self._system.transaction():
            for body in _targets(request, table):
                row_id = body.pop(table.id_column, None)
                key: Any = row_id
                if row_id is None:
                    if "@odata.id" not in body:
                        raise refusals.invalid("Every target needs its id or its alternate key.")
                    address = parse_row_address(body["@odata.id"])
                    key = address.row_id or address.key
                self._system.update(table.entity_set, key, body, request.caller, None, request.tag)
        return reply_empty()

    def _upsert_multiple(self, request: WebRequest, table: Table) -> WebReply:
        with self._system.transaction():
            for body in _targets(request, table):
                if "@odata.id" in body:
                    address = parse_row_address(body["@odata.id"])
                    key: Any = address.row_id or address.key
                elif table.id_column in body:
                    key = body[table.id_column]
                else:
                    raise refusals.invalid("Every target needs @odata.id or its id.")
                self._system.upsert(table.entity_set, key, body, request.caller, tag=request.tag)
        return reply_empty()

    def _bulk_delete(self, request: WebRequest) -> WebReply:
        for query in request.json().get("QuerySet", []):
            table = wired(str(query.get("EntityName", ""))).table
            for row_id in _bulk_ids(query, table):
                if self._system.storage.get(table.name, row_id) is not None:
                    self._system.delete(table.entity_set, row_id, request.caller)
        context = request.url(f"$metadata#{NAMESPACE}BulkDeleteResponse")
        return reply_json({"@odata.context": context, "JobId": str(uuid.uuid4())})


def _targets(request: WebRequest, table: Table) -> list[dict[str, Any]]:
    targets = request.json().get("Targets")
    if not isinstance(targets, list) or not targets:
        raise refusals.invalid("Targets is missing or empty.")
    if len(targets) > _LARGEST:
        raise refusals.invalid(f"At most {_LARGEST} targets are allowed.")
    for target in targets:
        kind = str(target.get("@odata.type", "")).lstrip("#")
        if kind != f"{NAMESPACE}{table.name}":
            raise refusals.bad_payload(
                table.entity_set, f"A target's @odata.type '{kind}' is not {NAMESPACE}{table.name}."
            )
    return [dict(target) for target in targets]


def _bulk_ids(query: Mapping[str, Any], table: Table) -> list[str]:
    conditions = (query.get("Criteria") or {}).get("Conditions") or []
    ids: list[str] = []
    for condition in conditions:
        if condition.get("AttributeName") != table.id_column:
            raise refusals.not_supported("Bulk delete is offered by row id only.")
        ids += [str(value.get("Value", "")).lower() for value in condition.get("Values", [])]
    if not ids:
        raise refusals.invalid("A bulk delete needs the ids of its rows.")
    return ids
