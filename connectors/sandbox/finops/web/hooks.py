"""Sends data events to the addresses that a person subscribed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from connectors.sandbox.finops.events import DataEvent
from connectors.sandbox.finops.web.eventbodies import ORGANIZATION, event_body, trimmed
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import Delivery, HookQueue


class EventSender:
    """Turns committed changes into deliveries.

    Args:
        urls: where to.
        queue: the system's sender.
        faults: the webhook faults that change a body.
        clock: the current moment.
    """

    def __init__(
        self,
        urls: Sequence[str],
        queue: HookQueue,
        faults: Faults,
        clock: Callable[[], datetime],
    ) -> None:
        self._urls = tuple(urls)
        self._queue = queue
        self._faults = faults
        self._clock = clock
        self._count = 0

    def __call__(self, events: Sequence[DataEvent]) -> None:
        """Queue one delivery per event and address."""
        now = self._clock()
        for event in events:
            self._count += 1
            body = event_body(event, now, self._count)
            for url in self._urls:
                self._queue.enqueue(self._delivery(url, event, body))

    def _delivery(self, url: str, event: DataEvent, body: dict[str, Any]) -> Delivery:
        name = event.entity.event_name
        headers = {
            "x-request-id": str(body["RequestId"]),
            "x-ms-dynamics-organization": ORGANIZATION,
            "x-ms-dynamics-entity-name": name,
            "x-ms-dynamics-request-name": event.message,
            "x-ms-correlation-request-id": str(body["CorrelationId"]),
        }
        if self._faults.take("hook-oversize", "", name):
            headers["x-ms-dynamics-msg-size-exceeded"] = "true"
            body = trimmed(body)
        return Delivery(url, body, headers, subject=name, reference=str(body["RequestId"]))
