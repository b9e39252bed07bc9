"""Breakers: which side is asked, and who waits together for one that is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sync.core.breaker import Breaker, is_outage, side_token
from sync.core.link import Link
from sync.core.row import Side
from sync.errors import NotAuthorised, RemoteError, Unavailable
from sync.ports import Clock, Observer, Settlement

_TOKENS = {side_token(side) for side in Side}


class Breakers:
    """The breakers of both sides, shared by everybody who asks a system.

    They live in the process: one that starts asks both sides, and lets go who waited for them.

    Args:
        clock: Time.
        observer: Hears once that a side went away, and once that it is back.
    """

    def __init__(self, clock: Clock, observer: Observer) -> None:
        self._clock, self._observer = clock, observer
        self._breakers = {side: Breaker() for side in Side}
        self._closed = {side: asyncio.Event() for side in Side}
        for closed in self._closed.values():
            closed.set()
        self._owed = set(Side)

    def __getitem__(self, side: Side) -> Breaker:
        return self._breakers[side]

    def is_open(self, side: Side) -> bool:
        """Whether the side is not asked, but for the probe."""
        return self._breakers[side].is_open

    async def until_closed(self, side: Side) -> None:
        """Wait until the side is asked again."""
        await self._closed[side].wait()

    def refuse(self, side: Side) -> None:
        """Let nothing through while the side is not asked.

        Raises:
            Unavailable: It is not.
            NotAuthorised: It is not, since it refuses us.
        """
        breaker = self._breakers[side]
        if breaker.is_open and breaker.error is not None:
            raise _away(side, breaker.error)

    def failed(self, side: Side, error: RemoteError) -> None:
        """A request failed; one that the side answered all the same is an answer."""
        if not is_outage(error):
            self.answered(side)
            return
        before = self._breakers[side]
        self._breakers[side] = breaker = before.failed(error, self._clock.now())
        if breaker.is_open and not before.is_open:
            self._closed[side].clear()
            self._observer.noticed(
                "side_unreachable", side=side, code=error.code, failures=breaker.failures
            )

    def answered(self, side: Side) -> None:
        """A request was answered."""
        before = self._breakers[side]
        self._breakers[side] = before.answered()
        if before.opened_at is not None:
            self._owed.add(side)
            self._closed[side].set()
            away_for = (self._clock.now() - before.opened_at).total_seconds()
            self._observer.noticed("side_answers", side=side, seconds=away_for)

    def begin_probe(self, side: Side) -> bool:
        """Whether the caller is to probe the side now; nobody else is meanwhile."""
        probing = self._breakers[side].probing(self._clock.now())
        if probing is not None:
            self._breakers[side] = probing
        return probing is not None

    def give_up_probe(self, side: Side) -> None:
        """The probe was broken off: another one may begin at once."""
        self._breakers[side] = self._breakers[side].given_up()

    def owe(self, saved: Iterable[Settlement]) -> None:
        """Links were given back, some to wait for a side that may have answered since."""
        waiting = {
            token
            for settlement in saved
            if settlement.due_at is None
            for token in settlement.link.waiting_on
        }
        self._owed |= {side for side in Side if side_token(side) in waiting}

    @asynccontextmanager
    async def releasing(self) -> AsyncIterator[list[str]]:
        """What those wait for who are to be let go, in the transaction that the caller begins."""
        sides = {side for side in self._owed if not self.is_open(side)}
        self._owed -= sides
        try:
            yield sorted(map(side_token, sides))
        except BaseException:
            self._owed |= sides
            raise


def wait_for(side: Side, link: Link) -> None:
    """Let a link wait for a side to answer, with all the others."""
    link.waiting_on = tuple(dict.fromkeys((*link.waiting_on, side_token(side))))


def wait_no_longer(link: Link) -> None:
    """Let a link that is looked at wait for no side."""
    link.waiting_on = tuple(token for token in link.waiting_on if token not in _TOKENS)


def _away(side: Side, error: RemoteError) -> RemoteError:
    kind = NotAuthorised if isinstance(error, NotAuthorised) else Unavailable
    message = f"The {side.upper()} is not asked before it answers again: {error.message}"
    return kind(message, status=error.status, cure=error.cure)
