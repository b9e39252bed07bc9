"""Answering: a system in a replay; it gives recorded answers, else what its shadow holds."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from sync.core.event import ChangeEvent, Op
from sync.core.row import Row, RowRef, Scalar, Side, TableSpec
from sync.core.write import ChangeSet, Outcome, Written
from sync.engine.outcomes import Item, fingerprint, outcome_of, row_of, write_request
from sync.engine.shadow import ShadowSystem
from sync.ports import ChangePage, VersionKind, WakeUp


class Answering:
    """One side of a replay, behind the `Connector` port.

    A request gets its recorded answers in their order. Without one, a shadow system answers: it
    holds what events and recorded answers told, and our own writes. The answer to a read or search
    is given only between the events it came between; the answer to a write whenever it is asked
    for.

    Args:
        side: The side.
        tables: Its tables.
        versions: What its versions tell.
        outcomes: The recorded answers of that side.
    """

    def __init__(
        self,
        side: Side,
        tables: Mapping[str, TableSpec],
        versions: VersionKind,
        outcomes: Iterable[Item],
    ) -> None:
        self._shadow = ShadowSystem(side, tables, versions)
        self._answers: dict[bytes, deque[Item]] = {}
        self._reads: dict[bytes, deque[Item]] = {}
        for item in outcomes:
            if item["request"][0] != "read":
                self._keep(item)

    @property
    def side(self) -> Side:
        """Which side it is."""
        return self._shadow.side

    @property
    def versions(self) -> VersionKind:
        """What its versions tell."""
        return self._shadow.versions

    def reached(self, item: Item) -> None:
        """The replay has come to where a system gave this answer."""
        kind = item["request"][0]
        if kind == "find":
            self._next(item["request"], self._answers)
        if kind in ("read", "find"):
            self._reads.setdefault(fingerprint(item["request"]), deque()).append(item)

    def moved_on(self) -> None:
        """The replay comes to the next event: what was read before tells no more."""
        self._reads.clear()

    def told(self, event: ChangeEvent) -> None:
        """An event tells of a row."""
        if event.op is Op.DELETE:
            self._shadow.remove(event.ref)
        else:
            self._shadow.load([Row(event.ref, event.version, event.image or {}, event.order)])

    def left_over(self) -> list[list[object]]:
        """Recorded writes that nobody asked for."""
        return [
            item["request"]
            for items in self._answers.values()
            for item in items
            if item["request"][0] == "write"
        ]

    async def prepare(self) -> None:
        """Nothing to prepare."""

    async def ping(self) -> None:
        """It always answers."""

    async def close(self) -> None:
        """Nothing to close."""

    def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """The shadow's rows; a replay gets its events from the recording."""
        return self._shadow.changes(table, checkpoint)

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Recorded reads, else the shadow's rows."""
        found: dict[RowRef, Row | None] = {}
        for ref in refs:
            request = ["read", ref.side.value, ref.table, ref.row_id]
            item = self._next(request, self._reads)
            if item is None:
                found[ref] = (await self._shadow.read([ref]))[ref]
                continue
            row = None if item["answer"] is None else row_of(item["answer"])
            self._hold(ref, row)
            found[ref] = row
        return found

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """Recorded searches, else what the next one will find, else the shadow's rows.

        The shadow knows only of rows that were told of: a search must never find less than there
        is, so that what belongs together is waited for as it was when it was recorded.
        """
        found = []
        for columns in wanted:
            request = ["find", self.side.value, table, dict(columns)]
            item = self._next(request, self._reads)
            later = self._answers.get(fingerprint(request))
            if item is None and later:
                item = later[0]
            if item is None:
                found += await self._shadow.find(table, [columns])
            else:
                found.append([row_of(row) for row in item["answer"]])
        return found

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Recorded outcomes, else the shadow's."""
        outcomes: list[Outcome] = []
        for changeset in changesets:
            request = write_request(self.side, changeset)
            item = self._next(request, self._answers)
            if item is None:
                outcomes += await self._shadow.write([changeset])
                self._outdated(changeset)
                continue
            outcome = outcome_of(item["answer"])
            if isinstance(outcome, Written):
                for write, row in zip(changeset.writes, outcome.rows, strict=True):
                    self._hold(row.ref if row is not None else write.ref, row)
                self._outdated(changeset)
            outcomes.append(outcome)
        return outcomes

    def wake_up(self, payload: bytes) -> WakeUp:
        """A replay gets no notices."""
        return self._shadow.wake_up(payload)

    def _outdated(self, changeset: ChangeSet) -> None:
        """What was read of a row before our own write tells nothing of it any more."""
        for write in changeset.writes:
            ref = write.ref
            self._reads.pop(fingerprint(["read", ref.side.value, ref.table, ref.row_id]), None)

    def _keep(self, item: Item) -> None:
        self._answers.setdefault(fingerprint(item["request"]), deque()).append(item)

    @staticmethod
    def _next(request: Sequence[object], answers: dict[bytes, deque[Item]]) -> Item | None:
        waiting = answers.get(fingerprint(request))
        return waiting.popleft() if waiting else None

    def _hold(self, ref: RowRef, row: Row | None) -> None:
        if row is None:
            self._shadow.remove(ref)
        else:
            self._shadow.load([row])
