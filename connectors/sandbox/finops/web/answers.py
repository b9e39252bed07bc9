"""Answers and error bodies as the ERP writes them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.jsonbody import encode_json
from connectors.sandbox.kernel.multipart import Answer

JSON_TYPE = "application/json; odata.metadata=minimal"
GENERAL = "An error has occurred."


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    return Answer(
        status,
        {"Content-Type": JSON_TYPE, "OData-Version": "4.0", **(headers or {})},
        encode_json(value),
    )


def empty_answer(status: int = 204) -> Answer:
    """An answer without a body."""
    return Answer(status, {"OData-Version": "4.0"})


def error_answer(refusal: SystemRefusal) -> Answer:
    """The ERP's error body: what business logic said stands in `innererror`.

    Source: error bodies reported from live systems; `code` is always empty there.
    """
    error: dict[str, Any] = {"code": "", "message": refusal.message}
    if refusal.details.get("infolog"):
        error["message"] = GENERAL
        error["innererror"] = {
            "message": refusal.message,
            "type": "System.InvalidOperationException",
            "stacktrace": "   at Microsoft.Dynamics.Ax.Xpp.XppObjectBase.Call()",
        }
    return json_answer({"error": error}, refusal.status, refusal.headers)


def to_response(answer: Answer) -> Response:
    """An answer as a plain HTTP response, with an activity id for support."""
    response = Response(answer.body, status_code=answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    response.headers["ms-dyn-aid"] = str(uuid.uuid4())
    return response


def render(refusal: SystemRefusal) -> Response:
    """A refusal as a plain HTTP response; without a valid token the body is empty."""
    if refusal.status == 401:
        return to_response(Answer(401, {"WWW-Authenticate": "Bearer"}))
    return to_response(error_answer(refusal))
