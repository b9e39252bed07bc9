"""The routes of the local Entra: discovery, keys and both token endpoints."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.entra.authority import Authority, TokenRequestRefused

_MAX_FORM = 64 * 1024
_NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}


def create_app(authority: Authority) -> Starlette:
    """The application of one tenant."""

    def base(request: Request) -> str:
        return str(request.base_url).rstrip("/")

    async def configuration(request: Request) -> Response:
        tenant = request.path_params["tenant"]
        root = f"{base(request)}/{tenant}"
        return JSONResponse(
            {
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "issuer": f"{root}/v2.0",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(_request: Request) -> Response:
        return JSONResponse(authority.jwks())

    async def instance(request: Request) -> Response:
        tenant = authority.identities.tenant
        return JSONResponse(
            {
                "tenant_discovery_endpoint": (
                    f"{base(request)}/{tenant}/v2.0/.well-known/openid-configuration"
                ),
                "api-version": "1.1",
                "metadata": [],
            }
        )

    async def token(request: Request, version: str) -> Response:
        body = await request.body()
        if len(body) > _MAX_FORM:
            return Response(status_code=413)
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        tenant = request.path_params["tenant"]
        issuer = f"{base(request)}/{tenant}/v2.0"
        try:
            answer = authority.grant(tenant, form, issuer, version=version)
        except TokenRequestRefused as refusal:
            return JSONResponse(refusal.body(), refusal.status, headers=_NO_STORE)
        return JSONResponse(answer, headers=_NO_STORE)

    async def token_v2(request: Request) -> Response:
        return await token(request, "v2")

    async def token_v1(request: Request) -> Response:
        return await token(request, "v1")

    return Starlette(
        routes=[
            Route("/{tenant}/v2.0/.well-known/openid-configuration", configuration),
            Route("/{tenant}/.well-known/openid-configuration", configuration),
            Route("/{tenant}/discovery/v2.0/keys", keys),
            Route("/{tenant}/discovery/keys", keys),
            Route("/common/discovery/instance", instance),
            Route("/{tenant}/oauth2/v2.0/token", token_v2, methods=["POST"]),
            Route("/{tenant}/oauth2/token", token_v1, methods=["POST"]),
        ]
    )
