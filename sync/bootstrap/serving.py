"""Serving: the loops and the API in one event loop, until a signal, then a drain."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from importlib.metadata import version

import uvicorn
from starlette.types import ASGIApp

from sync.api.app import create_app
from sync.api.context import ApiContext
from sync.bootstrap.parts import Parts, build
from sync.bootstrap.token import api_token
from sync.engine.maps import require_known, start_maps
from sync.errors import ConfigurationWrong
from sync.observing import configure_logging
from sync.settings import Settings

_API_GRACE_SECONDS = 2
_ALL = "all"


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    listening: Callable[[str], None] | None = None,
) -> None:
    """Run the service until SIGTERM or SIGINT, or until `stop` is set; drains within 10 seconds.

    Args:
        settings: The settings.
        stop: Set by the caller to end it; signals set it too.
        listening: Called once with the API's address, when it answers.

    Raises:
        SchemaNotCurrent: The database needs `dualwrite migrate`.
        ConfigurationWrong: Settings, maps or the API's port are unusable, or the state was made
            with other maps.
        RemoteError: The broker cannot be reached, or a system refuses us for good.
    """
    configure_logging(settings.log_level, settings.log_format)
    stop = stop or asyncio.Event()
    token = api_token(settings)
    parts = build(settings)
    try:
        with _listen(settings) as listener, _signals(stop):
            if not await _started(parts, stop):
                return
            server = _Server(_config(_app(parts, token)))
            api = asyncio.create_task(server.serve(sockets=[listener]))
            ended = asyncio.create_task(_ended(stop, api, server))
            host, port = listener.getsockname()[:2]
            parts.observer.noticed("serving", host=str(host), port=int(port))
            if listening is not None:
                listening(_url(str(host), int(port)))
            try:
                await parts.service.run(stop)
            finally:
                stop.set()
                await ended
            parts.observer.noticed("stopped")
    finally:
        await parts.business.close()
        await parts.service.close()


class _Server(uvicorn.Server):
    """A server that leaves signals to its caller."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: ASGIApp) -> uvicorn.Config:
    # No access log: it would hold the webhooks' secrets, which travel in the query.
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_API_GRACE_SECONDS,
    )


def _app(parts: Parts, token: str) -> ASGIApp:
    settings = parts.settings
    reader = settings.api_reader_token
    secrets = {
        "crm": settings.crm_webhook_secret,
        "erp": settings.erp_webhook_secret,
    }
    return create_app(
        ApiContext(
            service=parts.service,
            store=parts.store,
            kinds=parts.kinds,
            clock=parts.clock,
            business=parts.business,
            numbers=parts.numbers,
            draws=parts.draws,
            observer=parts.observer,
            exposition=parts.metrics.exposition,
            token=token,
            hook_secrets={
                side: secret.get_secret_value() for side, secret in secrets.items() if secret
            },
            version=version("dualwrite"),
            reader_token=reader.get_secret_value() if reader is not None else None,
        )
    )


async def _ended(stop: asyncio.Event, api: asyncio.Task[None], server: uvicorn.Server) -> None:
    """End the API with the service, and the service with the API."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, api], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    await asyncio.gather(stopping, api)


async def _started(parts: Parts, stop: asyncio.Event) -> bool:
    """Connect state and log; `False` when told to stop before they answer."""
    starting = asyncio.create_task(_start(parts))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        stopping.cancel()
        await starting
        return True
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    return False


async def _start(parts: Parts) -> None:
    await parts.service.start()
    await require_known(parts.store, parts.kinds)
    await _autostart(parts)


async def _autostart(parts: Parts) -> None:
    """Start the maps that the settings name and that nobody has decided about yet."""
    wanted = parts.settings.autostart_maps
    if _ALL in wanted:
        wanted = tuple(table_map.id for table_map in parts.kinds.table_maps)
    async with parts.store.transaction() as tx:
        decided = set(await tx.map_runs())
    fresh = [map_id for map_id in wanted if map_id not in decided]
    if fresh:
        master = parts.settings.autostart_master
        started = await start_maps(parts.store, parts.kinds, fresh, master, parts.clock)
        parts.observer.noticed("maps_autostarted", maps=len(started), master=master)


@contextlib.contextmanager
def _listen(settings: Settings) -> Iterator[socket.socket]:
    host, port = settings.api_host, settings.api_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise ConfigurationWrong(
                f"The API cannot listen on {host}:{port}: {error.strerror}.",
                cure="Set DUALWRITE_API_HOST and DUALWRITE_API_PORT to a free address; "
                "port 0 takes any.",
            ) from error
        yield listener


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    added = []
    for number in (signal.SIGTERM, signal.SIGINT):
        # Only the main thread may: elsewhere the caller ends the service by `stop`.
        with contextlib.suppress(ValueError, RuntimeError):
            loop.add_signal_handler(number, stop.set)
            added.append(number)
    try:
        yield
    finally:
        for number in added:
            loop.remove_signal_handler(number)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
