"""A clock that a test moves, and a peer that answers from a script: what these tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.odata import jsonwire
from connectors.odata.options import HttpOptions, LimitOptions
from connectors.odata.transport import Transport

Handler = Callable[[httpx.Request], httpx.Response]
ROOT = "https://org.example/api/data/v9.2/"


class MovedClock:
    """Time stands still until somebody sleeps; then it jumps to the end of the sleep."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class OneToken:
    """A token source that counts what was refused."""

    def __init__(self) -> None:
        self.refusals = 0

    async def get(self) -> str:
        return f"token-{self.refusals}"

    def refused(self, token: str) -> None:
        self.refusals += 1

    async def close(self) -> None:
        pass


class Peer:
    """Answers by the first route whose prefix fits the request, and keeps what was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.routes: list[tuple[str, str, Handler]] = []

    def on(self, method: str, prefix: str, handler: Handler) -> None:
        self.routes.insert(0, (method, prefix, handler))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        target = request.url.raw_path.decode()
        for method, prefix, handler in self.routes:
            if request.method == method and target.startswith(prefix):
                return handler(request)
        return json_answer(404, {"error": {"code": "", "message": f"no route for {target}"}})

    def transport(
        self,
        *,
        root: str = ROOT,
        clock: MovedClock | None = None,
        tokens: OneToken | None = None,
        limits: LimitOptions | None = None,
        http: HttpOptions | None = None,
    ) -> Transport:
        return Transport(
            root,
            tokens or OneToken(),
            carrier=httpx.MockTransport(self),
            clock=clock or MovedClock(),
            limits=limits,
            http=http,
        )


def json_answer(status: int, body: Any, **headers: str) -> httpx.Response:
    return httpx.Response(
        status,
        content=jsonwire.encode(body),
        headers={
            "content-type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


def multipart(*parts: bytes) -> httpx.Response:
    """A batch's answer from ready parts (each with its own MIME headers)."""
    body = b"".join(b"--answer\r\n" + part + b"\r\n" for part in parts) + b"--answer--\r\n"
    return httpx.Response(
        200, content=body, headers={"content-type": "multipart/mixed; boundary=answer"}
    )


def part(status: int, body: Any = None, *, content_id: str | None = None) -> bytes:
    mime = b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
    if content_id:
        mime += f"Content-ID: {content_id}\r\n".encode()
    text = b"" if body is None else jsonwire.encode(body)
    return (
        mime
        + f"\r\nHTTP/1.1 {status} Whatever\r\nOData-Version: 4.0\r\n\r\n".encode()
        + text
        + b"\r\n"
    )


def changeset(*parts: bytes) -> bytes:
    inner = b"".join(b"--inner\r\n" + each + b"\r\n" for each in parts)
    return b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n" + inner + b"--inner--\r\n"
