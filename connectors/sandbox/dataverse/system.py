"""The CRM as a system: synchronous create, update, delete and read over its tables.

Every method raises `SystemRefusal` as Dataverse would answer. Rows come in wire shape: every
property present, lookups as `_name_value`, `@odata.etag` first. A returned row is a value; never
edit it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.addresses import RowAddress, row_address, table_of_set
from connectors.sandbox.dataverse.bodies import read_body
from connectors.sandbox.dataverse.changes import Changes
from connectors.sandbox.dataverse.deleting import Deleting
from connectors.sandbox.dataverse.events import RowEvent
from connectors.sandbox.dataverse.indexes import Indexes
from connectors.sandbox.dataverse.nesting import create_parents, finish
from connectors.sandbox.dataverse.process import ACTIONS, Act, Answer
from connectors.sandbox.dataverse.reading import Reading
from connectors.sandbox.dataverse.values import wire_time
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.dataverse.writing import Context, Writer
from connectors.sandbox.kernel.model import Table
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller

Key = str | Mapping[str, Any]
list_of = list  # the class has a method of that name


class DataverseSystem:
    """One organisation.

    Args:
        storage: where its rows live.
        gab: whether the party and global address book solution is installed.
        clock: the current time, aware.
        new_id: makes row ids.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        gab: bool,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self.storage = storage
        self.gab = gab
        self.skew = 0.0
        self._clock = clock
        self.new_id = new_id
        self.indexes = Indexes(storage)
        self.writer = Writer(self)
        self.reading = Reading(self)
        self.tracking = Changes(self)
        self._deleting = Deleting(self)
        self._events: list[RowEvent] | None = None
        self._listeners: list[Callable[[list[RowEvent]], None]] = []
        self._checks: list[Callable[[list[RowEvent]], None]] = []

    def now(self) -> datetime:
        """The system's own clock, which may be skewed."""
        return self._clock() + timedelta(seconds=self.skew)

    def stamp(self) -> str:
        """The current time as the wire shows it."""
        return wire_time(self.now())

    def on_event(self, callback: Callable[[list[RowEvent]], None]) -> None:
        """Call back after every outermost commit with what happened, in order."""
        self._listeners.append(callback)

    def before_commit(self, callback: Callable[[list_of[RowEvent]], None]) -> None:
        """Call back with what happened before it is committed; a refusal undoes all of it."""
        self._checks.append(callback)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; events are told after the outermost commit, and only then."""
        if self._events is not None:
            with self.storage.transaction():
                yield
            return
        events: list_of[RowEvent] = []
        self._events = events
        try:
            with self.storage.transaction():
                yield
                for check in self._checks:
                    check(events)
        finally:
            self._events = None
        if events:
            for listener in self._listeners:
                listener(events)

    def note(self, event: RowEvent) -> None:
        """Remember an event of the running transaction."""
        if self._events is None:
            raise RuntimeError("a row was written outside of a transaction")
        self._events.append(event)

    def create(
        self, entity_set: str, body: Mapping[str, Any], caller: Caller, tag: str | None = None
    ) -> Row:
        """Create a row from a body in wire form and return it."""
        table = table_of_set(entity_set)
        with self.transaction():
            return self.insert(table, body, Context(caller, tag))

    def insert(
        self,
        table: Table,
        body: Mapping[str, Any],
        context: Context,
        keyed: Mapping[str, Any] | None = None,
    ) -> Row:
        """Create a row from a body, and what is nested in it, inside the running transaction."""
        read = read_body(table, body, self.resolve, updating=False)
        create_parents(self, read, context)
        row = self.writer.insert(table.name, {**(keyed or {}), **read.values}, context)
        finish(self, table, row, read, context)
        return self.storage.get(table.name, row[table.id_column]) or row

    def update(
        self,
        entity_set: str,
        key: Key,
        body: Mapping[str, Any],
        caller: Caller,
        if_match: str | None = None,
        tag: str | None = None,
    ) -> Row:
        """Update an existing row, named by id or alternate key; a missing one is refused."""
        table = table_of_set(entity_set)
        with self.transaction():
            row = self._existing(self.address(table, key))
            self._check(row, if_match)
            return self._update(table, row, body, Context(caller, tag))

    def upsert(
        self,
        entity_set: str,
        key: Key,
        body: Mapping[str, Any],
        caller: Caller,
        *,
        create_only: bool = False,
        if_match: str | None = None,
        tag: str | None = None,
    ) -> tuple[Row, bool]:
        """Update the row, or create it with the key's values; tells whether it was created.

        `if_match` of any kind makes it an update; `create_only` refuses an existing row with 412.
        """
        table = table_of_set(entity_set)
        address = self.address(table, key)
        with self.transaction():
            row = self.find(address)
            if row is not None:
                if create_only:
                    raise refusals.exists()
                self._check(row, if_match)
                fixed = {**body}
                for name in address.key:
                    fixed.pop(name, None)
                return self._update(table, row, fixed, Context(caller, tag)), False
            if if_match is not None:
                raise self.missing(address)
            values = dict(address.key)
            if address.row_id is not None:
                values[table.id_column] = address.row_id
            return self.insert(table, body, Context(caller, tag), values), True

    def delete(
        self,
        entity_set: str,
        key: Key,
        caller: Caller,
        if_match: str | None = None,
        tag: str | None = None,
    ) -> None:
        """Delete a row and what hangs on it; refused while something restricts it."""
        table = table_of_set(entity_set)
        with self.transaction():
            row = self._existing(self.address(table, key))
            self._check(row, if_match)
            self._deleting.delete(table, row, Context(caller, tag))

    def act(
        self,
        name: str,
        body: Mapping[str, Any],
        caller: Caller,
        tag: str | None = None,
        target: tuple[str, str] | None = None,
    ) -> Answer:
        """Do an action of the sales process (`WinQuote`): all of it or nothing.

        `body` has its parameters in wire form; `target` is the entity set and row id of an action
        that is bound to a row (`QualifyLead`).
        """
        bound = None if target is None else (table_of_set(target[0]).name, target[1])
        action = ACTIONS.find(name, bound and bound[0], on_row=bound is not None)
        if action is None:
            raise refusals.no_segment(name)
        with self.transaction():
            return action(Act(self, name, body, Context(caller, tag), bound))

    def get(self, entity_set: str, row_id: str) -> Row:
        """One row by id."""
        return self._existing(self.address(table_of_set(entity_set), row_id))

    def by_key(self, entity_set: str, values: Mapping[str, Any]) -> Row:
        """One row by alternate key; lookups as `_name_value`."""
        return self._existing(self.address(table_of_set(entity_set), values))

    def list(
        self,
        entity_set: str,
        *,
        filter: str | None = None,
        orderby: str | None = None,
        top: int | None = None,
        aliases: Mapping[str, str] | None = None,
        caller: Caller | None = None,
    ) -> list[Row]:
        """The rows that match a `$filter`, in the order of `$orderby` or of their ids."""
        return self.reading.rows(
            table_of_set(entity_set), filter, orderby, top, aliases or {}, caller
        )

    def changes_since(
        self, entity_set: str, version: int
    ) -> tuple[list_of[Row], list_of[dict[str, Any]], int]:
        """Rows by version, tombstones (`id`, `version`, `deletedon`), the new version."""
        return self.tracking.since(table_of_set(entity_set), version)

    def version(self) -> int:
        """The version of the latest write."""
        return self.storage.peek_value("versionnumber")

    def address(self, table: Table, key: Key) -> RowAddress:
        """A row id, a key text or key values as an address."""
        if isinstance(key, str):
            return row_address(table, key)
        return RowAddress(table, None, dict(key), ",".join(key))

    def find(self, address: RowAddress) -> Row | None:
        """The row at an address, or `None`."""
        table = address.table
        if address.row_id is not None:
            return self.storage.get(table.name, address.row_id)
        for properties in wired(table.name).key_properties:
            if set(properties) == address.key.keys():
                values = [address.key[name] for name in properties]
                found = self.indexes.find(table.name, properties, values)
                return self.storage.get(table.name, found[0]) if found else None
        raise refusals.bad_query(f"No alternate key of {table.name} has these columns.")

    def missing(self, address: RowAddress) -> Exception:
        """The refusal for an address without a row."""
        if address.row_id is not None:
            return refusals.not_found(address.table.name, address.row_id)
        return refusals.key_not_found(address.table.name)

    def secret(self, table: str, row_id: str) -> Mapping[str, Any]:
        """The write-only values of a row."""
        return self.storage.get("$secrets", f"{table}/{row_id}") or {}

    def _existing(self, address: RowAddress) -> Row:
        row = self.find(address)
        if row is None:
            raise self.missing(address)
        return row

    def resolve(self, address: RowAddress) -> str:
        """The row id behind an address; a missing row is refused."""
        row = self._existing(address)
        row_id: str = row[address.table.id_column]
        return row_id

    def _check(self, row: Row, if_match: str | None) -> None:
        if if_match is not None and if_match != "*" and if_match != row["@odata.etag"]:
            raise refusals.stale()

    def _update(self, table: Table, row: Row, body: Mapping[str, Any], context: Context) -> Row:
        read = read_body(table, body, self.resolve, updating=True)
        read.values.pop(table.id_column, None)
        create_parents(self, read, context)
        row = self.writer.modify(table.name, row[table.id_column], read.values, context)
        finish(self, table, row, read, context)
        return self.storage.get(table.name, row[table.id_column]) or row
