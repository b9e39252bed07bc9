"""Checks token requests and signs tokens, with Entra's own error codes."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.sandbox.entra.identities import Application, Identities, write_private

_LIFETIME = 3599
_KEY_FILE = "entra-key.json"


class TokenRequestRefused(Exception):
    """A token request that Entra refuses.

    Args:
        status: the HTTP status.
        error: the OAuth error name.
        number: the AADSTS number.
        message: the sentence after the number.
    """

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.number = number
        self.message = message

    def body(self) -> dict[str, Any]:
        """The error body that Entra sends."""
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.number}: {self.message} Trace ID: {trace} "
                f"Correlation ID: {correlation} Timestamp: {stamp}"
            ),
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }


class Authority:
    """One tenant: its applications, its signing key, its tokens.

    Args:
        identities: the tenant and its applications.
        folder: where the signing key is kept, so that tokens survive a restart; or memory only.
        resources: the resources that exist in the tenant; `None` accepts every address.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        identities: Identities,
        folder: Path | None = None,
        *,
        resources: Collection[str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.identities = identities
        self._key = _load_key(folder)
        self._resources = resources
        self._clock = clock

    def jwks(self) -> dict[str, Any]:
        """The public keys."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "use": "sig", "alg": "RS256"}]}

    def grant(
        self, tenant: str, form: Mapping[str, str], issuer: str, *, version: str
    ) -> dict[str, Any]:
        """Answer a client credentials request.

        Args:
            tenant: the tenant in the address, by id.
            form: the form fields; unknown ones are ignored.
            issuer: the issuer to put into the token.
            version: `v2` reads `scope`, `v1` reads `resource`.

        Raises:
            TokenRequestRefused: as Entra would refuse it.
        """
        if tenant != self.identities.tenant:
            raise TokenRequestRefused(
                400,
                "invalid_request",
                90002,
                f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID "
                "and are signing into the correct cloud.",
            )
        grant_type = _field(form, "grant_type")
        if grant_type != "client_credentials":
            raise TokenRequestRefused(
                400,
                "unsupported_grant_type",
                70003,
                f"The app requested an unsupported grant type '{grant_type}'.",
            )
        application = self._application(form)
        resource = self._resource(form, version)
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": _LIFETIME,
            "ext_expires_in": _LIFETIME,
            "access_token": self.issue(application, resource, issuer, version=version),
        }
        if version == "v1":
            now = int(self._clock())
            answer |= {
                "expires_in": str(_LIFETIME),
                "ext_expires_in": str(_LIFETIME),
                "expires_on": str(now + _LIFETIME),
                "not_before": str(now),
                "resource": resource,
            }
        return answer

    def issue(
        self,
        application: Application,
        resource: str,
        issuer: str = "https://sts.windows.net/",
        *,
        version: str = "v2",
        lifetime: int = _LIFETIME,
    ) -> str:
        """Sign a token for one application and one resource; `lifetime` in seconds."""
        now = int(self._clock())
        claims = {
            "aud": resource,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "appid": application.client_id,
            "azp": application.client_id,
            "oid": application.object_id,
            "sub": application.object_id,
            "tid": self.identities.tenant,
            "idtyp": "app",
            "ver": "2.0" if version == "v2" else "1.0",
            "uti": uuid.uuid4().hex,
        }
        header = {"alg": "RS256", "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key)

    def _application(self, form: Mapping[str, str]) -> Application:
        client_id = _field(form, "client_id")
        for application in self.identities.applications():
            if application.client_id == client_id:
                break
        else:
            raise TokenRequestRefused(
                400,
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory "
                f"'{self.identities.tenant}'.",
            )
        secret = _field(form, "client_secret")
        if not hmac.compare_digest(secret.encode(), application.client_secret.encode()):
            raise TokenRequestRefused(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is "
                "the client secret value, not the client secret ID, for a secret added to app "
                f"'{client_id}'.",
            )
        return application

    def _resource(self, form: Mapping[str, str], version: str) -> str:
        if version == "v1":
            resource = _field(form, "resource")
        else:
            scope = _field(form, "scope")
            resource = scope.removesuffix("/.default")
            if resource == scope or " " in scope or "://" not in scope:
                raise TokenRequestRefused(
                    400,
                    "invalid_scope",
                    70011,
                    "The provided request must include a 'scope' input parameter. The provided "
                    f"value for the input parameter 'scope' is not valid. The scope {scope} is not "
                    "valid.",
                )
        known = self._resources
        if known is not None and resource.rstrip("/") not in {item.rstrip("/") for item in known}:
            raise TokenRequestRefused(
                400,
                "invalid_resource",
                500011,
                f"The resource principal named {resource} was not found in the tenant named "
                f"{self.identities.tenant}.",
            )
        return resource


def _field(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise TokenRequestRefused(
            400,
            "invalid_request",
            900144,
            f"The request body must contain the following parameter: '{name}'.",
        )
    return value


def _load_key(folder: Path | None) -> RSAKey:
    path = None if folder is None else folder / _KEY_FILE
    if path is not None and path.exists():
        return RSAKey.import_key(json.loads(path.read_text(encoding="utf-8")))
    key = RSAKey.generate_key(2048, auto_kid=True)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, json.dumps(key.as_dict(private=True)))
    return key
