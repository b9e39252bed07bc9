"""Access tokens by client credentials: cached, fetched by one caller at a time, renewed early."""

from __future__ import annotations

import asyncio
from typing import Protocol
from urllib.parse import urlencode

from connectors.odata.counters import Counters
from connectors.odata.errors import failure
from connectors.odata.http import HttpClient
from connectors.odata.recovery import UNSENT, WITHHELD, Failure, Source
from sync.errors import NotAuthorised, Unavailable
from sync.ports import Clock

_EARLIEST = 300.0


class Tokens(Protocol):
    """Where a transport gets its bearer tokens."""

    async def get(self) -> str:
        """A token that is good for at least one request.

        Raises:
            Failure: The identity provider gives none; the request that needs it was not sent.
        """
        ...

    def refused(self, token: str) -> None:
        """The system did not take this token: do not give it again."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


class ClientCredentials:
    """The OAuth 2 client credentials grant of Microsoft Entra.

    Args:
        http: A client for the identity provider, tied to its host.
        token_url: Its token endpoint.
        client_id: The application.
        client_secret: Its secret; sent nowhere else and never shown.
        scope: What the token is for, e.g. `https://org.crm.dynamics.com/.default`.
        clock: The time.
        counters: Counts the tokens fetched.
    """

    def __init__(
        self,
        http: HttpClient,
        token_url: str,
        *,
        client_id: str,
        client_secret: str,
        scope: str,
        clock: Clock,
        counters: Counters,
    ) -> None:
        self._http, self._url = http, token_url
        self._client_id, self._secret, self._scope = client_id, client_secret, scope
        self._clock, self._counters = clock, counters
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._renew_at = 0.0

    async def get(self) -> str:
        """The cached token, or a new one when it is about to expire."""
        token = self._fresh()
        if token is None:
            async with self._lock:
                token = self._fresh() or await self._fetch()
        return token

    def refused(self, token: str) -> None:
        """Forget the token, unless a newer one is already here."""
        if self._token == token:
            self._token = None

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()

    def _fresh(self) -> str | None:
        return self._token if self._clock.now().timestamp() < self._renew_at else None

    async def _fetch(self) -> str:
        form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": self._client_id,
                "client_secret": self._secret,
                "scope": self._scope,
            }
        )
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        self._counters.tokens += 1
        try:
            answer = await self._http.send("POST", self._url, headers, form.encode())
        except Failure as failed:
            # Whatever became of the token request, the request that needs it was never sent.
            row = UNSENT if isinstance(failed.error, Unavailable) else WITHHELD
            raise Failure(failed.error, row) from failed
        if answer.status != 200:
            raise failure(answer, Source.PROVIDER)
        body = answer.json()
        token, lifetime = body.get("access_token"), body.get("expires_in")
        if not isinstance(token, str) or not token:
            raise NotAuthorised(
                "The identity provider's answer has no access token.",
                cure="Check the token address in the settings.",
            )
        # The older endpoint gives the number as text.
        seconds = float(str(lifetime)) if str(lifetime).isdecimal() else 0.0
        margin = min(_EARLIEST, seconds / 10)
        self._token, self._renew_at = token, self._clock.now().timestamp() + seconds - margin
        return token

    def __repr__(self) -> str:
        return f"ClientCredentials({self._url!r}, client_id={self._client_id!r})"
