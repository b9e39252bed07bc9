"""Who may ask what: the bearer tokens of the API, compared in constant time."""

from __future__ import annotations

import hmac
import re
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sync.api.context import Context
from sync.api.masking import READER
from sync.api.problems import Refusal

_ID = re.compile(r"[0-9a-f]{32}")
_bearer = HTTPBearer(auto_error=False, description="The API's token; see data_dir/api-token.")


def same_secret(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _searches(request: Request) -> bool:
    record = request.path_params.get("link_id")
    named = record is not None and _ID.fullmatch(record) is None
    return named or bool(request.query_params.keys() & {"q", "actor"})


def require_token(
    context: Context,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> None:
    """Refuse a request without a token, and what the lesser one may not ask.

    The lesser token reads, and what it reads of records is masked (`sync.api.masking`). It cannot
    search by the start of a key or by an actor either, nor name a record by its key or number: who
    may try every letter, or every name, reads it.

    Raises:
        Refusal: 401, with the scheme to use; 403 for the lesser token.
    """
    shown = given.credentials if given is not None else ""
    full = same_secret(shown, context.token)
    lesser = context.reader_token is not None and same_secret(shown, context.reader_token)
    if lesser and not full:
        if request.method not in ("GET", "HEAD") or _searches(request):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "token_lesser",
                "This token reads only, names records by id, and does not search by key or actor.",
                "Use an id of a list, or the token of the setting api_token.",
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
