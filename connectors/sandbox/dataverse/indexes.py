"""In-memory indexes over rows: alternate keys and the lookups that the business logic follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.sandbox.kernel.storage import Row, Storage

Values = tuple[Any, ...]


def folded(values: Iterable[Any]) -> Values:
    """Values as the database compares them: text without case."""
    return tuple(value.casefold() if isinstance(value, str) else value for value in values)


class Indexes:
    """Row ids by column values, built when first asked for and kept up with every write.

    A rollback or a restored snapshot moves the storage's generation, which empties them.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._generation = storage.generation
        self._built: dict[tuple[str, tuple[str, ...]], dict[Values, dict[str, None]]] = {}
        self._by_table: dict[str, list[tuple[str, ...]]] = {}

    def find(self, table: str, properties: tuple[str, ...], values: Iterable[Any]) -> list[str]:
        """The ids of the rows whose properties have these values, oldest first."""
        self._refresh()
        return list(self._index(table, properties).get(folded(values), ()))

    def moved(self, table: str, key: str, before: Row | None, after: Row | None) -> None:
        """Keep up with one write."""
        self._refresh()
        for properties in self._by_table.get(table, ()):
            index = self._built[table, properties]
            old = None if before is None else _values(before, properties)
            new = None if after is None else _values(after, properties)
            if old == new:
                continue
            if old is not None:
                index[old].pop(key, None)
            if new is not None:
                index.setdefault(new, {})[key] = None

    def _refresh(self) -> None:
        if self._generation != self._storage.generation:
            self._built.clear()
            self._by_table.clear()
            self._generation = self._storage.generation

    def _index(self, table: str, properties: tuple[str, ...]) -> dict[Values, dict[str, None]]:
        found = self._built.get((table, properties))
        if found is None:
            found = {}
            for key, row in self._storage.rows(table).items():
                values = _values(row, properties)
                if values is not None:
                    found.setdefault(values, {})[key] = None
            self._built[table, properties] = found
            self._by_table.setdefault(table, []).append(properties)
        return found


def _values(row: Mapping[str, Any], properties: tuple[str, ...]) -> Values | None:
    values = folded(row.get(name) for name in properties)
    return None if any(value is None for value in values) else values
