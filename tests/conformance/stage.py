"""The local Entra and CRM over TLS, served on another thread so that a blocking client can call."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.sandbox import dataverse, entra
from connectors.sandbox.dataverse import DataverseSystem, seed_system, user_id_of
from connectors.sandbox.entra import Authority, Identities
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.serving import LocalTls, serve
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import TokenVerifier, keys_from_object


@dataclass(frozen=True)
class Stage:
    """What a test needs to know of the running servers."""

    crm: str
    entra: str
    ca: Path
    identities: Identities
    system: DataverseSystem
    journal: Journal
    faults: Faults


@contextlib.contextmanager
def running_stage(folder: Path) -> Iterator[Stage]:
    """Serve both while the context is open."""
    identities = Identities.create()
    authority = Authority(identities)
    callers = identities.callers(
        user_id_of(identities.service.client_id), user_id_of(identities.person.client_id)
    )
    system = DataverseSystem(Storage(), gab=True)
    seed_system(system, callers.values())
    journal, faults = Journal(), Faults()
    app = dataverse.create_app(
        system, TokenVerifier(keys_from_object(authority.jwks()), callers), journal, faults
    )
    tls = LocalTls.create()
    ca = tls.write_ca(folder / "ca.pem")
    found: list[str] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    end = asyncio.Event()

    async def stay() -> None:
        async with (
            serve(entra.create_app(authority), tls=tls) as entra_url,
            serve(app, tls=tls) as crm_url,
        ):
            found.extend((crm_url, entra_url))
            ready.set()
            await end.wait()

    def run() -> None:
        try:
            loop.run_until_complete(stay())
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=run, name="servers")
    thread.start()
    try:
        assert ready.wait(20), "the servers did not start"
        yield Stage(found[0], found[1], ca, identities, system, journal, faults)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(20)
