"""What the service says of itself while Northwind's orders cross: changes, requests, conflicts."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx

SIDES: Final = ("crm", "erp")
_METRIC: Final = re.compile(
    r'^dualwrite_(events_ingested|remote_requests)_total\{.*side="(crm|erp)"\S* (\S+)$',
    re.MULTILINE,
)


@dataclass(frozen=True)
class Traffic:
    """What the service did so far.

    Args:
        at: when that was, in seconds.
        changes: side to how many changes it took in from there.
        requests: how many requests it sent to both systems.
    """

    at: float
    changes: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    def since(self, before: Traffic) -> Traffic:
        """What it did since then; `at` is how long that took."""
        changes = Counter({s: self.changes[s] - before.changes[s] for s in SIDES})
        spent = max(0.001, self.at - before.at)
        return Traffic(spent, changes, self.requests - before.requests)

    def rate(self, side: str) -> float:
        """Changes per second from a side, of traffic since some moment."""
        return self.changes[side] / self.at

    @property
    def requests_per_change(self) -> float:
        """How many requests one change took."""
        return self.requests / max(1, self.changes.total())


class ServiceReader:
    """Reads the service's metrics and API.

    Args:
        client: a client with the API's token.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def traffic(self) -> Traffic:
        """What it did so far."""
        changes, requests = Counter[str](), 0
        for name, side, value in _METRIC.findall(self._client.get("/metrics").text):
            if name == "events_ingested":
                changes[side] += round(float(value))
            else:
                requests += round(float(value))
        return Traffic(time.monotonic(), changes, requests)

    def conflicts(self) -> int:
        """How many conflicts there are, decided ones included; counted up to 1000."""
        answer = self._client.get("/api/v1/conflicts", params={"state": "all", "limit": 1000})
        return len(answer.raise_for_status().json()["items"])


@contextmanager
def open_service(url: str, token: str) -> Iterator[ServiceReader]:
    """A reader of the service, while the context is open."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30.0, trust_env=False) as client:
        yield ServiceReader(client)
