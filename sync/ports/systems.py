"""The two systems, as the engine sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome


class VersionKind(StrEnum):
    """What can be said of two different versions of a row."""

    ORDERED = "ordered"
    """Which one is newer: images can be trusted behind that guard."""
    EQUALITY = "equality"
    """Only that they differ: the side is read before every decision."""


class ChangePage(msgspec.Struct, frozen=True):
    """One page of a table's change feed.

    Attributes:
        rows: Rows as they are now.
        deleted: Ids of rows that are gone.
        full: Whether this pass enumerates the whole table, so that a row not seen may be gone.
        checkpoint: Where the next pass goes on; set on the last page only.
        last: Whether this is the last page of the pass.
    """

    rows: tuple[Row, ...]
    deleted: tuple[str, ...] = ()
    full: bool = False
    checkpoint: str | None = None
    last: bool = False


class WakeUp(msgspec.Struct, frozen=True):
    """What a webhook told: where to look. Never what is true.

    Attributes:
        table: The entity set that changed; `None` when it could not be told: look everywhere. One
            that no map uses is not looked at.
        row_id: The row, where the notice names it and the system lets one read it directly.
    """

    table: str | None
    row_id: str | None = None


class Connector(Protocol):
    """One system, as the engine sees it."""

    @property
    def side(self) -> Side:
        """Which side this is."""
        ...

    @property
    def versions(self) -> VersionKind:
        """What its versions tell."""
        ...

    async def prepare(self) -> None:
        """Check credentials and contract, and register for notices; safe to repeat.

        Raises:
            NotAuthorised: The system does not let us in.
            ContractBroken: A table or column that a map names does not exist.
        """
        ...

    async def ping(self) -> None:
        """Ask for as little as the system can be asked for, once: does it answer?

        Raises:
            RemoteError: It does not, or refuses us.
        """
        ...

    def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """Read a table's changes since the checkpoint, or all of it without one.

        Raises:
            CheckpointExpired: Start again without a checkpoint.
        """
        ...

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Read rows as they are now; `None` for a row that does not exist. In few requests."""
        ...

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """For each set of column values, the rows that have them. In few requests."""
        ...

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Write change sets, each on its own, many in one request; answers in the same order.

        Never raises for a change set's failure: that is its `Refused`.
        """
        ...

    def wake_up(self, payload: bytes) -> WakeUp:
        """Read a webhook's body.

        Raises:
            InputUnusable: It is not a notice of this system.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
