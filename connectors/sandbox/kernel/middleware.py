"""What stands in front of every imitated path: a bounded body, the journal, the request faults."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.faults import Fault, Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.multipart import count_operations
from connectors.sandbox.kernel.tokens import claimed_caller

ABORT = "dualwrite.abort"
_WHOLE = frozenset(
    {"throttle", "unavailable", "error", "timeout-after-commit", "drop-before-commit", "slow"}
)


class Imitation:
    """Wraps a system's application.

    Args:
        app: the imitated paths.
        journal: where every request is noted, before its answer leaves; the control paths are not.
        faults: the armed faults.
        render: the system's own error answer for a refusal.
        throttled: the refusal that the system gives when it throttles, for a number of seconds.
        max_body: bodies above this many bytes are refused with 413.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        journal: Journal,
        faults: Faults,
        render: Callable[[SystemRefusal], Response],
        throttled: Callable[[int], SystemRefusal],
        max_body: int = 128 * 1024 * 1024,
    ) -> None:
        self._app = app
        self._journal = journal
        self._faults = faults
        self._render = render
        self._throttled = throttled
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or fail it as armed."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        body = await _read(receive, self._max_body)
        query = scope["query_string"].decode("latin-1")
        path = scope["path"]
        if body is None:
            refusal = SystemRefusal(413, "", "The request body is too large.")
            await self._refuse(request, b"", refusal, None, send, receive)
            return
        fault = self._faults.take(_WHOLE, request.method, f"{path}?{query}")
        if fault is not None and fault.kind in {"throttle", "unavailable", "error"}:
            await self._refuse(request, body, self._refusal(fault), fault, send, receive)
            return
        if fault is not None and fault.kind == "drop-before-commit":
            self._note(request, body, None, fault)
            await _hang_up(scope, receive)
            return
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        silent = fault is not None and fault.kind == "timeout-after-commit"
        noted = False

        async def answer(message: Message) -> None:
            nonlocal noted
            if message["type"] == "http.response.start" and not noted:
                noted = True
                self._note(request, body, None if silent else message["status"], fault)
            if not silent:
                await send(message)

        await self._app(scope, _replay(body, receive), answer)
        if silent:
            await _hang_up(scope, receive)

    def _refusal(self, fault: Fault) -> SystemRefusal:
        if fault.kind == "throttle":
            return self._throttled(int(fault.seconds))
        headers = {"Retry-After": str(int(fault.seconds))} if fault.seconds else {}
        if fault.kind == "unavailable":
            return SystemRefusal(503, "0x80044151", "The service is unavailable.", headers=headers)
        return SystemRefusal(500, "0x80040216", "An unexpected error occurred.", headers=headers)

    async def _refuse(
        self,
        request: Request,
        body: bytes,
        refusal: SystemRefusal,
        fault: Fault | None,
        send: Send,
        receive: Receive,
    ) -> None:
        self._note(request, body, refusal.status, fault)
        await self._render(refusal)(request.scope, receive, send)

    def _note(self, request: Request, body: bytes, status: int | None, fault: Fault | None) -> None:
        operations = 1
        if request.url.path.endswith("$batch"):
            operations = count_operations(body)
        self._journal.record(
            request.method,
            request.url.path,
            request.url.query,
            status,
            request.headers.items(),
            body,
            operations=operations,
            fault=fault.kind if fault else None,
            caller=claimed_caller(request.headers.get("authorization")),
        )


async def _read(receive: Receive, limit: int) -> bytes | None:
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Drop the connection without an answer, as a broken network would."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionResetError("the connection was dropped on purpose")
    abort["call"]()
    while (await receive())["type"] != "http.disconnect":
        pass
