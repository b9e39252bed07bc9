"""Delivers webhooks after a commit: a bounded queue, few senders, retry as each system does it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport

from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.jsonbody import encode_json


@dataclass(frozen=True, slots=True)
class RetryRule:
    """When a delivery is sent again.

    Args:
        statuses: the answers that are worth another attempt.
        attempts: attempts in all.
        delay: seconds between them.
        on_error: whether no answer at all is worth another attempt.
    """

    statuses: frozenset[int] = frozenset({502, 503, 504})
    attempts: int = 2
    delay: float = 0.0
    on_error: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one receiver: a JSON value, or its bytes.

    `subject` names the table, for the fault switches; `reference` is the sender's own.
    """

    url: str
    body: Mapping[str, Any] | list[Any] | bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a delivery ended; `status` is `None` when the receiver never answered."""

    delivery: Delivery
    status: int | None
    attempts: int


_HOOKS = frozenset({"hook-drop", "hook-duplicate", "hook-reorder", "hook-retry"})


class HookQueue:
    """The sender of one system.

    Args:
        faults: webhook faults are taken from here, one per delivery.
        rule: the system's retry rule.
        limit: deliveries that may wait; the oldest is dropped and counted when more come.
        timeout: seconds a receiver has.
        senders: deliveries under way at once.
        on_failure: told of every delivery that finally failed.
        verify: TLS trust for the receivers (a CA file), or the default.
    """

    def __init__(
        self,
        faults: Faults,
        rule: RetryRule | None = None,
        *,
        limit: int = 20_000,
        timeout: float = 60.0,
        senders: int = 4,
        on_failure: Callable[[Outcome], None] | None = None,
        verify: Any = True,
    ) -> None:
        self._faults = faults
        self._rule = rule or RetryRule()
        self._limit = limit
        self._timeout = timeout
        self._senders = senders
        self.on_failure = on_failure
        self._verify = verify
        self._waiting: deque[tuple[Delivery, bool]] = deque()
        self._held: deque[tuple[Delivery, bool]] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self.sent = 0
        self.dropped = 0

    def enqueue(self, delivery: Delivery) -> None:
        """Queue a delivery, from any thread; returns at once and never blocks a commit."""
        if self._loop is not None and threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.enqueue, delivery)
            return
        fault = self._faults.take(_HOOKS, "", delivery.subject)
        kind = fault.kind if fault else ""
        if kind == "hook-drop":
            self.dropped += 1
            return
        if kind == "hook-reorder":
            self._held.append((delivery, False))
            return
        self._put((delivery, kind == "hook-retry"))
        if kind == "hook-duplicate":
            self._put((delivery, False))
        while self._held:
            self._put(self._held.popleft())

    def send_now(self, delivery: Delivery) -> int | None:
        """Send one delivery and wait for its answer, once; blocks the calling thread.

        Returns:
            the status, or `None` when the receiver never answered.
        """
        body = delivery.body if isinstance(delivery.body, bytes) else encode_json(delivery.body)
        headers = {"Content-Type": "application/json; charset=utf-8", **delivery.headers}
        try:
            with httpx.Client(timeout=self._timeout, verify=self._verify) as client:
                return client.post(delivery.url, content=body, headers=headers).status_code
        except (httpx.HTTPError, OSError):
            return None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[HookQueue]:
        """Deliver while the context is open; what still waits at the end is given up."""
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        transport = AiohttpTransport(verify=self._verify)
        async with httpx.AsyncClient(transport=transport, timeout=self._timeout) as client:
            tasks = [asyncio.create_task(self._work(client)) for _ in range(self._senders)]
            try:
                yield self
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def drain(self) -> None:
        """Wait until nothing waits and nothing is under way; a held-back delivery goes out too."""
        while self._held:
            self._put(self._held.popleft())
        await self._idle.wait()

    def _put(self, item: tuple[Delivery, bool]) -> None:
        if len(self._waiting) >= self._limit:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(item)
        self._idle.clear()
        self._wake.set()

    async def _work(self, client: httpx.AsyncClient) -> None:
        while True:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            delivery, answered_late = self._waiting.popleft()
            self._busy += 1
            try:
                await self._deliver(client, delivery, answered_late)
            finally:
                self._busy -= 1
                if not self._waiting and self._busy == 0:
                    self._idle.set()

    async def _deliver(
        self, client: httpx.AsyncClient, delivery: Delivery, answered_late: bool
    ) -> None:
        body = delivery.body if isinstance(delivery.body, bytes) else encode_json(delivery.body)
        status: int | None = None
        attempt = 0
        while attempt < self._rule.attempts:
            attempt += 1
            status = await self._send(client, delivery, body)
            if answered_late and attempt == 1:
                status = 502
            again = status in self._rule.statuses or (status is None and self._rule.on_error)
            if not again:
                break
            if attempt < self._rule.attempts and self._rule.delay:
                await asyncio.sleep(self._rule.delay)
        self.sent += 1
        failed = status is None or not 200 <= status < 300
        if failed and self.on_failure is not None:
            self.on_failure(Outcome(delivery, status, attempt))

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery, body: bytes) -> int | None:
        headers = {"Content-Type": "application/json; charset=utf-8", **delivery.headers}
        try:
            answer = await client.post(delivery.url, content=body, headers=headers)
        except (httpx.HTTPError, OSError):
            return None
        return answer.status_code
