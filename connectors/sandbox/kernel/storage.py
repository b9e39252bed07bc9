"""The systems' storage: every row in memory, optionally written through to one SQLite file.

Rows are plain dictionaries of JSON values plus `Decimal`. They are values: whoever changes one
puts a new dictionary; a row that was read is never edited in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from connectors.sandbox.kernel.rowfile import RowFile

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """The net effect of one transaction on one row; `None` means the row did not exist."""

    table: str
    key: str
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A cheap copy of a whole storage; rows are shared because rows are values."""

    tables: Mapping[str, Mapping[str, Row]]
    sequences: Mapping[str, int]


class Storage:
    """Tables of rows with transactions and persisted counters.

    Args:
        path: one SQLite file that survives a restart, or `None` for memory only. The file is
            written at commit, before anyone is told of the commit.

    `generation` moves when rows change other than by a put or remove (a rollback, a restored
    snapshot), so that whoever indexes rows knows when to start over.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._tables: dict[str, dict[str, Row]] = {}
        self._sequences: dict[str, int] = {}
        self._undo: list[tuple[str, str, Row | None]] | None = None
        self._drawn: set[str] = set()
        self._listeners: list[Callable[[list[Change]], None]] = []
        self.generation = 0
        self._file = RowFile(path) if path is not None else None
        if self._file is not None:
            self._tables, self._sequences = self._file.load()

    def rows(self, table: str) -> Mapping[str, Row]:
        """All rows of a table by key, in insertion order; a live, read-only view."""
        return MappingProxyType(self._tables.setdefault(table, {}))

    def get(self, table: str, key: str) -> Row | None:
        """One row, or `None`."""
        return self._tables.get(table, {}).get(key)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. A nested transaction joins the outer one.

        An exception undoes every row change; counters stay drawn, as numbers of a real system's
        non-continuous sequence do.
        """
        if self._undo is not None:
            yield
            return
        self._undo = []
        try:
            yield
            changes = self._net_changes(self._undo)
            self._flush(changes)
        except BaseException:
            self._roll_back(self._undo)
            self._undo = None
            self._flush([])
            raise
        self._undo = None
        if changes:
            for listener in self._listeners:
                listener(changes)

    def put(self, table: str, key: str, row: Row) -> None:
        """Insert or replace one row; outside a transaction it commits at once."""
        with self.transaction():
            rows = self._tables.setdefault(table, {})
            self._note(table, key, rows.get(key))
            rows[key] = dict(row)

    def remove(self, table: str, key: str) -> None:
        """Remove one row; a row that is not there is a `KeyError`."""
        with self.transaction():
            self._note(table, key, self._tables.setdefault(table, {})[key])
            del self._tables[table][key]

    def next_value(self, sequence: str) -> int:
        """Draw the next number of a sequence, from 1. It stays drawn whatever happens next."""
        value = self._sequences.get(sequence, 0) + 1
        self.set_value(sequence, value)
        return value

    def peek_value(self, sequence: str) -> int:
        """The number drawn last, 0 when none was."""
        return self._sequences.get(sequence, 0)

    def set_value(self, sequence: str, value: int) -> None:
        """Move a sequence, so that the next draw is `value + 1`."""
        self._sequences[sequence] = value
        self._drawn.add(sequence)
        if self._undo is None:
            self._flush([])

    def on_commit(self, callback: Callable[[list[Change]], None]) -> None:
        """Call back after each outermost commit that changed something, in the order subscribed."""
        self._listeners.append(callback)

    def clear(self) -> None:
        """Forget every row and counter, without telling the listeners."""
        self.restore(Snapshot({}, {}))

    def snapshot(self) -> Snapshot:
        """A copy to restore from; costs one shallow dictionary per table."""
        return Snapshot(
            {table: dict(rows) for table, rows in self._tables.items()}, dict(self._sequences)
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot, without telling the listeners. Refused inside a transaction."""
        if self._undo is not None:
            raise RuntimeError("restore a snapshot outside of a transaction")
        self._tables = {table: dict(rows) for table, rows in snapshot.tables.items()}
        self._sequences = dict(snapshot.sequences)
        self.generation += 1
        if self._file is not None:
            self._file.replace(self._tables, self._sequences)

    def close(self) -> None:
        """Close the file, when there is one."""
        if self._file is not None:
            self._file.close()

    def _note(self, table: str, key: str, before: Row | None) -> None:
        if self._undo is None:  # pragma: no cover - put and remove always hold a transaction
            raise RuntimeError("a change outside of a transaction")
        self._undo.append((table, key, before))

    def _net_changes(self, undo: list[tuple[str, str, Row | None]]) -> list[Change]:
        first: dict[tuple[str, str], Row | None] = {}
        for table, key, before in undo:
            first.setdefault((table, key), before)
        changes = []
        for (table, key), before in first.items():
            after = self._tables[table].get(key)
            if after != before:
                changes.append(Change(table, key, before, after))
        return changes

    def _roll_back(self, undo: list[tuple[str, str, Row | None]]) -> None:
        if undo:
            self.generation += 1
        for table, key, before in reversed(undo):
            if before is None:
                self._tables[table].pop(key, None)
            else:
                self._tables[table][key] = before

    def _flush(self, changes: list[Change]) -> None:
        drawn, self._drawn = self._drawn, set()
        if self._file is not None and (changes or drawn):
            self._file.write(
                [(change.table, change.key, change.after) for change in changes],
                {name: self._sequences[name] for name in drawn},
            )
