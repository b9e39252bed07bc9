"""Errors as problem JSON (RFC 9457): a stable code, what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from sync.api.context import ApiContext
from sync.api.masking import MASK, READER
from sync.errors import (
    ConfigurationWrong,
    DualWriteError,
    InputUnusable,
    JobRunning,
    RemoteError,
    RequestKeyReused,
    SequenceExhausted,
)

MEDIA_TYPE = "application/problem+json"
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class Problem(BaseModel):
    """An error as the API answers it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    cure: str | None = None


class Refusal(Exception):
    """A request that is not carried out.

    Args:
        status: The HTTP status.
        code: The stable code.
        detail: What is wrong.
        cure: What the caller can do.
        headers: Further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        cure: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.cure = status, code, detail, cure
        self.headers = headers


def answer(refusal: Refusal) -> JSONResponse:
    """The answer that a refusal becomes."""
    body = Problem(
        type=f"urn:dualwrite:problem:{refusal.code}",
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        code=refusal.code,
        detail=refusal.detail,
        cure=refusal.cure,
    )
    headers = dict(refusal.headers or {})
    return JSONResponse(body.model_dump(), refusal.status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of the application become a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(DualWriteError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    return answer(cast(Refusal, error))


async def _failed(request: Request, error: Exception) -> JSONResponse:
    failure = cast(DualWriteError, error)
    if isinstance(failure, SequenceExhausted | RequestKeyReused | JobRunning):
        status = HTTPStatus.CONFLICT
    elif isinstance(failure, ConfigurationWrong | InputUnusable):
        status = HTTPStatus.BAD_REQUEST
    elif isinstance(failure, RemoteError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    # A message may quote a record: what the lesser token sees of it is that there is one.
    message = MASK if getattr(request.state, READER, False) else failure.message
    return answer(Refusal(status, failure.code, message, failure.cure))


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """What was sent is not repeated: it may be anything."""
    first = cast(RequestValidationError, error).errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return answer(
        Refusal(
            HTTPStatus.BAD_REQUEST,
            "request_unusable",
            f"{name}: {first['msg']}.",
            "Correct it; /openapi.json describes every request.",
        )
    )


async def _http(_request: Request, error: Exception) -> JSONResponse:
    found = cast(HTTPException, error)
    code = _CODES.get(found.status_code, "request_refused")
    cure = "/openapi.json describes every request."
    return answer(Refusal(found.status_code, code, str(found.detail), cure, found.headers))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """A defect: its text stays inside, for it may quote a customer's value."""
    context = cast(ApiContext, request.app.state.context)
    context.observer.noticed("request_failed", error_type=type(error).__name__)
    return answer(
        Refusal(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "defect",
            "The service failed on this request.",
            "Its log names the place (request_failed); report it to the developers.",
        )
    )
