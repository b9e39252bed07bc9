"""The service's state."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sync.ports.captured import Captured
from sync.ports.draws import Draws
from sync.ports.duties import Duties
from sync.ports.history import History
from sync.ports.jobs import Jobs
from sync.ports.links import Links
from sync.ports.own import Own
from sync.ports.schedule import Schedule
from sync.ports.sequences import Proofs
from sync.ports.told import Told


class Transaction(
    Captured, Links, Schedule, Told, History, Jobs, Own, Draws, Duties, Proofs, Protocol
):
    """One unit of work on the state. Every method is one or two bulk statements.

    Leaving the `async with` block commits; an exception leaves nothing behind.
    """


class Store(Protocol):
    """The service's state."""

    async def start(self) -> None:
        """Connect.

        Raises:
            SchemaNotCurrent: The schema is not the one this version needs.
        """
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
