"""No request is read further than this, whoever sent it: the limit comes before every check."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.api.problems import Refusal, answer

LARGEST = 1024 * 1024
"""Bytes of a body. The CRM trims its notices at 256 KB, the largest that are sent to us."""

_DETAIL = f"The body is larger than {LARGEST} bytes (1 MiB)."


class BodyLimit:
    """Refuses bodies that are too large, by their announced and by their real size.

    Args:
        app: The application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced[:20]) > LARGEST:
            await answer(too_large())(scope, receive, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST:
                # The kind of exception that FastAPI lets through while it reads a body.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _DETAIL)
            return message

        await self._app(scope, bounded, send)


def too_large() -> Refusal:
    """What a body beyond the limit is answered."""
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body_too_large",
        _DETAIL,
        "Send less; a notice of either system is far smaller.",
        {"Connection": "close"},
    )
