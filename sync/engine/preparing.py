"""Preparing: a system's credentials and contract are checked before anything is asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sync.core.row import Side
from sync.engine.breakers import Breakers
from sync.engine.guarding import Guarded
from sync.engine.looking import first_of
from sync.errors import ColumnMissing, RemoteError
from sync.ports import Clock, Observer

_PAUSE_SECONDS = 5.0


class Preparing:
    """Prepares one side, as often as it takes.

    Args:
        system: The side, behind its breaker.
        breakers: Both sides' breakers.
        clock: Time.
        observer: Hears what keeps it from being prepared.
        failed: Called when it could not be prepared for now.

    Attributes:
        done: Whether it is prepared.
        error: What kept it from being prepared, or what it lacks all the same; `None` if nothing.
    """

    def __init__(
        self,
        system: Guarded,
        breakers: Breakers,
        clock: Clock,
        observer: Observer,
        failed: Callable[[], None],
    ) -> None:
        self._system, self._breakers = system, breakers
        self._clock, self._observer, self._failed = clock, observer, failed
        self.done = False
        self.error: RemoteError | None = None

    @property
    def side(self) -> Side:
        """Which side this is."""
        return self._system.side

    @property
    def met(self) -> bool:
        """Whether it is known how the side stands: it is prepared, or something is in the way."""
        return self.done or self.error is not None

    async def once(self, stop: asyncio.Event) -> bool:
        """Try it; returns whether it has to be tried again, after having waited for that."""
        try:
            await self._system.prepare()
        except ColumnMissing as error:
            # What does not need the column goes on; a value that does is told on its record.
            self.error, self.done = error, True
            self._told(error, table=error.table, field=error.column)
        except RemoteError as error:
            self.error = error
            if self._breakers.is_open(self.side):
                await first_of(stop.wait(), self._breakers.until_closed(self.side))
                return True
            self._told(error)
            self._failed()
            await first_of(stop.wait(), self._clock.sleep(_PAUSE_SECONDS))
            return True
        else:
            self.error, self.done = None, True
        return False

    def _told(self, error: RemoteError, **more: str) -> None:
        self._observer.noticed("prepare_failed", side=self.side, code=error.code, **more)
