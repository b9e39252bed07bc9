"""The ERP as an application: data service, metadata, control routes, data events."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.actions import actions_of
from connectors.sandbox.finops.seeding import seed_rows
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.finops.web.answers import error_answer, render, to_response
from connectors.sandbox.finops.web.hooks import EventSender
from connectors.sandbox.finops.web.metadata import answer_metadata
from connectors.sandbox.finops.web.operations import Performer
from connectors.sandbox.kernel.batching import run_batch
from connectors.sandbox.kernel.control import control_routes
from connectors.sandbox.kernel.errors import SystemRefusal, TokenRefused
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import HookQueue
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.middleware import Imitation
from connectors.sandbox.kernel.multipart import (
    Answer,
    Operation,
    count_operations,
    parse_batch,
    render_batch,
)
from connectors.sandbox.kernel.tokens import Caller, TokenVerifier

MAX_OPERATIONS = 5_000
_METHODS = ["GET", "POST", "PATCH", "PUT", "MERGE", "DELETE"]


class FinopsApp:
    """What answers requests.

    Args:
        system: the ERP.
        verifier: who may call, and as whom.
        faults: the armed faults.
        page_size: the most rows of one page.
    """

    def __init__(
        self, system: FinopsSystem, verifier: TokenVerifier, faults: Faults, page_size: int
    ) -> None:
        self._system = system
        self._verifier = verifier
        self._faults = faults
        self._performer = Performer(system, faults, page_size)

    async def data(self, request: Request) -> Response:
        """Anything below `/data`."""
        try:
            caller, base = self._caller(request), _base(request)
            body = await request.body()
            target = _target(request)
            if request.url.path.rstrip("/").lower().endswith("/$batch"):
                return self._batch(request, body, base, caller)
        except SystemRefusal as refusal:
            return render(refusal)
        headers = {name.lower(): value for name, value in request.headers.items()}
        operation = Operation(request.method, target, headers, body)
        return to_response(self._performer.perform(operation, base, caller))

    async def metadata(self, request: Request) -> Response:
        """Anything below `/metadata`, in any case."""
        try:
            self._caller(request)
            return to_response(answer_metadata(request.url.path, _base(request)))
        except SystemRefusal as refusal:
            return render(refusal)

    async def elsewhere(self, request: Request) -> Response:
        """Every other address."""
        return render(refusals.unknown_set(str(request.url)))

    def _batch(self, request: Request, body: bytes, base: str, caller: Caller) -> Response:
        if request.method != "POST":
            raise refusals.unknown_set(str(request.url))
        if count_operations(body) > MAX_OPERATIONS:
            raise refusals.bad_request(
                f"The maximum number of operations in a batch, {MAX_OPERATIONS}, is exceeded."
            )
        status, answers = run_batch(
            parse_batch(request.headers.get("content-type", ""), body),
            lambda operation: self._performer.perform(operation, base, caller),
            lambda: self._system.transaction(caller),
            error_answer,
            continue_on_error="odata.continue-on-error" in request.headers.get("prefer", ""),
        )
        content_type, content = render_batch(answers)
        headers = {"Content-Type": content_type, "OData-Version": "4.0"}
        return to_response(Answer(status, headers, content))

    def _caller(self, request: Request) -> Caller:
        path = request.url.path
        if self._faults.take({"expire-token", "revoke-token"}, request.method, path):
            raise TokenRefused("expired", "The token is no longer valid.")
        return self._verifier.verify(request.headers.get("authorization"), _base(request))


def create_app(
    system: FinopsSystem,
    *,
    verifier: TokenVerifier,
    hooks: Sequence[str] = (),
    faults: Faults | None = None,
    journal: Journal | None = None,
    page_size: int = 10_000,
    hook_verify: Any = True,
) -> Starlette:
    """The ERP's application.

    Args:
        system: the ERP; its clock follows the `clock-skew` fault from here on.
        verifier: the tokens of the callers; their audience is this server's address.
        hooks: where data events go.
        faults: the fault switches, new ones when not given.
        journal: the request journal, a new one when not given.
        page_size: the most rows of one page.
        hook_verify: TLS trust for the receivers of data events, as httpx takes it.
    """
    faults = faults if faults is not None else Faults()
    journal = journal if journal is not None else Journal()
    queue = HookQueue(faults, verify=hook_verify)
    plain_clock = system.clock
    system.clock = lambda: plain_clock() + timedelta(seconds=faults.clock_skew)
    if hooks:
        system.subscribe(EventSender(hooks, queue, faults, system.clock))
    app = FinopsApp(system, verifier, faults, page_size)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with queue.running():
            yield

    routes = [
        *control_routes(
            journal=journal,
            faults=faults,
            reset=system.reset,
            seed=lambda body: seed_rows(system, body),
            actions=actions_of(system),
            render=render,
        ),
        Route("/data", app.data, methods=_METHODS),
        Route("/data/{rest:path}", app.data, methods=_METHODS),
        Route("/metadata/{rest:path}", app.metadata, methods=["GET"]),
        Route("/Metadata/{rest:path}", app.metadata, methods=["GET"]),
        Route("/{rest:path}", app.elsewhere, methods=_METHODS),
    ]
    application = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(
                Imitation,
                journal=journal,
                faults=faults,
                render=render,
                throttled=refusals.throttled,
            )
        ],
    )
    application.state.system = system
    application.state.faults = faults
    application.state.journal = journal
    application.state.hooks = queue
    return application


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _target(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope.get("query_string", b"")
    path = raw.decode("latin-1")
    return f"{path}?{query.decode('latin-1')}" if query else path
