"""The file behind a `Storage`: one SQLite database of JSON rows in which decimals stay exact."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

_DECIMAL = "$decimal"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    tbl TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (tbl, key)
);
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


def encode_row(row: Mapping[str, Any]) -> bytes:
    """A row as JSON; a `Decimal` travels as `{"$decimal": "12.50"}` and keeps its digits."""
    return msgspec.json.encode(_pack(row))


def decode_row(body: bytes) -> dict[str, Any]:
    """The inverse of `encode_row`."""
    row = _unpack(msgspec.json.decode(body))
    if not isinstance(row, dict):
        raise TypeError("a stored row is not an object")
    return row


class RowFile:
    """Reads everything once, then writes each commit in one transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def load(self) -> tuple[dict[str, dict[str, dict[str, Any]]], dict[str, int]]:
        """Every table and counter, rows in the order they were first written."""
        tables: dict[str, dict[str, dict[str, Any]]] = {}
        for table, key, body in self._db.execute("SELECT tbl, key, body FROM rows ORDER BY rowid"):
            tables.setdefault(table, {})[key] = decode_row(body)
        return tables, dict(self._db.execute("SELECT name, value FROM sequences"))

    def write(
        self,
        changes: Iterable[tuple[str, str, Mapping[str, Any] | None]],
        sequences: Mapping[str, int],
    ) -> None:
        """One commit: rows to put, rows to remove (`None`), counters that moved."""
        puts, removals = [], []
        for table, key, row in changes:
            if row is None:
                removals.append((table, key))
            else:
                puts.append((table, key, encode_row(row)))
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany("DELETE FROM rows WHERE tbl = ? AND key = ?", removals)
            self._db.executemany(
                "INSERT INTO rows (tbl, key, body) VALUES (?, ?, ?) "
                "ON CONFLICT (tbl, key) DO UPDATE SET body = excluded.body",
                puts,
            )
            self._db.executemany(
                "INSERT INTO sequences (name, value) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                list(sequences.items()),
            )
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def replace(
        self,
        tables: Mapping[str, Mapping[str, Mapping[str, Any]]],
        sequences: Mapping[str, int],
    ) -> None:
        """Make the file hold exactly this."""
        self._db.executescript("DELETE FROM rows; DELETE FROM sequences;")
        self.write(
            [(table, key, row) for table, rows in tables.items() for key, row in rows.items()],
            sequences,
        )

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def _pack(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {_DECIMAL: str(value)}
    if isinstance(value, Mapping):
        return {name: _pack(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(item) for item in value]
    return value


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_DECIMAL}:
            return Decimal(value[_DECIMAL])
        return {name: _unpack(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_unpack(item) for item in value]
    return value
