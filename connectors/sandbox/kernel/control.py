"""The control routes under `/_sandbox`: faults, journal, reset, seed and back-office actions.

They are for people and tests, answer to loopback only, and are never used by a connector.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.faults import KINDS, Faults
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.jsonbody import encode_json, read_object

Action = Callable[[dict[str, Any]], Any]
Handler = Callable[[Request], Awaitable[Response]]


def control_routes(
    *,
    journal: Journal,
    faults: Faults,
    reset: Callable[[], None],
    seed: Callable[[dict[str, Any]], Any],
    actions: Mapping[str, Action],
    render: Callable[[SystemRefusal], Response],
) -> list[BaseRoute]:
    """The routes of one system.

    Args:
        journal: the system's journal.
        faults: the system's faults.
        reset: empties the system and seeds it as a new one.
        seed: adds rows from the request's JSON and returns what to answer.
        actions: what a user does in a form and no public API does; each takes the JSON body and
            returns the answer, or raises `SystemRefusal`.
        render: the system's own error body.
    """

    async def read_journal(request: Request) -> Response:
        return json_answer(journal.listing(dict(request.query_params)))

    async def clear_journal(_request: Request) -> Response:
        journal.clear()
        return Response(status_code=204)

    async def list_faults(_request: Request) -> Response:
        return json_answer({"faults": faults.listing(), "kinds": KINDS})

    async def arm(request: Request) -> Response:
        body = await read_object(request)
        wanted = body.get("faults", [body])
        for item in wanted:
            faults.arm_from(item)
        return json_answer({"faults": faults.listing()})

    async def disarm(_request: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    async def do_reset(_request: Request) -> Response:
        reset()
        journal.clear()
        faults.clear()
        return Response(status_code=204)

    async def do_seed(request: Request) -> Response:
        return json_answer(seed(await read_object(request)))

    async def act(request: Request) -> Response:
        name = request.path_params["action"]
        action = actions.get(name)
        if action is None:
            known = ", ".join(sorted(actions)) or "none"
            raise SystemRefusal(404, "", f"There is no action '{name}'. Known: {known}.")
        return json_answer(action(await read_object(request)))

    def route(path: str, handler: Handler, method: str) -> Route:
        return Route(f"/_sandbox{path}", _guarded(handler, render), methods=[method])

    return [
        route("/journal", read_journal, "GET"),
        route("/journal", clear_journal, "DELETE"),
        route("/faults", list_faults, "GET"),
        route("/faults", arm, "POST"),
        route("/faults", disarm, "DELETE"),
        route("/reset", do_reset, "POST"),
        route("/seed", do_seed, "POST"),
        route("/actions/{action}", act, "POST"),
    ]


def json_answer(value: Any, status: int = 200) -> Response:
    """A JSON answer in which decimals are numbers with all their digits."""
    return Response(encode_json(value), status_code=status, media_type="application/json")


def _guarded(handler: Handler, render: Callable[[SystemRefusal], Response]) -> Handler:
    async def guarded(request: Request) -> Response:
        if not _is_loopback(request):
            return json_answer({"error": "the control routes answer to loopback only"}, 403)
        try:
            return await handler(request)
        except SystemRefusal as refusal:
            return render(refusal)
        except (ValueError, TypeError, msgspec.DecodeError) as error:
            return json_answer({"error": str(error)}, 400)

    return guarded


def _is_loopback(request: Request) -> bool:
    if request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return request.client.host == "testclient"
