"""Ports through which a process can die: before any call, or after it has done its work.

Every call of a port, each method of a transaction and its commit included, passes one gate. The
gate counts calls, lets other tasks in between, and raises `ProcessDied` where it was told to; from
then on nothing of that process gets through any more.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

from sync.ports import Transaction

P = TypeVar("P")
Between = Callable[[], Awaitable[None]]


class ProcessDied(BaseException):
    """The process is no more; nothing may catch this."""


class Gate:
    """What every port call of one process passes.

    Args:
        dies: Told the number of the call (from 1) and whether it is done; whether the process dies.
        between: Lets others in before and after each call.
    """

    def __init__(
        self,
        dies: Callable[[int, bool], bool] = lambda _number, _done: False,
        between: Between | None = None,
    ) -> None:
        self._dies, self._between = dies, between
        self.calls = 0
        self.dead = False

    async def enter(self) -> int:
        """A call begins; returns its number."""
        await self._pause()
        self.calls += 1
        self._check(self.calls, done=False)
        return self.calls

    async def leave(self, number: int) -> None:
        """A call has done its work."""
        self._check(number, done=True)
        await self._pause()

    async def _pause(self) -> None:
        if self.dead:
            raise ProcessDied
        if self._between is not None:
            await self._between()
            if self.dead:
                raise ProcessDied

    def _check(self, number: int, *, done: bool) -> None:
        if self.dead or self._dies(number, done):
            self.dead = True
            raise ProcessDied


class _Guarded:
    """A port behind a gate."""

    def __init__(self, inner: Any, gate: Gate) -> None:
        self._inner, self._gate = inner, gate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name == "transaction":
            return lambda: _transaction(self._inner, self._gate)
        if inspect.isasyncgenfunction(found):
            return lambda *args: _pages(found, args, self._gate)
        if not inspect.iscoroutinefunction(found):
            return found

        async def call(*args: Any, **kwargs: Any) -> Any:
            number = await self._gate.enter()
            answer = await found(*args, **kwargs)
            await self._gate.leave(number)
            return answer

        # Found once, kept: the port is called many times.
        self.__dict__[name] = call
        return call


@asynccontextmanager
async def _transaction(store: Any, gate: Gate) -> AsyncIterator[Transaction]:
    number = await gate.enter()
    async with store.transaction() as tx:
        await gate.leave(number)
        yield cast("Transaction", _Guarded(tx, gate))
        number = await gate.enter()
    await gate.leave(number)


async def _pages(changes: Any, args: tuple[Any, ...], gate: Gate) -> AsyncIterator[Any]:
    number = await gate.enter()
    async for page in changes(*args):
        await gate.leave(number)
        yield page
        number = await gate.enter()
    await gate.leave(number)


def guarded(port: P, gate: Gate) -> P:
    """The port behind a gate."""
    return cast("P", _Guarded(port, gate))
