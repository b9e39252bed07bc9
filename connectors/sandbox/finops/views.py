"""Reading: base rows to entity rows, with their etags.

An entity row is a pure function of its base rows, so one that was built is kept for as long as
the versions of those base rows stay the same.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Entity, Rows

View = dict[str, Any]
ETAG = "@odata.etag"
_LIMIT = 50_000


class Views:
    """Builds and keeps entity rows.

    Args:
        db: the base tables.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._undone = db.undone
        self._kept: dict[tuple[str, tuple[int, ...]], tuple[tuple[int, ...], View]] = {}

    def joined(self, entity: Entity, rows: Rows) -> Rows:
        """The base rows of an entity row, completed."""
        for join in entity.joins:
            join(self._db, rows)
        return rows

    def locate(self, entity: Entity, key: Mapping[str, Any]) -> Rows | None:
        """The base rows behind a checked key, or `None`."""
        rows = entity.source.locate(self._db, key)
        return None if rows is None else self.joined(entity, rows)

    def view(self, entity: Entity, rows: Rows) -> View:
        """The entity row of completed base rows. Shared: copy before changing it."""
        if self._undone != self._db.undone or len(self._kept) > _LIMIT:
            self._kept.clear()
            self._undone = self._db.undone
        place = (
            entity.set_name,
            tuple(rows[alias]["recid"] for alias in entity.source.aliases if alias in rows),
        )
        versions = _versions(rows)
        kept = self._kept.get(place)
        if kept is not None and kept[0] == versions:
            return kept[1]
        view = {ETAG: _etag(versions), **_fields(entity, rows)}
        self._kept[place] = (versions, view)
        return view

    def all(self, entity: Entity, company: str | None = None) -> Iterator[View]:
        """Every row of an entity, of one company when it has companies."""
        for rows in entity.source.scan(self._db):
            if company is None or not entity.has_company or _company(entity, rows) == company:
                yield self.view(entity, self.joined(entity, rows))

    def candidates(self, entity: Entity, values: Mapping[str, Any]) -> Iterable[View]:
        """Rows among which are all that have these values: few, when an index can tell."""
        if all(name in values for name in entity.keys):
            rows = self.locate(entity, values)
            return [] if rows is None else [self.view(entity, rows)]
        source = entity.source
        for name in entity.party_fields:
            if source.of_party is not None and values.get(name):
                return self.views(entity, source.of_party(self._db, values[name]))
        if source.of_location is not None and values.get("LocationId"):
            return self.views(entity, source.of_location(self._db, values["LocationId"]))
        return self.all(entity)

    def views(self, entity: Entity, found: Iterable[Rows]) -> Iterator[View]:
        """The entity rows of several base rows."""
        for rows in found:
            yield self.view(entity, self.joined(entity, rows))


def folded(value: Any) -> Any:
    """A value as it is compared: texts without case."""
    return value.casefold() if isinstance(value, str) else value


def key_of(entity: Entity, view: Mapping[str, Any]) -> dict[str, Any]:
    """The key of an entity row."""
    return {name: view[name] for name in entity.keys}


def key_values(entity: Entity, rows: Rows) -> dict[str, Any]:
    """The key of an entity row by its root base rows."""
    values = {}
    for name in entity.keys:
        field = entity.fields[name]
        row = rows[field.alias]
        derive = entity.derivation(field)
        values[name] = row[field.column] if derive is None else derive(row)
    return values


def sort_key(entity: Entity, view: Mapping[str, Any]) -> tuple[Any, ...]:
    """What rows are ordered by when nobody asks for an order: the key, without case."""
    return tuple(folded(view[name]) for name in entity.keys)


def tag_of(rows: Rows) -> str:
    """The etag of an entity row by its completed base rows."""
    return _etag(_versions(rows))


def _versions(rows: Rows) -> tuple[int, ...]:
    return tuple(part for row in rows.values() for part in (row["recversion"], row["recid"]))


def _company(entity: Entity, rows: Rows) -> Any:
    return rows[entity.root].get("company")


def _etag(versions: tuple[int, ...]) -> str:
    pairs = ";".join(
        f"{versions[index]},{versions[index + 1]}" for index in range(0, len(versions), 2)
    )
    return f'W/"{base64.b64encode(f"{chr(39)}{pairs}{chr(39)}".encode()).decode()}"'


def _fields(entity: Entity, rows: Rows) -> View:
    view: View = {}
    for name, alias, column, blank, derive in entity.plan:
        row = rows.get(alias)
        if row is None:
            view[name] = blank
        else:
            view[name] = row.get(column, blank) if derive is None else derive(row)
    return view
