"""The CRM's application with real tokens, and a client on it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from connectors.sandbox.dataverse import create_app
from connectors.sandbox.dataverse.web.limits import Limits
from connectors.sandbox.dataverse.web.switches import Switches
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import HookQueue
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.tokens import TokenVerifier, keys_from_object
from tests.sandbox.dataverse.worlds import PERSON, SERVICE, World, world

HOST = "http://crm.local"
ROOT = f"{HOST}/api/data/v9.2"
REPRESENTATION = {"Prefer": "return=representation"}


@cache
def _key() -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": "k1"})


def token(app_id: str, audience: str = HOST, lifetime: float = 3600) -> str:
    claims = {"aud": audience, "appid": app_id, "exp": int(time.time() + lifetime)}
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, _key())


def verifier() -> TokenVerifier:
    keys = keys_from_object(KeySet([_key()]).as_dict(private=False))
    return TokenVerifier(keys, {PERSON.app_id: PERSON, SERVICE.app_id: SERVICE})


@dataclass
class Crm:
    """A client that calls as the service, and what stands behind it."""

    client: httpx.AsyncClient
    world: World
    journal: Journal
    faults: Faults
    hooks: HookQueue

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"{ROOT}/{path}", headers=headers)

    async def post(
        self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.post(f"{ROOT}/{path}", json=body, headers=headers)

    async def patch(
        self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self.client.patch(f"{ROOT}/{path}", json=body, headers=headers)

    async def delete(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.client.delete(f"{ROOT}/{path}", headers=headers)

    async def account(self, **body: Any) -> dict[str, Any]:
        answer = await self.post("accounts", {"name": "Beta Inc", **body}, REPRESENTATION)
        assert answer.status_code == 201, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def batch(
        self, body: str, boundary: str = "boundary=b", **headers: str
    ) -> httpx.Response:
        return await self.client.post(
            f"{ROOT}/$batch",
            content=body.replace("\n", "\r\n").encode(),
            headers={"Content-Type": f"multipart/mixed; {boundary}", **headers},
        )


@asynccontextmanager
async def crm(
    *, gab: bool = True, limits: Limits | None = None, switches: Switches | None = None
) -> AsyncIterator[Crm]:
    """A seeded organisation behind its Web API, in this process."""
    here = world(gab=gab)
    journal, faults = Journal(), Faults()
    hooks = HookQueue(faults)
    app = create_app(
        here.system, verifier(), journal, faults, hooks, limits=limits, switches=switches
    )
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {token(SERVICE.app_id)}"}
    async with (
        hooks.running(),
        httpx.AsyncClient(transport=transport, headers=headers) as client,
    ):
        yield Crm(client, here, journal, faults, hooks)
