"""Turns committed events into webhook deliveries, driven by the registered rows.

Source: Microsoft docs, webhooks (one retry, only for 502, 503 and 504; over 256 KB the target and
the images are left out; a failed asynchronous delivery leaves a failed system job).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.events import RowEvent
from connectors.sandbox.dataverse.seed import SYSTEM_USER
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.contexts import execution_context, trimmed
from connectors.sandbox.dataverse.writing import Context
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import Delivery, HookQueue, Outcome
from connectors.sandbox.kernel.jsonbody import encode_json
from connectors.sandbox.kernel.tokens import Caller

_REGISTRATION = {
    "serviceendpoint",
    "sdkmessageprocessingstep",
    "sdkmessageprocessingstepimage",
}
_LARGEST = 256 * 1024
_FAILED = 31
_WEBHOOK = 8


@dataclass(frozen=True, slots=True)
class _Step:
    row: Mapping[str, Any]
    endpoint: Mapping[str, Any]
    images: Sequence[Mapping[str, Any]]
    columns: frozenset[str]


class Webhooks:
    """Listens to a system and queues deliveries.

    Args:
        system: the organisation whose events are delivered.
        queue: the sender.
        faults: may trim or wrap a body.
        organization: the host name that the delivery headers carry.
    """

    def __init__(
        self, system: DataverseSystem, queue: HookQueue, faults: Faults, organization: str = "org"
    ) -> None:
        self._system = system
        self._queue = queue
        self._faults = faults
        self._organization = organization
        self._steps: dict[tuple[str, str], list[_Step]] | None = None
        self._generation = -1
        queue.on_failure = self.failed
        system.before_commit(self.asked)
        system.on_event(self.told)

    @property
    def synchronous(self) -> bool:
        """Whether a registered step takes part in the user's save."""
        return any(step.row["mode"] == 0 for steps in self._registered().values() for step in steps)

    def asked(self, events: list[RowEvent]) -> None:
        """Let the synchronous steps agree before the commit.

        Raises:
            SystemRefusal: a step did not answer with success; the save is undone.
        """
        if self._steps is not None and not self.synchronous:
            return
        for step, event in self._wanted(events, mode=0):
            delivery = self._delivery(step, event, str(uuid.uuid4()))
            status = self._queue.send_now(delivery)
            if status is None or not 200 <= status < 300:
                raise refusals.business(
                    f"The webhook call of step '{step.row['name']}' failed: "
                    f"{'no answer' if status is None else f'status {status}'}."
                )

    def told(self, events: list[RowEvent]) -> None:
        """Queue what the events of one commit ask for."""
        if any(event.table in _REGISTRATION for event in events):
            self._steps = None
        correlation = str(uuid.uuid4())
        for step, event in self._wanted(events, mode=1):
            self._queue.enqueue(self._delivery(step, event, correlation))

    def failed(self, outcome: Outcome) -> None:
        """Leave a failed system job, as an asynchronous step does."""
        values = {
            "name": "Webhook delivery",
            "message": f"The webhook answered {outcome.status or 'nothing'}.",
            "statecode": 3,
            "statuscode": _FAILED,
            "errorcode": outcome.status,
            "_owningextensionid_value": outcome.delivery.reference,
        }
        with self._system.transaction():
            self._system.writer.insert(
                "asyncoperation", values, Context(Caller(SYSTEM_USER, "", True))
            )

    def _wanted(self, events: Iterable[RowEvent], mode: int) -> Iterator[tuple[_Step, RowEvent]]:
        for event in events:
            for step in self._registered().get((event.message, event.table), ()):
                if step.row["mode"] == mode and self._concerned(step, event):
                    yield step, event

    def _concerned(self, step: _Step, event: RowEvent) -> bool:
        if event.message != "Update" or not step.columns:
            return True
        return any(
            name in step.columns or name.removeprefix("_").removesuffix("_value") in step.columns
            for name in event.target
        )

    def _delivery(self, step: _Step, event: RowEvent, correlation: str) -> Delivery:
        wrap = self._faults.take("hook-wrap", "", event.table) is not None
        body = execution_context(
            self._system,
            event,
            step.row,
            step.images,
            correlation,
            wrap=wrap or step.row["mode"] == 0,
        )
        headers = {
            "x-request-id": str(uuid.uuid4()),
            "x-ms-dynamics-organization": self._organization,
            "x-ms-dynamics-entity-name": event.table,
            "x-ms-dynamics-request-name": event.message,
            "x-ms-correlation-request-id": correlation,
        }
        oversize = self._faults.take("hook-oversize", "", event.table) is not None
        encoded = encode_json(body)
        if oversize or len(encoded) > _LARGEST:
            encoded = encode_json(trimmed(body))
            headers["x-ms-dynamics-msg-size-exceeded"] = "true"
        url, secret = self._authorized(step.endpoint)
        return Delivery(
            url,
            encoded,
            headers | secret,
            event.table,
            str(step.row["sdkmessageprocessingstepid"]),
        )

    def _authorized(self, endpoint: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
        secrets = self._system.secret("serviceendpoint", endpoint["serviceendpointid"])
        url, value = str(endpoint["url"]), str(secrets.get("authvalue") or "")
        kind = endpoint["authtype"]
        joint = "&" if "?" in url else "?"
        if kind == 4 and value:
            return f"{url}{joint}code={quote(value, safe='')}", {}
        if kind == 5:
            return url, _settings(value)
        if kind == 6:
            pairs = [f"{quote(k)}={quote(v, safe='')}" for k, v in _settings(value).items()]
            return f"{url}{joint}{'&'.join(pairs)}" if pairs else url, {}
        return url, {}

    def _registered(self) -> dict[tuple[str, str], list[_Step]]:
        generation = self._system.storage.generation
        if self._steps is None or self._generation != generation:
            self._steps = self._read()
            self._generation = generation
        return self._steps

    def _read(self) -> dict[tuple[str, str], list[_Step]]:
        storage = self._system.storage
        found: dict[tuple[str, str], list[_Step]] = {}
        rows = sorted(
            storage.rows("sdkmessageprocessingstep").values(), key=lambda row: row["rank"] or 0
        )
        for row in rows:
            message = storage.get("sdkmessage", row["_sdkmessageid_value"] or "")
            target = storage.get("sdkmessagefilter", row["_sdkmessagefilterid_value"] or "")
            endpoint = storage.get("serviceendpoint", row["_eventhandler_value"] or "")
            if message is None or target is None or endpoint is None or row["statecode"] != 0:
                continue
            if endpoint["contract"] != _WEBHOOK:
                continue
            step_id = row["sdkmessageprocessingstepid"]
            images = [
                image
                for image in storage.rows("sdkmessageprocessingstepimage").values()
                if image["_sdkmessageprocessingstepid_value"] == step_id
            ]
            columns = frozenset(
                name.strip() for name in (row["filteringattributes"] or "").split(",") if name
            )
            key = (message["name"], target["primaryobjecttypecode"])
            found.setdefault(key, []).append(_Step(row, endpoint, images, columns))
        return found


def _settings(text: str) -> dict[str, str]:
    if not text or "<!" in text:
        return {}
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - declarations are refused above
    except ElementTree.ParseError:
        return {}
    return {
        item.get("name", ""): item.get("value", "")
        for item in root.iter("setting")
        if item.get("name")
    }
