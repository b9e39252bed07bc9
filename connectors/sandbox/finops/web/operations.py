"""One request of the data service, whether it came alone or inside a batch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.kinds import NAMESPACE
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.finops.views import ETAG, key_of
from connectors.sandbox.finops.web.answers import empty_answer, error_answer, json_answer
from connectors.sandbox.finops.web.csdl import document
from connectors.sandbox.finops.web.reading import read_one, read_set
from connectors.sandbox.finops.web.urls import Target, format_key, parse_target
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.jsonbody import decode_object
from connectors.sandbox.kernel.multipart import Answer, Operation
from connectors.sandbox.kernel.tokens import Caller

APPLICATION_VERSION = "10.0.47"
_PAGE = re.compile(r"odata\.maxpagesize=(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Performer:
    """Answers operations.

    Args:
        system: the ERP.
        faults: `force-conflict` is taken from here.
        page_size: the most rows of one page.
    """

    system: FinopsSystem
    faults: Faults
    page_size: int

    def perform(self, operation: Operation, base: str, caller: Caller) -> Answer:
        """Answer one operation; refusals come back as error answers."""
        try:
            return self._perform(operation, parse_target(operation.url), base, caller)
        except SystemRefusal as refusal:
            return error_answer(refusal)

    def _perform(self, operation: Operation, target: Target, base: str, caller: Caller) -> Answer:
        if not target.set_name or target.set_name == "$metadata":
            return self._service(operation, target, base)
        if target.rest.startswith(f"{NAMESPACE}."):
            return self._action(operation, target, base)
        company = None if target.cross_company else self.system.company_of(caller)
        if operation.method == "GET":
            if target.key is not None:
                return read_one(self.system, target, base, company)
            return read_set(self.system, target, base, company, self._page(operation))
        if target.rest:
            raise refusals.unknown_set(operation.url)
        if operation.method == "POST" and target.key is None:
            return self._create(operation, target, base, caller)
        if operation.method in {"PATCH", "PUT", "MERGE", "DELETE"} and target.key is not None:
            return self._change(operation, target, caller, company)
        raise SystemRefusal(
            405, "", f"The requested resource does not support http method '{operation.method}'."
        )

    def _create(self, operation: Operation, target: Target, base: str, caller: Caller) -> Answer:
        entity = self.system.entity(target.set_name)
        view = self.system.create(target.set_name, _body(operation), caller)
        key = format_key(key_of(entity, view), entity.bare_keys)
        location = f"{base}/data/{entity.set_name}({quote(key, safe=chr(39) + '=,:')})"
        context = f"{base}/data/$metadata#{entity.set_name}/$entity"
        return json_answer(
            {"@odata.context": context, **view},
            201,
            {"Location": location, "ETag": view[ETAG]},
        )

    def _change(
        self, operation: Operation, target: Target, caller: Caller, company: str | None
    ) -> Answer:
        if_match = operation.headers.get("if-match")
        conflict = if_match is not None and self.faults.take(
            "force-conflict", operation.method, operation.url
        )
        if conflict:
            raise refusals.stale(self.system.switches.fo_stale_status)
        key = target.key or {}
        if operation.method == "DELETE":
            self.system.delete(target.set_name, key, caller, if_match=if_match, company=company)
            return empty_answer()
        body = _body(operation)
        if operation.method == "PUT":
            entity = self.system.entity(target.set_name)
            body = {**entity.blank_body, **body}
        self.system.update(target.set_name, key, body, caller, if_match=if_match, company=company)
        return empty_answer()

    def _service(self, operation: Operation, target: Target, base: str) -> Answer:
        if operation.method != "GET" or target.rest:
            raise refusals.unknown_set(operation.url)
        if target.set_name:
            return Answer(200, {"Content-Type": "application/xml"}, document())
        sets = [{"name": name, "kind": "EntitySet", "url": name} for name in sorted(ENTITIES)]
        return json_answer({"@odata.context": f"{base}/data/$metadata", "value": sets})

    def _action(self, operation: Operation, target: Target, base: str) -> Answer:
        name = target.rest.removeprefix(f"{NAMESPACE}.")
        if operation.method != "POST" or (target.set_name, name) != (
            "DataManagementEntities",
            "GetApplicationVersion",
        ):
            raise refusals.unknown_set(operation.url)
        context = f"{base}/data/$metadata#Edm.String"
        return json_answer({"@odata.context": context, "value": APPLICATION_VERSION})

    def _page(self, operation: Operation) -> int:
        wanted = _PAGE.search(operation.headers.get("prefer", ""))
        size = int(wanted[1]) if wanted else self.page_size
        return max(1, min(size, self.page_size))


def _body(operation: Operation) -> dict[str, object]:
    try:
        return decode_object(operation.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusals.bad_request(f"The request body cannot be read: {error}") from None
