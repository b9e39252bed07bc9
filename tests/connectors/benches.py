"""The local systems in this process, each with a connector over HTTP, for the contract suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from connectors.odata.opening import Credentials
from connectors.sandbox.entra import Application, Authority, Identities
from connectors.sandbox.entra import create_app as create_entra
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.tokens import TokenVerifier, keys_from_object
from sync.core.row import Row, Scalar
from sync.core.write import ChangeSet, Write, WriteOp, Written
from sync.ports import Connector
from tests.connectors.support import MovedClock

ENTRA = "https://login.test"


@dataclass
class Tenant:
    """A local Entra with its two applications."""

    identities: Identities = field(default_factory=Identities.create)

    def __post_init__(self) -> None:
        self.authority = Authority(self.identities)
        self.carrier = httpx.ASGITransport(create_entra(self.authority))

    def verifier(self, service_user: str, person_user: str) -> TokenVerifier:
        callers = self.identities.callers(service_user, person_user)
        return TokenVerifier(keys_from_object(self.authority.jwks()), callers)

    def credentials(self, application: Application) -> Credentials:
        return Credentials(
            client_id=application.client_id,
            client_secret=application.client_secret,
            tenant=self.identities.tenant,
            authority=ENTRA,
        )


class Watched(httpx.ASGITransport):
    """Notes every path that is called, before the system does anything with it."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.paths: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.add(request.url.path)
        return await super().handle_async_request(request)


class LocalBench:
    """What both systems' benches share."""

    carrier: Watched
    connector: Connector
    person: Connector
    clock: MovedClock
    faults: Faults
    journal: Journal

    async def edit(self, row: Row, values: Mapping[str, Scalar]) -> None:
        await self._by_person(row, WriteOp.UPDATE, dict(values))

    async def remove(self, row: Row) -> None:
        await self._by_person(row, WriteOp.DELETE, {})

    async def _by_person(self, row: Row, op: WriteOp, values: dict[str, Any]) -> None:
        now = (await self.person.read([row.ref]))[row.ref]
        assert now is not None
        write = Write(op, row.ref, values, now.version)
        (outcome,) = await self.person.write([ChangeSet("person", (write,))])
        assert isinstance(outcome, Written), outcome

    def throttle(self, seconds: int) -> None:
        self.faults.arm("throttle", seconds=seconds)

    def lose_next_answer(self) -> None:
        self.faults.arm("timeout-after-commit")

    def lose_next_request(self) -> None:
        self.faults.arm("drop-before-commit")

    def expire_checkpoints(self) -> None:
        self.faults.arm("expire-delta")

    def pass_time(self, seconds: float) -> None:
        self.clock.pass_time(seconds)

    def requests(self) -> list[Mapping[str, Any]]:
        found = self.journal.listing()["requests"]
        self.journal.clear()
        return list(found)

    def paths(self) -> set[str]:
        return self.carrier.paths

    async def close(self) -> None:
        await self.connector.close()
        await self.person.close()
