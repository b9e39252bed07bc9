"""Webhooks of the two systems. A notice only says where to look; what is true is read."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from sync.api.context import Context
from sync.api.guard import same_secret
from sync.api.problems import Refusal
from sync.core.row import Side
from sync.errors import InputUnusable

router = APIRouter(tags=["webhooks"])


@router.post("/hooks/{side}", status_code=HTTPStatus.ACCEPTED, response_class=Response)
async def notice(context: Context, side: Side, request: Request, code: str = "") -> Response:
    """Take a notice; `code` is the secret that was agreed with the system."""
    wanted = context.hook_secrets.get(side)
    if wanted is None or not same_secret(code, wanted):
        context.observer.noticed("notice_refused", side=side.value, code="secret_wrong")
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "secret_wrong",
            "The notice does not carry the right secret.",
            f"Register the webhook with the secret of {side}_webhook_secret as key `code`.",
            {"WWW-Authenticate": "WebhookKey"},
        )
    body = await request.body()
    try:
        found = context.service.systems[side].wake_up(body)
    except InputUnusable as error:
        context.observer.noticed("notice_refused", side=side.value, code=error.code)
        raise
    context.service.wake(side, found)
    return Response(status_code=HTTPStatus.ACCEPTED)
