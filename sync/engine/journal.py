"""The journal: every answer of a system goes to a side topic of the log, for recordings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from sync.core import exact_json
from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome
from sync.engine.outcomes import Item, find_item, read_item, write_item
from sync.engine.times import text
from sync.ports import ChangeLog, ChangePage, Clock, Connector, VersionKind, WakeUp

TOPIC = "outcomes"


class Journaled:
    """A connector whose answers are noted.

    Args:
        connector: The system.
        log: Where answers are noted, one record a call.
        clock: Time.
    """

    def __init__(self, connector: Connector, log: ChangeLog, clock: Clock) -> None:
        self._connector, self._log, self._clock = connector, log, clock

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
        await self._connector.prepare()

    async def ping(self) -> None:
        """Ask whether it answers; nothing is decided by that."""
        await self._connector.ping()

    def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """Read a table's changes; they become events, which a recording has anyway."""
        return self._connector.changes(table, checkpoint)

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Read rows as they are now."""
        found = await self._connector.read(refs)
        await self._note([read_item(ref, row) for ref, row in found.items()])
        return found

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """Find rows by column values."""
        found = await self._connector.find(table, wanted)
        await self._note(
            [
                find_item(self.side, table, columns, rows)
                for columns, rows in zip(wanted, found, strict=True)
            ]
        )
        return found

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Write change sets."""
        outcomes = await self._connector.write(changesets)
        await self._note(
            [
                write_item(self.side, changeset, outcome)
                for changeset, outcome in zip(changesets, outcomes, strict=True)
            ]
        )
        return outcomes

    def wake_up(self, payload: bytes) -> WakeUp:
        """Read a webhook's body."""
        return self._connector.wake_up(payload)

    async def close(self) -> None:
        """Give connections back."""
        await self._connector.close()

    async def _note(self, items: list[Item]) -> None:
        if items:
            record = {"at": text(self._clock.now()), "items": items}
            await self._log.note(TOPIC, self.side.value, exact_json.encode(record))
