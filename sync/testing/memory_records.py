"""Conflicts, dead letters, receipts and the service's own state in the in-memory store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from sync.core.conflict import Conflict, ConflictState
from sync.ports import Checkpoint, DeadLetter, LetterFilter, MapRun, Receipt
from sync.testing.memory_state import MemoryState, isolated


class MemoryRecords:
    """The record part of a transaction."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def put_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        """Insert or replace conflicts by id."""
        for conflict in conflicts:
            self._state.put(self._state.conflicts, conflict.id, isolated(conflict))

    async def conflicts(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: ConflictState | None = None,
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[Conflict]:
        """Conflicts in order of id."""
        links = None if link_ids is None else set(link_ids)
        named = None if ids is None else set(ids)
        wanted = [
            conflict
            for conflict in sorted(self._state.conflicts.values(), key=lambda found: found.id)
            if (state is None or conflict.state == state)
            and (links is None or conflict.link_id in links)
            and (named is None or conflict.id in named)
            and (after is None or conflict.id > after)
        ]
        return [isolated(conflict) for conflict in wanted[:limit]]

    async def count_conflicts(self) -> dict[str, int]:
        """State → how many."""
        counts = Counter(str(conflict.state) for conflict in self._state.conflicts.values())
        return dict(sorted(counts.items()))

    async def put_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        """Insert or replace dead letters by id."""
        for letter in letters:
            self._state.put(self._state.dead_letters, letter.id, isolated(letter))

    async def dead_letters(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: str | None = "open",
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[DeadLetter]:
        """Dead letters in order of id."""
        links = None if link_ids is None else set(link_ids)
        named = None if ids is None else set(ids)
        wanted = [
            letter
            for letter in sorted(self._state.dead_letters.values(), key=lambda found: found.id)
            if (named is None or letter.id in named)
            and (state is None or letter.state == state)
            and (links is None or letter.link_id in links)
            and (after is None or letter.id > after)
        ]
        return [isolated(letter) for letter in wanted[:limit]]

    async def find_letters(
        self, wanted: LetterFilter, *, after: str | None = None, limit: int = 100
    ) -> list[DeadLetter]:
        """Dead letters that pass the filter, in order of id."""
        found = [
            letter
            for letter in sorted(self._state.dead_letters.values(), key=lambda found: found.id)
            if (wanted.state is None or letter.state == wanted.state)
            and (wanted.code is None or letter.code == wanted.code)
            and (wanted.kind is None or letter.kind == wanted.kind)
            and (wanted.since is None or letter.at >= wanted.since)
            and (after is None or letter.id > after)
        ]
        return [isolated(letter) for letter in found[:limit]]

    async def add_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Append to the audit."""
        kept = self._state.receipts
        for receipt in receipts:
            position = len(kept) + 1
            self._state.put(kept, position, replace(isolated(receipt), position=position))

    async def receipts(
        self, *, link_id: str | None = None, after: int = 0, limit: int = 100
    ) -> list[Receipt]:
        """Receipts in order of position."""
        wanted = [
            receipt
            for position, receipt in sorted(self._state.receipts.items())
            if position > after and (link_id is None or receipt.link_id == link_id)
        ]
        return [isolated(receipt) for receipt in wanted[:limit]]

    async def checkpoints(self) -> list[Checkpoint]:
        """Every table's checkpoint, by side and table."""
        return [checkpoint for _, checkpoint in sorted(self._state.checkpoints.items())]

    async def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Insert or replace."""
        key = (checkpoint.side, checkpoint.table)
        self._state.put(self._state.checkpoints, key, checkpoint)

    async def map_runs(self) -> dict[str, MapRun]:
        """Map id → whether it runs."""
        return dict(sorted(self._state.map_runs.items()))

    async def put_map_run(self, run: MapRun) -> None:
        """Insert or replace."""
        self._state.put(self._state.map_runs, run.map_id, run)

    async def draw_number(self, sequence: str, count: int = 1) -> int:
        """The next value of one of the service's own sequences; of several, the last."""
        name = f"own:{sequence}"
        value = self._state.sequences.get(name, 0) + count
        self._state.put(self._state.sequences, name, value)
        return value
