"""Value tables: lists of values that both systems spell differently, such as countries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mappings.document import FieldDocument, TableDocument, TableValuesDocument, Value
from mappings.reading import Place, Source, read
from mappings.validation import check, choose, whole
from sync.core.link import Neutral
from sync.core.row import Constant

Pairs = tuple[tuple[Neutral, Constant], ...]


class ValueMap:
    """A field's values.

    Attributes:
        erp: Neutral value, the ERP's value.
        crm: Neutral value, the CRM's value; the first of a neutral value is the one written.
        accept: Other spellings in the CRM → neutral value.
    """

    def __init__(self, erp: Pairs, crm: Pairs, accept: dict[str, Neutral]) -> None:
        self.erp, self.crm, self.accept = erp, crm, accept


class ValueTable:
    """A table of `values/`; its first column is the neutral value.

    Args:
        document: What the file says.
        source: The file.

    Raises:
        MapInvalid: A row has too few values, or a spelling stands for two values.
    """

    def __init__(self, document: TableDocument, source: Source) -> None:
        self.name, self.columns = document.table, document.columns
        for i, row in enumerate(document.rows):
            if len(row) != len(self.columns):
                raise source.place(("rows", i)).refuse(
                    f"the row has {len(row)} values, the table has {len(self.columns)} columns.",
                    f"Give each row: {', '.join(self.columns)}.",
                )
        self._rows = document.rows
        known = {str(row[0]) for row in self._rows}
        for spelling, neutral in document.accept.items():
            if neutral not in known:
                raise source.place(("accept", spelling)).refuse(
                    f"{spelling!r} is accepted for {neutral!r}, which no row begins with.",
                    f"Name a value of the column {self.columns[0]}.",
                )
        self._spellings: dict[str, Neutral] = {}
        for where, spelling, value in self._said(document):
            if self._spellings.setdefault(spelling.casefold(), value) != value:
                raise source.place(where).refuse(
                    f"{spelling!r} stands for two values.", "Keep one of the two."
                )

    def value_map(self, wanted: TableValuesDocument, place: Place, field: str) -> ValueMap:
        """The table as a field's value map.

        Raises:
            MapInvalid: The table has no such column.
        """
        for column in (wanted.erp, wanted.crm):
            if column not in self.columns:
                raise place.refuse(
                    f"the value table {self.name} has no column {column!r}.",
                    choose(self.columns, column),
                    field=field,
                )
        erp, crm = (
            tuple((row[0], row[self.columns.index(column)]) for row in self._rows)
            for column in (wanted.erp, wanted.crm)
        )
        written = {str(value).casefold() for _, value in crm}
        accept = {s: n for s, n in self._spellings.items() if s not in written}
        return ValueMap(erp, crm, accept)

    def _said(
        self, document: TableDocument
    ) -> Iterator[tuple[tuple[str | int, ...], str, Neutral]]:
        for i, row in enumerate(self._rows):
            for j, value in enumerate(row):
                yield ("rows", i, j), str(value), row[0]
        for spelling, neutral in document.accept.items():
            yield ("accept", spelling), spelling, neutral


def read_tables(folder: Path, *, ours: bool = False) -> dict[str, ValueTable]:
    """Every value table of a folder, by its name.

    Args:
        folder: The folder; it may be missing.
        ours: Whether messages need not say where the folder is.

    Raises:
        MapInvalid: A table is wrong, with file, line and cure.
    """
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        source = read(file, f"values/{file.name}" if ours else None)
        document = check(TableDocument, source.data, whole(source))
        found[document.table] = ValueTable(document, source)
    return found


def inline(field: FieldDocument, pairs: dict[str, Value | list[Value]], place: Place) -> ValueMap:
    """A value map written at the field: ERP value → CRM value, or a list whose first is written.

    Raises:
        MapInvalid: A CRM value stands for two ERP values, so it cannot be read back.
    """
    crm: list[tuple[Neutral, Constant]] = []
    seen: dict[object, str] = {}
    for neutral, said in pairs.items():
        for value in said if isinstance(said, list) else [said]:
            folded = value.casefold() if isinstance(value, str) else (type(value), value)
            other = seen.setdefault(folded, neutral)
            if other != neutral:
                raise place.refuse(
                    f"the value map cannot be read back: the CRM's {value!r} stands for "
                    f"{other!r} and for {neutral!r}.",
                    "Give every ERP value a CRM value of its own.",
                    field=field.name,
                )
            crm.append((neutral, value))
    for spelling, neutral in field.accept.items():
        if neutral not in pairs:
            raise place.refuse(
                f"{spelling!r} is accepted for {neutral!r}, which the value map does not have.",
                choose(pairs, neutral),
                field=field.name,
            )
    return ValueMap(tuple((n, n) for n in pairs), tuple(crm), dict(field.accept))
