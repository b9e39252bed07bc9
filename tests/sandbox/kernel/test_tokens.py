"""The local Entra and the verification of its tokens."""

from __future__ import annotations

import asyncio
import json
import ssl
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.sandbox.entra import Authority, Identities, create_app
from connectors.sandbox.kernel.errors import TokenRefused
from connectors.sandbox.kernel.serving import LocalTls, serve
from connectors.sandbox.kernel.tokens import (
    TokenVerifier,
    keys_from_file,
    keys_from_object,
    keys_from_url,
)

CRM, ERP = "https://crm.local", "https://erp.local"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(Identities.create())


def client(authority: Authority) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(authority))
    return httpx.AsyncClient(transport=transport, base_url="https://entra.local")


def form(authority: Authority, **changed: str) -> dict[str, str]:
    service = authority.identities.service
    return {
        "grant_type": "client_credentials",
        "client_id": service.client_id,
        "client_secret": service.client_secret,
        "scope": f"{CRM}/.default",
        "client_info": "1",
        **changed,
    }


def verifier(authority: Authority, **more: Any) -> TokenVerifier:
    callers = authority.identities.callers("service-user", "person-user")
    return TokenVerifier(keys_from_object(authority.jwks()), callers, **more)


async def test_both_token_endpoints(authority: Authority) -> None:
    tenant = authority.identities.tenant
    async with client(authority) as entra:
        answer = await entra.post(f"/{tenant}/oauth2/v2.0/token", data=form(authority))
        assert answer.json()["expires_in"] == 3599
        caller = verifier(authority).verify(f"Bearer {answer.json()['access_token']}", CRM)
        assert (caller.user_id, caller.is_integration) == ("service-user", True)
        person = authority.identities.person
        old = form(authority, client_id=person.client_id, client_secret=person.client_secret)
        old["resource"] = f"{ERP}/"
        answer = await entra.post(f"/{tenant}/oauth2/token", data=old)
        caller = verifier(authority).verify(f"Bearer {answer.json()['access_token']}", ERP)
        assert (caller.user_id, caller.is_integration) == ("person-user", False)


@pytest.mark.parametrize(
    ("changed", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "stranger"}, 400, "unauthorized_client", 700016),
        ({"scope": CRM}, 400, "invalid_scope", 70011),
        ({"scope": ""}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ],
)
async def test_refusals(
    authority: Authority, changed: dict[str, str], status: int, error: str, number: int
) -> None:
    path = f"/{authority.identities.tenant}/oauth2/v2.0/token"
    async with client(authority) as entra:
        answer = await entra.post(path, data=form(authority, **changed))
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert authority.identities.service.client_secret not in answer.text


async def test_unknown_tenant_and_resource(authority: Authority) -> None:
    async with client(authority) as entra:
        answer = await entra.post("/nobody/oauth2/v2.0/token", data=form(authority))
        assert answer.json()["error_codes"] == [90002]
    strict = Authority(authority.identities, resources={ERP})
    async with client(strict) as entra:
        path = f"/{authority.identities.tenant}/oauth2/v2.0/token"
        answer = await entra.post(path, data=form(authority))
        assert answer.json()["error_codes"] == [500011]


async def test_discovery(authority: Authority) -> None:
    tenant = authority.identities.tenant
    async with client(authority) as entra:
        path = f"/{tenant}/v2.0/.well-known/openid-configuration"
        found = (await entra.get(path)).json()
        assert found["token_endpoint"] == f"https://entra.local/{tenant}/oauth2/v2.0/token"
        keys = (await entra.get(found["jwks_uri"])).json()
    assert keys == authority.jwks()
    assert "d" not in keys["keys"][0]


@pytest.mark.parametrize("code", ["missing", "invalid", "expired", "audience", "unknown_app"])
def test_refused_tokens(authority: Authority, code: str) -> None:
    service = authority.identities.service
    stranger = Identities.create().service
    header = {
        "missing": "Basic abc",
        "invalid": f"Bearer {Authority(authority.identities).issue(service, CRM)}",
        "expired": f"Bearer {authority.issue(service, CRM, lifetime=-10)}",
        "audience": f"Bearer {authority.issue(service, ERP)}",
        "unknown_app": f"Bearer {authority.issue(stranger, CRM)}",
    }[code]
    with pytest.raises(TokenRefused) as caught:
        verifier(authority).verify(header, CRM)
    assert caught.value.code == code


def test_known_token_still_expires(authority: Authority) -> None:
    now = [1_800_000_000.0]
    clocked = Authority(authority.identities, clock=lambda: now[0])
    callers = authority.identities.callers("s", "p")
    checked = TokenVerifier(
        keys_from_object(clocked.jwks()), callers, audience=CRM, clock=lambda: now[0]
    )
    header = f"Bearer {clocked.issue(authority.identities.service, CRM)}"
    assert checked.verify(header)
    now[0] += 3600
    with pytest.raises(TokenRefused):
        checked.verify(header)


def test_identities_are_kept_private(tmp_path: Path) -> None:
    first = Identities.load_or_create(tmp_path)
    Authority(first, tmp_path)
    assert Identities.load_or_create(tmp_path) == first
    for name in ("entra.json", "entra-key.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert first.service.client_secret not in repr(first)
    token = Authority(first, tmp_path).issue(first.service, CRM)
    (tmp_path / "jwks.json").write_text(json.dumps(Authority(first, tmp_path).jwks()))
    callers = first.callers("s", "p")
    assert TokenVerifier(keys_from_file(tmp_path / "jwks.json"), callers).verify(
        f"Bearer {token}", CRM
    )


async def test_keys_from_an_address(authority: Authority) -> None:
    async with serve(create_app(authority)) as url:
        source = keys_from_url(f"{url}/{authority.identities.tenant}/discovery/v2.0/keys")
        assert await asyncio.to_thread(source) == authority.jwks()
    with pytest.raises(ValueError, match="address"):
        keys_from_url("file:///etc/passwd")


async def test_tls_is_trusted_through_the_local_authority(
    authority: Authority, tmp_path: Path
) -> None:
    tls = LocalTls.create()
    context = ssl.create_default_context(cafile=str(tls.write_ca(tmp_path / "ca.pem")))
    async with serve(create_app(authority), tls=tls) as url:
        assert url.startswith("https://localhost:")
        async with httpx.AsyncClient(verify=context) as trusting:
            answer = await trusting.get(f"{url}/common/discovery/instance")
            assert answer.status_code == 200
        async with httpx.AsyncClient() as doubting:
            with pytest.raises(httpx.ConnectError):
                await doubting.get(url)
