"""Runs an application with uvicorn inside this process, on loopback, optionally with TLS."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.sandbox.kernel.middleware import ABORT


@dataclass(frozen=True)
class LocalTls:
    """A certificate authority of our own and one server certificate for loopback."""

    authority: trustme.CA
    certificate: trustme.LeafCert

    @classmethod
    def create(cls) -> LocalTls:
        """Make a new authority and a certificate for `localhost` and `127.0.0.1`."""
        authority = trustme.CA(organization_name="dualwrite local sandbox")
        return cls(authority, authority.issue_cert("localhost", "127.0.0.1", "::1"))

    def write_ca(self, path: Path) -> Path:
        """Write the authority's certificate, which clients have to trust, as PEM."""
        self.authority.cert_pem.write_to_path(str(path))
        return path

    def context(self) -> ssl.SSLContext:
        """A server context that presents the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate.configure_cert(context)
        return context


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol, plus a way for the fault switches to drop a connection unanswered."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: Any = self.scope
        scope["extensions"] = {ABORT: {"call": self.transport.abort}}


class _Server(uvicorn.Server):
    """A server without signal handlers: it lives and ends with its caller."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End at once: idle kept-alive connections are dropped, running requests may finish."""
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is None or cycle.response_complete:
                self._drop(connection)
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            self._drop(connection)
        await asyncio.sleep(0)

    def _drop(self, connection: Any) -> None:
        if connection.transport is not None:
            connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.asynccontextmanager
async def serve(
    app: ASGIApp, port: int = 0, tls: LocalTls | None = None, *, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve an application while the context is open.

    Args:
        app: the application.
        port: 0 takes any free port.
        tls: a local authority and certificate, for https.
        host: the address to listen on; loopback unless a person asked for more.

    Yields:
        the address, `http://127.0.0.1:PORT` (with TLS `https://localhost:PORT`), without a slash.

    Raises:
        OSError: the port is taken.
        RuntimeError: the application failed to start.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    server = _Server(_config(app, tls))
    task = asyncio.create_task(_run(server, listener))
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the server ended before it was ready")
            await asyncio.sleep(0.002)
        number = listener.getsockname()[1]
        yield f"https://localhost:{number}" if tls else f"http://{host}:{number}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            if not task.done():
                await task
        listener.close()


async def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    try:
        await server.serve(sockets=[listener])
    except SystemExit as error:
        raise RuntimeError("the application failed to start") from error


def _config(app: ASGIApp, tls: LocalTls | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls.context(),
    )
