"""Who may ask: the bearer token of the API, compared in constant time."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync.api.context import Context
from sync.api.problems import Refusal

_bearer = HTTPBearer(auto_error=False, description="The API's token; see data_dir/api-token.")


def same_secret(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def require_token(
    context: Context,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Refuse a request without the token.

    Raises:
        Refusal: 401, with the scheme to use.
    """
    if given is None or not same_secret(given.credentials, context.token):
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "token_wrong",
            "The bearer token is missing or wrong.",
            "Send `Authorization: Bearer TOKEN` with the token of the settings, or of the file "
            "api-token in the data folder.",
            {"WWW-Authenticate": "Bearer"},
        )
