"""The base tables in a storage: record ids, record versions, and indexes that follow every change.

Every row carries `recid` (unique, never reused) and `recversion` (1 at first, one more per write);
together they are what an entity's etag is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from connectors.sandbox.finops.tables import TABLES, BaseTable, Row, storage_key
from connectors.sandbox.kernel.storage import Storage

_FIRST_RECID = 5637144575
_RECIDS = "finops:recid"

Observer = Callable[[str, Row | None, Row | None], None]


class Database:
    """Reads and writes base rows; writes belong into `transaction()`.

    Args:
        storage: where the rows live.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.undone = 0
        self._active = False
        self._observers: list[Observer] = []
        self._committed: list[Callable[[], None]] = []
        self._noted: list[tuple[BaseTable, str, Row | None, Row | None]] = []
        self._indexes: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
        self._rebuild()

    def get(self, table: str, *key: str) -> Row | None:
        """One row by its key parts, compared without case."""
        return self.storage.get(f"fo_{table}", storage_key(*key))

    def rows(self, table: str) -> Mapping[str, Row]:
        """All rows of a table by storage key."""
        return self.storage.rows(f"fo_{table}")

    def find(self, table: str, column: str, value: str) -> list[Row]:
        """The rows whose indexed column has a value, in storage key order."""
        keys = self._indexes[table, column].get(value.casefold())
        if not keys:
            return []
        rows = self.rows(table)
        return [rows[key] for key in (sorted(keys) if len(keys) > 1 else keys)]

    def key_of(self, table: str, row: Row) -> str:
        """The storage key of a row."""
        return TABLES[table].key_of(row)

    def observe(self, observer: Observer) -> None:
        """Call back before each write of a base row with table, row before and row after."""
        self._observers.append(observer)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, indexes included; a nested one joins the outer one."""
        if self._active:
            yield
            return
        self._active = True
        self._noted = []
        try:
            with self.storage.transaction():
                yield
        except BaseException:
            self._undo()
            raise
        finally:
            self._active = False
        for committed in self._committed:
            committed()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call back after each outermost transaction that ended well."""
        self._committed.append(callback)

    def insert(self, table: str, values: Mapping[str, Any]) -> Row:
        """Add a row; the caller has made sure that the key is free."""
        recid = _FIRST_RECID + self.storage.next_value(_RECIDS)
        row = {**values, "recid": recid, "recversion": 1}
        self._write(TABLES[table], None, row)
        return row

    def update(self, table: str, row: Row, changes: Mapping[str, Any]) -> Row:
        """Change a row when a value really differs; the row as it now is.

        `row` says which one; it may be older than what is stored, of which nothing is lost.
        """
        columns = TABLES[table].columns
        current = self._current(table, row)
        real = {
            name: value
            for name, value in changes.items()
            if current.get(name, columns[name].blank) != value
        }
        if not real:
            return current
        after = {**current, **real, "recversion": current["recversion"] + 1}
        self._write(TABLES[table], current, after)
        return after

    def delete(self, table: str, row: Row) -> None:
        """Remove a row."""
        self._write(TABLES[table], self._current(table, row), None)

    def before(self, row: Row) -> Row:
        """A row as it was when the current transaction began; one that is new stays as it is."""
        if self._active:
            for _, _, image, after in self._noted:
                if (image or after or row)["recid"] == row["recid"]:
                    return row if image is None else image
        return row

    def restored(self) -> None:
        """Follow a storage that was restored or cleared behind our back."""
        self.undone += 1
        self._rebuild()

    def _current(self, table: str, row: Row) -> Row:
        return self.rows(table)[TABLES[table].key_of(row)]

    def _write(self, table: BaseTable, before: Row | None, after: Row | None) -> None:
        if not self._active:
            raise RuntimeError("a base row was written outside of a transaction")
        for observer in self._observers:
            observer(table.name, before, after)
        key = table.key_of(after if after is not None else before or {})
        if after is None:
            self.storage.remove(f"fo_{table.name}", key)
        else:
            self.storage.put(f"fo_{table.name}", key, dict(after))
        self._index(table, key, before, after)
        self._noted.append((table, key, before, after))

    def _index(self, table: BaseTable, key: str, before: Row | None, after: Row | None) -> None:
        for column in table.indexes:
            old = str(before.get(column, "")).casefold() if before is not None else None
            new = str(after.get(column, "")).casefold() if after is not None else None
            if old == new:
                continue
            index = self._indexes[table.name, column]
            if old is not None:
                keys = index[old]
                del keys[key]
                if not keys:
                    del index[old]
            if new is not None:
                index.setdefault(new, {})[key] = None

    def _undo(self) -> None:
        self.undone += 1
        for table, key, before, after in reversed(self._noted):
            self._index(table, key, after, before)

    def _rebuild(self) -> None:
        self._indexes = {
            (table.name, column): {} for table in TABLES.values() for column in table.indexes
        }
        for table in TABLES.values():
            if table.indexes:
                for key, row in self.rows(table.name).items():
                    self._index(table, key, None, row)
