"""Who may ask what: the bearer tokens of the API, compared in constant time."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync.api.context import Context
from sync.api.masking import READER
from sync.api.problems import Refusal

_bearer = HTTPBearer(auto_error=False, description="The API's token; see data_dir/api-token.")


def same_secret(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def require_token(
    context: Context,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Refuse a request without a token, and what the lesser one may not ask.

    The lesser token reads, and what it reads of records is masked (`sync.api.masking`). It cannot
    search by the start of a key or by an actor either: who may try every letter reads it.

    Raises:
        Refusal: 401, with the scheme to use; 403 for the lesser token.
    """
    shown = given.credentials if given is not None else ""
    full = same_secret(shown, context.token)
    lesser = context.reader_token is not None and same_secret(shown, context.reader_token)
    if lesser and not full:
        if request.method not in ("GET", "HEAD") or request.query_params.keys() & {"q", "actor"}:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "token_lesser",
                "This token reads only, and does not search by key or actor.",
                "Ask with the token of the setting api_token.",
            )
        setattr(request.state, READER, True)
    elif given is None or not full:
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "token_wrong",
            "The bearer token is missing or wrong.",
            "Send `Authorization: Bearer TOKEN` with the token of the settings, or of the file "
            "api-token in the data folder.",
            {"WWW-Authenticate": "Bearer"},
        )
