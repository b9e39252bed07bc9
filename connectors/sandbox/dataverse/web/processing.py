"""The actions of the sales process over HTTP: how they are called, and how they answer."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import RowAddress
from connectors.sandbox.dataverse.process import ACTIONS, Answer
from connectors.sandbox.dataverse.process.act import NAMESPACE
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.messages import (
    WebReply,
    WebRequest,
    reply_empty,
    reply_json,
)
from connectors.sandbox.dataverse.web.rendering import View
from connectors.sandbox.dataverse.wiring import wired
from connectors.sandbox.kernel.model import Table


class ProcessActions:
    """Answers the process actions of one system."""

    def __init__(self, system: DataverseSystem) -> None:
        self._system = system

    def knows(self, name: str) -> bool:
        """Whether there is such an action at the service root."""
        return ACTIONS.find(name) is not None

    def unbound(self, request: WebRequest, name: str) -> WebReply:
        """`POST /WinQuote`."""
        return self._do(request, name)

    def on_set(self, request: WebRequest, table: Table, name: str) -> WebReply:
        """`POST /salesorders/Microsoft.Dynamics.CRM.FulfillSalesOrder`."""
        if ACTIONS.find(name, table.name) is None:
            raise refusals.no_resource(request.url(request.path))
        return self._do(request, name)

    def on_row(self, request: WebRequest, address: RowAddress, name: str) -> WebReply:
        """`POST /leads(id)/Microsoft.Dynamics.CRM.QualifyLead`."""
        if ACTIONS.find(name, address.table.name, on_row=True) is None:
            raise refusals.no_resource(request.url(request.path))
        row_id = self._system.resolve(address)
        return self._do(request, name, (address.table.entity_set, row_id))

    def _do(
        self, request: WebRequest, name: str, target: tuple[str, str] | None = None
    ) -> WebReply:
        body = request.json() if request.body else {}
        # One transaction around both: a column set that cannot be shown undoes the action.
        with self._system.transaction():
            answer = self._system.act(name, body, request.caller, request.tag, target)
            if answer.many:
                return _collection(request, answer)
            if not answer.rows:
                return reply_empty()
            return self._one(request, answer, body.get("ColumnSet"))

    def _one(self, request: WebRequest, answer: Answer, columns: Any) -> WebReply:
        name, row = answer.rows[0]
        table = wired(name).table
        wanted = request.preferences.get("odata.include-annotations", "")
        view = View(self._system, table, _selected(columns), annotations=wanted)
        shown: dict[str, Any] = {"@odata.context": view.context(request, "/$entity")}
        if answer.typed:
            shown["@odata.type"] = f"#{NAMESPACE}{name}"
        return reply_json({**shown, **view.show(row)})


def _selected(columns: Any) -> list[str] | None:
    """The columns of a `ColumnSet`; `None` means all of them."""
    if not isinstance(columns, dict) or not columns.keys() & {"AllColumns", "Columns"}:
        raise refusals.invalid(
            'The required parameter \'ColumnSet\' is {"AllColumns": true} or {"Columns": [...]}.'
        )
    return None if columns.get("AllColumns") else list(columns.get("Columns") or [])


def _collection(request: WebRequest, answer: Answer) -> WebReply:
    rows = [
        {"@odata.type": f"#{NAMESPACE}{name}", wired(name).table.id_column: row_id}
        for name, row_id in ((name, row[wired(name).table.id_column]) for name, row in answer.rows)
    ]
    context = request.url(f"$metadata#Collection({NAMESPACE}crmbaseentity)")
    return reply_json({"@odata.context": context, "value": rows})
