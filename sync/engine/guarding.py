"""Guarding: a system behind its breaker, which hears how every request ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from sync.core.breaker import is_outage
from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.breakers import Breakers
from sync.errors import RemoteError, Unavailable
from sync.ports import (
    ChangePage,
    Connector,
    TellsSequences,
    ToldSequences,
    VersionKind,
    WakeUp,
)

_OF_ONE_RECORD = (403, 500)
"""What a system may also say of one record alone, while every other one works."""


class Guarded:
    """A connector that asks nothing of a side whose breaker is open.

    Args:
        connector: The system.
        breakers: Both sides' breakers.
    """

    def __init__(self, connector: Connector, breakers: Breakers) -> None:
        self._connector, self._breakers = connector, breakers

    @property
    def side(self) -> Side:
        """Which side this is."""
        return self._connector.side

    @property
    def versions(self) -> VersionKind:
        """What its versions tell."""
        return self._connector.versions

    async def prepare(self) -> None:
        """Check credentials and contract, and register for notices."""
        self._breakers.refuse(self.side)
        with self._listening():
            await self._connector.prepare()

    async def ping(self) -> None:
        """Ask for as little as possible, whether the breaker is open or not."""
        with self._listening():
            await self._connector.ping()

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """Read a table's changes; each page is an answer."""
        self._breakers.refuse(self.side)
        pages = self._connector.changes(table, checkpoint)
        while True:
            with self._listening():
                page = await anext(pages, None)
            if page is None:
                return
            yield page

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Read rows as they are now."""
        if not refs:
            return {}
        self._breakers.refuse(self.side)
        with self._listening():
            return await self._connector.read(refs)

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """Find rows by column values."""
        if not wanted:
            return []
        self._breakers.refuse(self.side)
        with self._listening():
            return await self._connector.find(table, wanted)

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Write change sets; while the breaker is open none is sent, and certainly none happens."""
        try:
            self._breakers.refuse(self.side)
        except RemoteError as error:
            return [Refused(error) for _ in changesets]
        outcomes = await self._connector.write(changesets)
        self._judge(outcomes)
        return outcomes

    def wake_up(self, payload: bytes) -> WakeUp:
        """Read a webhook's body."""
        return self._connector.wake_up(payload)

    async def close(self) -> None:
        """Give connections back."""
        await self._connector.close()

    def _listening(self) -> AbstractContextManager[None]:
        return _listening(self._breakers, self.side)

    def _judge(self, outcomes: Sequence[Outcome]) -> None:
        """One change set that happened, or was refused for what it says, is an answer."""
        errors = [outcome.error for outcome in outcomes if isinstance(outcome, Refused)]
        if len(errors) < len(outcomes) or not all(map(is_outage, errors)):
            self._breakers.answered(self.side)
        elif errors and (len(errors) > 1 or errors[0].status not in _OF_ONE_RECORD):
            self._breakers.failed(self.side, errors[0])


class GuardedTeller:
    """The same for a system's number sequences.

    Args:
        side: Which side this is.
        teller: The system.
        breakers: Both sides' breakers.
    """

    def __init__(self, side: Side, teller: TellsSequences, breakers: Breakers) -> None:
        self._side, self._teller, self._breakers = side, teller, breakers

    async def sequences(self) -> ToldSequences:
        """Every sequence whose numbers come to stand in a table of the maps.

        Raises:
            Unavailable: The side is not asked, whatever the reason: of its sequences nothing is
                known for now, which is not the same as that they cannot be seen.
            RemoteError: As the system.
        """
        try:
            self._breakers.refuse(self._side)
        except RemoteError as error:
            raise Unavailable(error.message, cure=error.cure) from error
        with _listening(self._breakers, self._side):
            return await self._teller.sequences()


@contextmanager
def _listening(breakers: Breakers, side: Side) -> Iterator[None]:
    try:
        yield
    except RemoteError as error:
        breakers.failed(side, error)
        raise
    breakers.answered(side)
