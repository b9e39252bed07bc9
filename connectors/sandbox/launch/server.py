"""One local system in a process of its own: `python -m connectors.sandbox.launch.server …`.

It prints its address as one line when it answers, and ends on SIGTERM or when its parent is gone,
which it notices by its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import uvloop
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.sandbox.dataverse import app as crm
from connectors.sandbox.dataverse.adoption import adopt_parties
from connectors.sandbox.dataverse.parameters import set_parameters
from connectors.sandbox.dataverse.seed import installer, seed_system, user_id_of
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.entra import create_app as create_entra
from connectors.sandbox.finops import app as erp
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import HookQueue
from connectors.sandbox.kernel.serving import serve
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import TokenVerifier, keys_from_file
from connectors.sandbox.launch.folder import DataFolder


class Built(NamedTuple):
    """An application and what ends with it."""

    app: ASGIApp
    close: Callable[[], None]


def build_crm(
    folder: DataFolder, *, prospects_from_leads: bool | None = None, install_gab: bool = False
) -> Built:
    """The CRM on the folder's file; a new file is seeded.

    Args:
        folder: the data folder.
        prospects_from_leads: sets the parameter of that name; `None` leaves it as it is.
        install_gab: gives accounts and contacts that are there their parties.
    """
    storage = Storage(folder.database("crm"))
    system = DataverseSystem(storage, gab=folder.gab)
    identities = folder.identities
    callers = identities.callers(
        user_id_of(identities.service.client_id), user_id_of(identities.person.client_id)
    )
    if not storage.rows("systemuser"):
        seed_system(system, callers.values())
    if prospects_from_leads is not None:
        set_parameters(system, {"prospects_from_leads": prospects_from_leads})
    if install_gab:
        adopt_parties(system, installer())
    faults = Faults()
    hooks = HookQueue(faults, verify=_trust(folder))
    verifier = TokenVerifier(keys_from_file(folder.keys), callers)
    return Built(crm.create_app(system, verifier, faults=faults, hooks=hooks), storage.close)


def build_erp(folder: DataFolder, hooks: list[str]) -> Built:
    """The ERP on the folder's file; a new file is seeded.

    Args:
        folder: the data folder.
        hooks: where data events go; an address without a query gets the folder's secret.
    """
    storage = Storage(folder.database("erp"))
    callers = folder.identities.callers("dualwrite", "person")
    verifier = TokenVerifier(keys_from_file(folder.keys), callers)
    secret = f"?code={folder.secrets.erp_webhook}"
    targets = [hook if "?" in hook else hook + secret for hook in hooks]
    app = erp.create_app(
        FinopsSystem(storage), verifier=verifier, hooks=targets, hook_verify=_trust(folder)
    )
    return Built(app, storage.close)


def build_entra(folder: DataFolder) -> Built:
    """The identity provider of the folder."""
    return Built(create_entra(folder.authority()), lambda: None)


def _trust(folder: DataFolder) -> Any:
    if not folder.ca.exists():
        return True
    context = httpx.create_ssl_context()
    context.load_verify_locations(cafile=str(folder.ca))
    return context


class _ControlLog:
    """Tells who used the control routes, which the journal leaves out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/_sandbox"):
            agent = Headers(scope=scope).get("user-agent", "nobody")
            sys.stderr.write(f"control route: {scope['method']} {scope['path']} by {agent!r}\n")
            sys.stderr.flush()
        await self._app(scope, receive, send)


async def _run(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(sys.stdin.fileno(), stop.set)
    folder = DataFolder(options.data_dir)
    built = {
        "crm": lambda: build_crm(
            folder,
            prospects_from_leads=options.prospects_from_leads,
            install_gab=options.install_gab,
        ),
        "erp": lambda: build_erp(folder, options.erp_hook),
        "entra": lambda: build_entra(folder),
    }[options.system]()
    try:
        async with serve(
            _ControlLog(built.app), options.port, folder.tls() if options.tls else None
        ) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await stop.wait()
    finally:
        built.close()


def main(arguments: list[str] | None = None) -> None:
    """Serve one system until told to stop."""
    parser = argparse.ArgumentParser(prog="connectors.sandbox.launch.server")
    parser.add_argument("system", choices=("crm", "erp", "entra"))
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--erp-hook", action="append", default=[], metavar="URL")
    parser.add_argument("--prospects-from-leads", action=argparse.BooleanOptionalAction)
    parser.add_argument("--install-gab", action="store_true")
    uvloop.run(_run(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
