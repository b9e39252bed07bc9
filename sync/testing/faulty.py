"""A connector with a bad network in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from enum import StrEnum

from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.errors import RemoteError, Throttled, Unavailable
from sync.ports import ChangePage, Connector, VersionKind, WakeUp


class Fault(StrEnum):
    """What goes wrong with one request."""

    THROTTLE = "throttle"
    """429 with a pause; nothing was done."""
    DOWN = "down"
    """503: the request reached nobody."""
    LOST_REQUEST = "lost_request"
    """No answer, and nothing was done; from here it looks like `LOST_ANSWER`."""
    LOST_ANSWER = "lost_answer"
    """No answer, and all of it was done."""


class Asked(StrEnum):
    """What kind of request it is."""

    PING = "ping"
    CHANGES = "changes"
    READ = "read"
    FIND = "find"
    WRITE = "write"


Weather = Callable[[Asked], "Fault | None"]
"""Decides for each request what goes wrong with it, if anything."""


class FaultyConnector:
    """Passes every request on, unless the weather says otherwise.

    Args:
        inner: The connector.
        weather: Decides.
        pause: Seconds that a throttled caller is asked to wait.
    """

    def __init__(self, inner: Connector, weather: Weather, *, pause: float = 30.0) -> None:
        self._inner, self._weather, self.pause = inner, weather, pause

    @property
    def side(self) -> Side:
        """Which side this is."""
        return self._inner.side

    @property
    def versions(self) -> VersionKind:
        """What its versions tell."""
        return self._inner.versions

    async def prepare(self) -> None:
        """As the connector does."""
        await self._inner.prepare()

    async def ping(self) -> None:
        """As the connector does."""
        self._raise(Asked.PING)
        await self._inner.ping()

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """As the connector does; each page is a request."""
        self._raise(Asked.CHANGES)
        async for page in self._inner.changes(table, checkpoint):
            yield page
            if not page.last:
                self._raise(Asked.CHANGES)

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """As the connector does."""
        self._raise(Asked.READ)
        return await self._inner.read(refs)

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """As the connector does."""
        self._raise(Asked.FIND)
        return await self._inner.find(table, wanted)

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """As the connector does; a lost answer is unknown for every change set."""
        fault = self._weather(Asked.WRITE)
        if fault is None:
            return await self._inner.write(changesets)
        if fault is Fault.LOST_ANSWER:
            await self._inner.write(changesets)
        return [Refused(self._error(fault), unknown=fault in _UNKNOWN) for _ in changesets]

    def wake_up(self, payload: bytes) -> WakeUp:
        """As the connector does."""
        return self._inner.wake_up(payload)

    async def close(self) -> None:
        """As the connector does."""
        await self._inner.close()

    def _raise(self, asked: Asked) -> None:
        fault = self._weather(asked)
        if fault is not None:
            raise self._error(fault)

    def _error(self, fault: Fault) -> RemoteError:
        if fault is Fault.THROTTLE:
            return Throttled("Too many requests.", retry_after=self.pause)
        if fault is Fault.DOWN:
            return Unavailable("The service is unavailable.", status=503)
        return Unavailable("No answer came.")


_UNKNOWN = {Fault.LOST_ANSWER, Fault.LOST_REQUEST}
