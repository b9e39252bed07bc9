"""Requests of a person: a token of their own, JSON with exact decimals, refusals as exceptions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from connectors.odata import jsonwire

Row = dict[str, Any]


class Refusal(Exception):
    """A system said no.

    Args:
        status: the HTTP status.
        body: the system's own error body.
        request: method and address.
    """

    def __init__(self, status: int, body: Any, request: str) -> None:
        super().__init__(f"{request}: {status} {body}")
        self.status = status
        self.body = body

    @property
    def message(self) -> str:
        """What the system says, in its own words; the inner error's text when there is one."""
        error = self.body.get("error", {}) if isinstance(self.body, dict) else {}
        if not isinstance(error, dict):
            return str(error)
        inner = error.get("innererror") or {}
        texts = [error.get("message"), inner.get("message"), inner.get("internalexception", {})]
        return " ".join(str(text) for text in texts if isinstance(text, str) and text)


class Calls:
    """One system, called as one application.

    Args:
        url: the system's address.
        token_url: where tokens come from.
        client_id: the person's application.
        client_secret: its secret.
        verify: TLS trust, as httpx takes it.
    """

    def __init__(
        self, url: str, token_url: str, client_id: str, client_secret: str, *, verify: Any = True
    ) -> None:
        self.url = url.rstrip("/")
        self._token_url = token_url
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._client = httpx.Client(verify=verify, timeout=60.0, trust_env=False)
        self._token = ""
        self._until = 0.0

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Row:
        """Read one object, or one page."""
        return self.send("GET", path, query=query)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Row:
        """Send one request; the answer's object, empty when there is none.

        Raises:
            Refusal: the system refused it.
        """
        answer = self._client.request(
            method,
            path if "://" in path else f"{self.url}{path}",
            params=None if query is None else dict(query),
            content=None if body is None else jsonwire.encode(body),
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self._bearer()}",
                **(headers or {}),
            },
        )
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, _body(answer), f"{method} {path}")
        return jsonwire.decode(answer.content) if answer.content else {}

    def batch(self, body: bytes, content_type: str, path: str) -> bytes:
        """Send one `$batch` as it is; the multipart answer.

        Raises:
            Refusal: the system refused all of it.
        """
        answer = self._client.post(
            f"{self.url}{path}",
            content=body,
            headers={"Content-Type": content_type, "Authorization": f"Bearer {self._bearer()}"},
        )
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, _body(answer), f"POST {path}")
        return answer.content

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    def _bearer(self) -> str:
        if time.monotonic() >= self._until:
            answer = self._client.post(
                self._token_url,
                data={
                    "grant_type": "client_credentials",
                    "scope": f"{self.url}/.default",
                    **self._credentials,
                },
            )
            if answer.status_code >= 400:
                raise Refusal(answer.status_code, _body(answer), "POST token")
            granted = answer.json()
            self._token = granted["access_token"]
            self._until = time.monotonic() + float(granted["expires_in"]) - 60.0
        return self._token


def _body(answer: httpx.Response) -> Any:
    try:
        return jsonwire.decode(answer.content)
    except msgspec.DecodeError:
        return answer.text[:500]
