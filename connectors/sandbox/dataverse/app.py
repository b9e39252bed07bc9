"""The CRM's server: the Web API, its control routes, its webhooks."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import ROOT
from connectors.sandbox.dataverse.parameters import form_actions
from connectors.sandbox.dataverse.seed import seed_system
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.limits import Limiter, Limits, throttled
from connectors.sandbox.dataverse.web.messages import WebReply, WebRequest, reply_error
from connectors.sandbox.dataverse.web.service import Service
from connectors.sandbox.dataverse.web.switches import Switches
from connectors.sandbox.dataverse.web.webhooks import Webhooks
from connectors.sandbox.kernel.control import Action, control_routes
from connectors.sandbox.kernel.errors import SystemRefusal, TokenRefused
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import HookQueue
from connectors.sandbox.kernel.journal import Journal
from connectors.sandbox.kernel.middleware import Imitation
from connectors.sandbox.kernel.tokens import Caller, TokenVerifier

_TOKEN_FAULTS = frozenset({"expire-token", "revoke-token"})
_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def create_app(
    system: DataverseSystem,
    tokens: TokenVerifier,
    journal: Journal | None = None,
    faults: Faults | None = None,
    hooks: HookQueue | None = None,
    *,
    limits: Limits | None = None,
    switches: Switches | None = None,
    actions: Mapping[str, Action] | None = None,
    seed: Callable[[], None] | None = None,
) -> ASGIApp:
    """The application of one organisation.

    Args:
        system: the organisation, seeded already.
        tokens: verifies bearer tokens and knows the callers.
        journal: notes every request.
        faults: the fault switches.
        hooks: sends webhooks while the application is running.
        limits: service protection limits; none by default.
        switches: behaviours on which sources disagree.
        actions: more back-office actions than the CRM's own, which sets its parameters.
        seed: fills the organisation again after a reset; the bare reference data by default.
    """
    journal, faults = journal or Journal(), faults or Faults()
    hooks = hooks or HookQueue(faults)
    webhooks = Webhooks(system, hooks, faults)
    server = _Server(system, tokens, faults, Service(system, faults, switches), webhooks, limits)

    def reset() -> None:
        users = [
            Caller(
                row["systemuserid"],
                row["applicationid"] or "",
                bool(row["isintegrationuser"]),
                row["azureactivedirectoryobjectid"] or "",
            )
            for row in system.storage.rows("systemuser").values()
            if row["applicationid"]
        ]
        system.storage.clear()
        if seed is not None:
            seed()
        else:
            seed_system(system, users)

    def add_rows(body: dict[str, Any]) -> dict[str, int]:
        return _add_rows(system, tokens, body)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with hooks.running():
            yield

    inner = Starlette(
        routes=[
            *control_routes(
                journal=journal,
                faults=faults,
                reset=reset,
                seed=add_rows,
                actions={**form_actions(system), **(actions or {})},
                render=render_refusal,
            ),
            Route("/{path:path}", server.handle, methods=_METHODS),
        ],
        lifespan=lifespan,
    )
    return Imitation(
        inner, journal=journal, faults=faults, render=render_refusal, throttled=throttled
    )


def render_refusal(refusal: SystemRefusal) -> Response:
    """A refusal as Dataverse's error body."""
    return _response(reply_error(refusal))


class _Server:
    """Takes HTTP requests to the service and its replies back."""

    def __init__(
        self,
        system: DataverseSystem,
        tokens: TokenVerifier,
        faults: Faults,
        service: Service,
        webhooks: Webhooks,
        limits: Limits | None,
    ) -> None:
        self._system = system
        self._tokens = tokens
        self._faults = faults
        self._limiter = Limiter(limits) if limits is not None else None
        self._service = service
        self._webhooks = webhooks
        self._turn = asyncio.Lock()

    async def handle(self, request: Request) -> Response:
        """Answer one request."""
        raw = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
        origin = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if raw == ROOT.rstrip("/"):
            raw = ROOT
        if not raw.startswith(ROOT):
            return render_refusal(refusals.no_resource(f"{origin}{raw}"))
        try:
            caller = self._caller(request, origin, raw)
        except TokenRefused as refused:
            return _unauthorized(refused)
        except SystemRefusal as refusal:
            return render_refusal(refusal)
        self._system.skew = self._faults.clock_skew
        query = request.scope["query_string"].decode("latin-1")
        target = raw[len(ROOT) :] + (f"?{query}" if query else "")
        message = WebRequest(
            request.method,
            target,
            _headers(request),
            await request.body(),
            f"{origin}{ROOT}",
            caller,
        )
        started = time.monotonic()
        reply = await self._answer(message)
        response = _response(reply)
        if self._limiter is not None:
            spent = time.monotonic() - started
            response.headers.update(self._limiter.note(caller.app_id, spent))
        return response

    async def _answer(self, message: WebRequest) -> WebReply:
        """One request at a time; one that may wait for a synchronous step waits on a thread."""
        async with self._turn:
            if self._webhooks.synchronous:
                return await asyncio.to_thread(self._service.answer, message)
            return self._service.answer(message)

    def _caller(self, request: Request, origin: str, path: str) -> Caller:
        fault = self._faults.take(_TOKEN_FAULTS, request.method, path)
        if fault is not None:
            raise TokenRefused("expired" if fault.kind == "expire-token" else "revoked", fault.kind)
        caller = self._tokens.verify(request.headers.get("authorization"), origin)
        if self._system.storage.get("systemuser", caller.user_id) is None:
            raise refusals.not_a_member()
        if self._limiter is not None:
            self._limiter.admit(caller.app_id)
        return self._impersonated(request, caller)

    def _impersonated(self, request: Request, caller: Caller) -> Caller:
        """The user that `CallerObjectId` or `MSCRMCallerID` names, acting through the caller."""
        for header, column in (
            ("callerobjectid", "azureactivedirectoryobjectid"),
            ("mscrmcallerid", "systemuserid"),
        ):
            wanted = request.headers.get(header, "").strip("{} ").lower()
            if not wanted:
                continue
            if not caller.is_integration:
                raise refusals.missing_privilege(caller.user_id, "prvActOnBehalfOfAnotherUser")
            for row in self._system.storage.rows("systemuser").values():
                if str(row[column] or "").lower() == wanted:
                    return Caller(
                        row["systemuserid"],
                        caller.app_id,
                        bool(row["isintegrationuser"]),
                        row["azureactivedirectoryobjectid"] or "",
                        caller.user_id,
                    )
            raise refusals.not_found("systemuser", wanted)
        return caller


def _headers(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _response(reply: WebReply) -> Response:
    response = Response(reply.body, reply.status)
    for name, value in reply.headers.items():
        response.headers[name] = value
    request_id = str(uuid.uuid4())
    response.headers["x-ms-service-request-id"] = request_id
    response.headers["REQ_ID"] = request_id
    if reply.status in {204, 304}:
        del response.headers["content-length"]
    return response


def _unauthorized(refused: TokenRefused) -> Response:
    if refused.code == "unknown_app":
        return render_refusal(refusals.not_a_member())
    challenge = (
        'Bearer authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    )
    if refused.code in {"expired", "invalid", "revoked"}:
        challenge += ', error="invalid_token"'
    return Response(status_code=401, headers={"WWW-Authenticate": challenge})


def _add_rows(
    system: DataverseSystem, tokens: TokenVerifier, body: Mapping[str, Any]
) -> dict[str, int]:
    """Create rows as a person: `{"rows": {"accounts": [{…}]}}`."""
    caller = tokens.person()
    counts: dict[str, int] = {}
    with system.transaction():
        for entity_set, rows in dict(body.get("rows", {})).items():
            for row in rows:
                system.create(entity_set, row, caller)
            counts[entity_set] = len(rows)
    return counts
