"""Data events: which entity rows a committed transaction changed.

A change of one base row can change rows of several entities: renaming a party changes the party,
its prospect and its customer. Events are one per transaction and row.
Source: Microsoft docs, data events of finance and operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Entity, Rows
from connectors.sandbox.finops.tables import PARTY_COLUMNS, Row
from connectors.sandbox.finops.views import ETAG, View, Views, key_of
from connectors.sandbox.kernel.tokens import Caller

Message = Literal["OnExternalCreated", "OnExternalUpdated", "OnExternalDeleted"]


@dataclass(frozen=True, slots=True)
class DataEvent:
    """One changed entity row.

    Args:
        message: what happened.
        entity: the entity.
        key: the row's key.
        before: the row before the transaction, `None` when it was created.
        after: the row after it, `None` when it was deleted.
        caller: who made the transaction.
    """

    message: Message
    entity: Entity
    key: Mapping[str, Any]
    before: View | None
    after: View | None
    caller: Caller | None

    def changed(self) -> list[str]:
        """The fields whose values differ, in the entity's order."""
        before, after = self.before or {}, self.after or {}
        return [name for name in self.entity.fields if before.get(name, "") != after.get(name, "")]


_SILENT = frozenset({"NumberSequencesV2References", "SequenceV2Tables", "SystemUsers"})
_BY_TABLE: dict[str, list[Entity]] = {}
for _entity in ENTITIES.values():
    if _entity.set_name not in _SILENT:
        for _table in _entity.tables:
            _BY_TABLE.setdefault(_table, []).append(_entity)
_Place = tuple[str, str]


class EventFeed:
    """Watches the base tables and tells listeners about changed entity rows after each commit.

    Args:
        db: the base tables.
        views: the entity rows.
        caller: who makes the current transaction.
    """

    def __init__(self, db: Database, views: Views, caller: Callable[[], Caller | None]) -> None:
        self._db = db
        self._views = views
        self._caller = caller
        self._listeners: list[Callable[[list[DataEvent]], None]] = []
        self._forget()
        db.observe(self._touch)
        db.on_commit(self._committed)

    def subscribe(self, listener: Callable[[list[DataEvent]], None]) -> None:
        """Call back after each commit that changed entity rows."""
        self._listeners.append(listener)

    def _forget(self) -> None:
        self._undone = self._db.undone
        self._touched: dict[tuple[str, _Place], None] = {}
        self._before: dict[tuple[str, tuple[Any, ...]], View] = {}

    def _touch(self, table: str, before: Row | None, after: Row | None) -> None:
        if not self._listeners:
            return
        if self._undone != self._db.undone:
            self._forget()
        places = list(_places(self._db, table, before, after))
        for entity in _BY_TABLE.get(table, ()):
            for place in places:
                mark = (entity.set_name, place)
                if mark not in self._touched and _fits(entity, place):
                    self._touched[mark] = None
                    for view in self._at(entity, place):
                        self._before.setdefault(_name(entity, view), view)

    def _committed(self) -> None:
        touched, before = self._touched, self._before
        if not touched or self._undone != self._db.undone:
            self._forget()
            return
        self._forget()
        after: dict[tuple[str, tuple[Any, ...]], View] = {}
        for set_name, place in touched:
            entity = ENTITIES[set_name]
            for view in self._at(entity, place):
                after[_name(entity, view)] = view
        events = list(_differences(before, after, self._caller()))
        if events:
            for listener in self._listeners:
                listener(events)

    def _at(self, entity: Entity, place: _Place) -> Iterator[View]:
        what, value = place
        found: Iterable[Rows]
        if what == "party" and entity.source.of_party is not None:
            found = entity.source.of_party(self._db, value)
        elif what == "location" and entity.source.of_location is not None:
            found = entity.source.of_location(self._db, value)
        else:
            row = self._db.rows(what).get(value) if what not in {"party", "location"} else None
            found = [] if row is None else [{what: row}]
        return self._views.views(entity, found)


def _places(db: Database, table: str, before: Row | None, after: Row | None) -> Iterator[_Place]:
    """Where a changed base row shows: at parties, at a location, or only at its own row."""
    columns = PARTY_COLUMNS.get(table)
    for row in filter(None, (before, after)):
        if columns is not None:
            for column in columns:
                yield ("party", row[column])
        elif table in {"location", "address"}:
            location = row["id" if table == "location" else "location"]
            yield ("location", location)
            for link in db.find("link", "location", location):
                yield ("party", link["party"])
        else:
            yield (table, db.key_of(table, row))


def _fits(entity: Entity, place: _Place) -> bool:
    if place[0] == "party":
        return entity.source.of_party is not None
    if place[0] == "location":
        return entity.source.of_location is not None
    return entity.root == place[0]


def _name(entity: Entity, view: View) -> tuple[str, tuple[Any, ...]]:
    return (entity.set_name, tuple(view[name] for name in entity.keys))


def _differences(
    before: Mapping[tuple[str, tuple[Any, ...]], View],
    after: Mapping[tuple[str, tuple[Any, ...]], View],
    caller: Caller | None,
) -> Iterator[DataEvent]:
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        entity = ENTITIES[name[0]]
        if old is not None and new is not None:
            if {**old, ETAG: ""} == {**new, ETAG: ""}:
                continue
            message: Message = "OnExternalUpdated"
        else:
            message = "OnExternalDeleted" if new is None else "OnExternalCreated"
        yield DataEvent(message, entity, key_of(entity, new or old or {}), old, new, caller)
