"""Routes a request under the service root to what answers it."""

from __future__ import annotations

import re

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import row_address, table_of_set
from connectors.sandbox.dataverse.process.act import NAMESPACE
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.dataverse.web.actions import Actions
from connectors.sandbox.dataverse.web.csdl import metadata_document
from connectors.sandbox.dataverse.web.messages import (
    WebReply,
    WebRequest,
    reply_error,
    reply_json,
    service_target,
)
from connectors.sandbox.dataverse.web.metadata import answer_metadata
from connectors.sandbox.dataverse.web.reads import Reads
from connectors.sandbox.dataverse.web.switches import Switches
from connectors.sandbox.dataverse.web.writes import Writes
from connectors.sandbox.kernel.batching import run_batch
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.model import Table
from connectors.sandbox.kernel.multipart import (
    Answer,
    Changeset,
    Operation,
    parse_batch,
    render_batch,
)

_SEGMENT = re.compile(r"^(?P<set>[A-Za-z_]\w*)(?:\((?P<key>.*)\))?$", re.DOTALL)
_BATCH_LIMIT = 1000


class Service:
    """The Web API over one system."""

    def __init__(
        self, system: DataverseSystem, faults: Faults, switches: Switches | None = None
    ) -> None:
        self._system = system
        self._switches = switches or Switches()
        self._reads = Reads(system, faults)
        self._writes = Writes(system, faults, self._switches)
        self._actions = Actions(system)

    def answer(self, request: WebRequest) -> WebReply:
        """Answer one request; a refusal becomes Dataverse's error body."""
        try:
            if request.path.strip("/") == "$batch":
                return self._batch(request)
            return self._single(request)
        except SystemRefusal as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: SystemRefusal) -> WebReply:
        if refusal.status == 404 and self._switches.missing_row_code == "empty":
            refusal.code = ""
        return reply_error(refusal)

    def _single(self, request: WebRequest) -> WebReply:
        segments = request.segments
        if not segments:
            return _service_document(request)
        head = segments[0]
        if head == "$metadata":
            headers = {"Content-Type": "application/xml", "OData-Version": "4.0"}
            return WebReply(200, headers, metadata_document())
        if head.startswith("EntityDefinitions"):
            return answer_metadata(request, self._system)
        answered = self._actions.unbound(request, head)
        if answered is not None:
            return answered
        match = _SEGMENT.match(_rejoined(segments))
        if match is None:
            raise refusals.no_segment(head)
        table = table_of_set(match["set"])
        if match["key"] is None:
            return self._on_set(request, table, segments[1:])
        return self._on_row(request, table, match["key"], _rest(segments))

    def _on_set(self, request: WebRequest, table: Table, rest: list[str]) -> WebReply:
        if rest == ["$count"] and request.method == "GET":
            return self._reads.count(request, table)
        if rest and rest[0].startswith(NAMESPACE):
            return self._actions.bound(request, table, rest[0])
        if rest:
            raise refusals.no_segment(rest[0])
        if request.method == "GET":
            return self._reads.rows(request, table)
        if request.method == "POST":
            return self._writes.create(request, table)
        raise SystemRefusal(
            405,
            "0x80060888",
            f"The requested resource does not support http method '{request.method}'.",
        )

    def _on_row(self, request: WebRequest, table: Table, key: str, rest: list[str]) -> WebReply:
        address = row_address(table, key)
        if rest:
            if rest[0].startswith(NAMESPACE):
                return self._actions.on_row(request, address, rest[0])
            if request.method == "GET":
                return self._reads.property(request, address, rest)
            return self._writes.property(request, address, rest)
        if request.method == "GET":
            return self._reads.row(request, address)
        if request.method == "PATCH":
            return self._writes.patch(request, address)
        if request.method == "DELETE":
            return self._writes.delete(request, address)
        raise SystemRefusal(
            405,
            "0x80060888",
            f"The requested resource does not support http method '{request.method}'.",
        )

    def _batch(self, request: WebRequest) -> WebReply:
        if request.method != "POST":
            raise refusals.no_resource(request.url("$batch"))
        parts = parse_batch(request.headers.get("content-type", ""), request.body)
        count = sum(len(p.operations) if isinstance(p, Changeset) else 1 for p in parts)
        if count > _BATCH_LIMIT:
            raise refusals.bad_query(
                f"The current change set contains too many operations ({count}). Only up to "
                f"{_BATCH_LIMIT} are allowed."
            )

        def perform(operation: Operation) -> Answer:
            return self._operation(request, operation)

        status, answers = run_batch(
            parts,
            perform,
            self._system.transaction,
            lambda refusal: _as_answer(self._refused(refusal)),
            continue_on_error="odata.continue-on-error" in request.preferences,
        )
        content_type, body = render_batch(answers)
        return WebReply(status, {"Content-Type": content_type, "OData-Version": "4.0"}, body)

    def _operation(self, outer: WebRequest, operation: Operation) -> Answer:
        inner = WebRequest(
            operation.method,
            service_target(operation.url),
            operation.headers,
            operation.body,
            outer.base,
            outer.caller,
        )
        try:
            return _as_answer(self._single(inner))
        except SystemRefusal as refusal:
            return _as_answer(self._refused(refusal))


def _as_answer(reply: WebReply) -> Answer:
    return Answer(reply.status, reply.headers, reply.body)


def _service_document(request: WebRequest) -> WebReply:
    sets = [
        {"name": table.entity_set, "kind": "EntitySet", "url": table.entity_set}
        for table in all_tables().values()
    ]
    return reply_json({"@odata.context": request.url("$metadata"), "value": sets})


def _rejoined(segments: list[str]) -> str:
    """The first segment, with what a slash inside a quoted key value tore off."""
    text = segments[0]
    for part in segments[1:]:
        if text.count("'") % 2 == 0:
            break
        text = f"{text}/{part}"
    return text


def _rest(segments: list[str]) -> list[str]:
    taken = _rejoined(segments).count("/") - segments[0].count("/")
    return segments[1 + taken :]
