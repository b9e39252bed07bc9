"""What a base table is, and the short notation that it is written in.

One line per column: name and kind. A `!` marks a key column, a `#` an indexed one. Only columns
that differ from empty need to be stored. Computed columns are functions of one row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.finops.kinds import Kind, kind

Row = Mapping[str, Any]
SEPARATOR = "\x1f"


def storage_key(*parts: str) -> str:
    """The storage key of a row: its key parts compared without case, as the ERP's database does."""
    return SEPARATOR.join(parts).casefold()


@dataclass(frozen=True)
class BaseTable:
    """One base table.

    Args:
        name: our short name, also the name in the storage.
        system_name: the table's name in the ERP, shown in its error texts.
        number: the table's number, part of each record id's range.
        columns: the stored columns and their kinds.
        keys: the key columns, in order.
        indexes: the indexed columns.
        computed: columns derived from one row, and their kinds.
    """

    name: str
    system_name: str
    columns: Mapping[str, Kind]
    keys: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    computed: Mapping[str, tuple[Kind, Callable[[Row], Any]]] = field(default_factory=dict)

    def key_of(self, row: Row) -> str:
        """The storage key of a row."""
        return storage_key(*(str(row[column]) for column in self.keys))

    def kind_of(self, column: str) -> Kind:
        """The kind of a stored or computed column."""
        found = self.columns.get(column)
        return found if found is not None else self.computed[column][0]


def table(
    name: str,
    system_name: str,
    text: str,
    computed_columns: Mapping[str, tuple[str, Callable[[Row], Any]]] | None = None,
) -> BaseTable:
    """One base table from its notation."""
    columns, keys, indexes = {}, [], []
    words = iter(text.split())
    for word in words:
        column = word.rstrip("!#")
        columns[column] = kind(next(words))
        if "!" in word:
            keys.append(column)
        if "#" in word:
            indexes.append(column)
    return BaseTable(
        name,
        system_name,
        columns,
        tuple(keys),
        tuple(indexes),
        {key: (kind(code), fn) for key, (code, fn) in (computed_columns or {}).items()},
    )
