"""Bearer tokens: verified against the Entra keys, tied to one resource, resolved to a caller."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from connectors.sandbox.kernel.errors import TokenRefused

_CACHE = 256


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a person, or the integration's application user.

    Args:
        user_id: the system's own user id (the CRM's `systemuserid`, the ERP's user).
        app_id: the Entra application.
        is_integration: true for the service's identity.
        object_id: the Entra object id, which events name as the initiating user.
        on_behalf_by: the user id of the application that acts for this user, when one does.
    """

    user_id: str
    app_id: str
    is_integration: bool
    object_id: str = ""
    on_behalf_by: str = ""


KeySource = Callable[[], Mapping[str, Any]]


def keys_from_object(jwks: Mapping[str, Any]) -> KeySource:
    """Keys that are at hand."""
    return lambda: jwks


def keys_from_file(path: Path) -> KeySource:
    """Keys from a JWKS file, read when first needed."""

    def read() -> Mapping[str, Any]:
        keys: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return keys

    return read


def keys_from_url(url: str) -> KeySource:
    """Keys from a JWKS address on loopback, fetched when first needed."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("a key address starts with http:// or https://")

    def fetch() -> Mapping[str, Any]:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - checked above
            keys: Mapping[str, Any] = json.loads(answer.read())
        return keys

    return fetch


class TokenVerifier:
    """Turns an `Authorization` header into a `Caller`.

    Args:
        keys: the Entra signing keys.
        callers: application id to caller; other applications are unknown here.
        audience: the resource that tokens must be for; without it, the address of the request.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        keys: KeySource,
        callers: Mapping[str, Caller],
        *,
        audience: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._source = keys
        self._callers = dict(callers)
        self._audience = audience
        self._clock = clock
        self._keys: KeySet | None = None
        self._verified: dict[str, Mapping[str, Any]] = {}

    def verify(self, authorization: str | None, resource: str = "") -> Caller:
        """The caller behind a header.

        Args:
            authorization: the header's value, `Bearer …`.
            resource: scheme and host of the request, compared when no audience was set.

        Raises:
            TokenRefused: with `code` telling why.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused("missing", "The request has no bearer token.")
        claims = self._claims(token.strip())
        now = self._clock()
        if float(claims.get("exp", 0)) <= now or float(claims.get("nbf", 0)) > now + 300:
            raise TokenRefused("expired", "The token is outside of its lifetime.")
        wanted = (self._audience or resource).rstrip("/").lower()
        if str(claims.get("aud", "")).rstrip("/").lower() != wanted:
            raise TokenRefused("audience", "The token was issued for another resource.")
        caller = self._callers.get(str(claims.get("appid") or claims.get("azp") or ""))
        if caller is None:
            raise TokenRefused("unknown_app", "The application has no user in this system.")
        return caller

    def caller(self, app_id: str) -> Caller:
        """The caller of an application; a `KeyError` when it is unknown."""
        return self._callers[app_id]

    def person(self) -> Caller:
        """The caller that stands for a person; a `LookupError` when there is none."""
        for caller in self._callers.values():
            if not caller.is_integration:
                return caller
        raise LookupError("no person is known to this system")

    def _claims(self, token: str) -> Mapping[str, Any]:
        known = self._verified.get(token)
        if known is not None:
            return known
        try:
            if self._keys is None:
                self._keys = KeySet.import_key_set(dict(self._source()))  # type: ignore[arg-type]
            claims = jwt.decode(token, self._keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise TokenRefused("invalid", "The token's signature is not valid.") from error
        if len(self._verified) >= _CACHE:
            self._verified.clear()
        self._verified[token] = claims
        return claims


def claimed_caller(authorization: str | None) -> str | None:
    """The application that a header's token names, unverified: for the journal alone."""
    payload = (authorization or "").partition(" ")[2].split(".")[1:2]
    if not payload:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload[0] + "=" * (-len(payload[0]) % 4)))
        return str(claims["appid"])
    except (ValueError, KeyError, TypeError):
        return None
