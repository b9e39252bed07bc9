"""Access tokens by client credentials: cached, fetched by one caller at a time, renewed early."""

from __future__ import annotations

import asyncio
from typing import Protocol
from urllib.parse import urlencode

from connectors.odata.counters import Counters
from connectors.odata.errors import operator_text, read_fault, retry_after
from connectors.odata.http import Answer, HttpClient, NoAnswer
from sync.errors import NotAuthorised, RemoteError, Throttled
from sync.ports import Clock

_EARLIEST = 300.0
_CURES = {
    "AADSTS7000215": "The client secret is wrong: set the secret's value, not its id.",
    "AADSTS7000222": "The client secret has expired: create a new one and set it.",
    "AADSTS700016": "The application is not known in that tenant: check client id and tenant.",
    "AADSTS90002": "The tenant was not found: check the tenant id.",
    "AADSTS70011": "The scope is wrong: it is the system's root address and /.default.",
    "AADSTS500011": "The resource is not known: check the system's root address.",
}
_LOOPING = "AADSTS50196"


class Tokens(Protocol):
    """Where a transport gets its bearer tokens."""

    async def get(self) -> str:
        """A token that is good for at least one request.

        Raises:
            NotAuthorised: The identity provider does not let us in.
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
        except NoAnswer as error:
            # Whatever became of the token request, the request that needs it was never sent.
            raise NoAnswer(error.message, maybe_done=False) from error
        if answer.status != 200:
            raise _refusal(answer)
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


def _refusal(answer: Answer) -> RemoteError:
    code, text = read_fault(answer)
    if answer.status == 429 or _LOOPING in text:
        pause = retry_after(answer.headers)
        return Throttled(
            "The identity provider asks us to slow down.",
            retry_after=60.0 if pause is None else pause,
            status=None,
        )
    if answer.status >= 500:
        return NoAnswer(
            f"The identity provider answered with status {answer.status}.", maybe_done=False
        )
    cure = next((cure for number, cure in _CURES.items() if number + ":" in text), None)
    return NotAuthorised(
        operator_text(text) or f"The identity provider answered with status {answer.status}.",
        status=answer.status,
        remote_code=code or None,
        cure=cure or "Check tenant, client id and secret in the settings.",
    )
