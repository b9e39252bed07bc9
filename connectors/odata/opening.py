"""From an address and credentials to a transport: what the factories of both systems share."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from connectors.odata.clock import SystemClock
from connectors.odata.counters import Counters
from connectors.odata.http import HttpClient
from connectors.odata.options import HttpOptions, LimitOptions
from connectors.odata.tokens import ClientCredentials
from connectors.odata.transport import Transport
from sync.ports import Clock

LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who we are to a system.

    Attributes:
        client_id: The application's id in Microsoft Entra.
        client_secret: Its secret.
        tenant: The tenant; with `authority` it makes the token address.
        authority: The identity provider's address.
        token_url: The whole token address, in place of the two.
        scope: What the token is for; the system's root address and `/.default` when left out.
    """

    client_id: str
    client_secret: str = field(repr=False)
    tenant: str = "organizations"
    authority: str = LOGIN
    token_url: str | None = None
    scope: str | None = None


def open_transport(
    url: str,
    service_path: str,
    credentials: Credentials,
    *,
    http: HttpOptions,
    limits: LimitOptions,
    clock: Clock | None = None,
    carrier: httpx.AsyncBaseTransport | None = None,
    token_carrier: httpx.AsyncBaseTransport | None = None,
) -> Transport:
    """A transport for one system. Nothing is sent until it is used.

    Args:
        url: The environment's address, without the service path.
        service_path: Where its OData service stands.
        credentials: The application's.
        http: Timeouts, sizes, trust; for the identity provider too.
        limits: The system's limits.
        clock: The time; the system's by default.
        carrier: What carries requests in place of real connections.
        token_carrier: The same for the identity provider.

    Raises:
        ConfigurationWrong: An address is none, or the authority file cannot be read.
    """
    clock, counters = clock or SystemClock(), Counters()
    environment = url.rstrip("/")
    authority = credentials.authority.rstrip("/")
    token_url = credentials.token_url or f"{authority}/{credentials.tenant}/oauth2/v2.0/token"
    tokens = ClientCredentials(
        HttpClient(token_url, http, token_carrier),
        token_url,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        scope=credentials.scope or f"{environment}/.default",
        clock=clock,
        counters=counters,
    )
    return Transport(
        environment + service_path,
        tokens,
        http=http,
        limits=limits,
        carrier=carrier,
        clock=clock,
        counters=counters,
    )
