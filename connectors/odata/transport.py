"""The way to one system: token, limiter, retries and counting around every request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from connectors.odata.answer import Answer
from connectors.odata.clock import SystemClock
from connectors.odata.counters import Counters
from connectors.odata.errors import failure
from connectors.odata.http import HttpClient
from connectors.odata.limiter import Limiter
from connectors.odata.options import HttpOptions, LimitOptions
from connectors.odata.recovery import SILENCE, UNSENT, WITHHELD, Again, Failure
from connectors.odata.retry import Retries
from connectors.odata.tokens import Tokens
from sync.errors import ContractBroken, RemoteError, RowMissing, Throttled
from sync.ports import Clock

_HEADERS = {
    "Accept": "application/json",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
    "User-Agent": "dualwrite",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        method: The verb.
        address: Relative to the service root, or an absolute link that the system gave.
        headers: Besides those of every request.
        body: The body.
        safe: Whether it only reads, so that it may be sent again after any failure.
        operations: How many operations it carries, for counting.
    """

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    safe: bool = True
    operations: int = 1


class Transport:
    """Sends requests to one system.

    Args:
        root: The service root, e.g. `https://org.crm.dynamics.com/api/data/v9.2/`.
        tokens: Where bearer tokens come from.
        http: Timeouts, sizes, trust.
        limits: The system's limits.
        carrier: What carries the requests in place of real connections.
        clock: The time.
        counters: Shared with the token source.
    """

    def __init__(
        self,
        root: str,
        tokens: Tokens,
        *,
        http: HttpOptions | None = None,
        limits: LimitOptions | None = None,
        carrier: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        counters: Counters | None = None,
    ) -> None:
        http, limits, clock = (
            http or HttpOptions(),
            limits or LimitOptions(),
            clock or SystemClock(),
        )
        self.counters = counters or Counters()
        self._client = HttpClient(root, http, carrier)
        self._tokens = tokens
        self._limiter = Limiter(clock, limits, http.connections)
        self._retries = Retries(clock, limits.attempts, self._count_retry)

    @property
    def path(self) -> str:
        """The path of the service root, ending in a slash."""
        return self._client.path

    def owns(self, address: str) -> bool:
        """Whether an absolute address lies on the configured origin."""
        return self._client.owns(address)

    async def send(self, call: Call) -> Answer:
        """Send a request, and again as the table of `recovery` says.

        Returns:
            An answer below 300, or a multipart one of any status, whose parts tell more.

        Raises:
            RemoteError: Of the class that the table says.
        """
        try:
            return await self.attempt(call)
        except Failure as failed:
            raise failed.error from failed

    async def attempt(self, call: Call) -> Answer:
        """The same, for who wants to know more about a failure than its error.

        Raises:
            Failure: With the row of the table.
        """
        return await self._retries.run(self._once, call, safe=call.safe)

    async def get(self, address: str, *, prefer: str | None = None) -> Answer:
        """Read an address."""
        return await self.send(Call("GET", address, {"Prefer": prefer} if prefer else {}))

    async def once(self, address: str) -> Answer:
        """Read an address, without a second attempt.

        Raises:
            RemoteError: As from `send`.
        """
        try:
            return await self._once(Call("GET", address))
        except Failure as failed:
            raise failed.error from failed

    def throttled(self, error: Throttled) -> None:
        """A part of a batch was throttled: everybody waits."""
        self.counters.throttled += 1
        self._limiter.throttled(error.retry_after)

    async def close(self) -> None:
        """Give connections back."""
        await self._client.close()
        await self._tokens.close()

    async def _once(self, call: Call) -> Answer:
        try:
            async with self._limiter.slot():
                answer = await self._answered(call)
        except Failure as failed:
            self.counters.ended(failed.error.code)
            raise
        except RemoteError as error:
            self.counters.ended(error.code)
            raise Failure(error, WITHHELD) from error
        self.counters.ended("ok")
        return answer

    async def _answered(self, call: Call) -> Answer:
        answer = await self._authorised(call, again=True)
        if answer.status < 300 or _is_multipart(answer):
            self._limiter.succeeded()
            return answer
        failed = failure(answer)
        if isinstance(failed.error, RowMissing) or answer.status < 400:
            # Rows are addressed inside batches only, so what is missing here is the service.
            elsewhere = ContractBroken(
                f"The system answered with status {answer.status} at an address of its service.",
                status=answer.status,
                cure="Check the system's address in the settings.",
            )
            raise Failure(elsewhere, failed.row) from failed
        if isinstance(failed.error, Throttled):
            self.throttled(failed.error)
        raise failed

    async def _authorised(self, call: Call, *, again: bool) -> Answer:
        token = await self._tokens.get()
        headers = {**_HEADERS, **call.headers, "Authorization": f"Bearer {token}"}
        self.counters.requests += 1
        self.counters.operations += call.operations
        try:
            answer = await self._client.send(call.method, call.address, headers, call.body)
        except Failure as failed:
            self.counters.unanswered += failed.row in (UNSENT, SILENCE)
            raise
        if answer.status < 400 or failure(answer).row.again is not Again.NEW_TOKEN:
            return answer
        self._tokens.refused(token)
        if not again:
            return answer
        self._count_retry()
        return await self._authorised(call, again=False)

    def _count_retry(self) -> None:
        self.counters.retries += 1


def _is_multipart(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").lower().startswith("multipart/")
