"""The ERP's application with real tokens, and a client on it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette

from connectors.sandbox.finops.app import create_app
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.tokens import TokenVerifier, keys_from_object
from tests.sandbox.finops.worlds import PERSON, SERVICE, World

URL = "http://erp.local"


@cache
def _key() -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": "k1"})


def token(app_id: str, audience: str = URL, lifetime: float = 3600) -> str:
    claims = {"aud": audience, "appid": app_id, "exp": int(time.time() + lifetime)}
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, _key())


def verifier() -> TokenVerifier:
    keys = keys_from_object(KeySet([_key()]).as_dict(private=False))
    return TokenVerifier(keys, {PERSON.app_id: PERSON, SERVICE.app_id: SERVICE})


@dataclass
class Wire:
    """An ERP behind HTTP."""

    world: World
    app: Starlette
    faults: Faults
    journal: Journal
    client: httpx.AsyncClient

    @classmethod
    def open(cls, world: World, **options: Any) -> Wire:
        faults, journal = Faults(), Journal()
        app = create_app(
            world.system, verifier=verifier(), faults=faults, journal=journal, **options
        )
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, client=("127.0.0.1", 1)),
            base_url=URL,
            headers={"Authorization": f"Bearer {token(SERVICE.app_id)}"},
        )
        return cls(world, app, faults, journal, client)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def rows(self, path: str) -> list[dict[str, Any]]:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["value"]
        return found

    async def batch(self, *parts: str, **headers: str) -> httpx.Response:
        lines = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
        return await self.client.post(
            "/data/$batch",
            content=lines.encode(),
            headers={"Content-Type": "multipart/mixed; boundary=b", **headers},
        )


def request(line: str, body: str = "", *headers: str, content_id: str = "") -> str:
    """One request inside a batch."""
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if content_id:
        head.append(f"Content-ID: {content_id}")
    inner = [f"{line} HTTP/1.1", *headers]
    if body:
        inner.append("Content-Type: application/json")
    return "\r\n".join([*head, "", *inner, "", body])


def changeset(*parts: str) -> str:
    """A changeset inside a batch."""
    lines = "".join(f"--c\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/mixed; boundary=c\r\n\r\n{lines}--c--\r\n"
