"""The ERP as a synchronous object: entity rows in, entity rows out, refusals as exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.companies import open_company
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Entity, Rows
from connectors.sandbox.finops.events import DataEvent, EventFeed
from connectors.sandbox.finops.logic import HANDLERS
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.seed import SYSTEM_USER, seed_reference
from connectors.sandbox.finops.values import check_mandatory, parse, read_body, read_key
from connectors.sandbox.finops.views import View, Views, folded, key_values, sort_key, tag_of
from connectors.sandbox.kernel.reference_data import DEFAULT_COMPANY
from connectors.sandbox.kernel.storage import Snapshot, Storage
from connectors.sandbox.kernel.tokens import Caller

Key = Mapping[str, Any]
Predicate = Callable[[View], bool]
SYSTEM = Caller(SYSTEM_USER, "", is_integration=False)


@dataclass(slots=True)
class Switches:
    """Behaviours of the real service that differ by version or were never written down.

    Args:
        fo_stale_status: the status of a stale `If-Match`: 412, 409 or 400.
        enum_literal: whether `$filter` needs typed enumeration literals: `strict` or `lenient`.
    """

    fo_stale_status: int = 412
    enum_literal: str = "strict"


SWITCHES: Mapping[str, tuple[int | str, ...]] = {
    "fo_stale_status": (412, 409, 400),
    "enum_literal": ("strict", "lenient"),
}
"""Each switch with its values, the default first."""


class FinopsSystem:
    """The ERP.

    Args:
        storage: where its rows live; a storage without rows is seeded.
        clock: the current moment.
        switches: what differs between versions of the real service.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        switches: Switches | None = None,
    ) -> None:
        self.db = Database(storage)
        self.views = Views(self.db)
        self.clock = clock
        self.switches = switches or Switches()
        self._caller: Caller | None = None
        self.events = EventFeed(self.db, self.views, lambda: self._caller)
        if not self.db.rows("legal_entity"):
            seed_reference(self.db)
        else:  # what an older version of this system did not have yet
            with self.db.transaction():
                for row in list(self.db.rows("legal_entity").values()):
                    open_company(self.db, row["id"].lower())

    def entity(self, set_name: str) -> Entity:
        """The entity of a public collection name, in its exact spelling.

        Raises:
            SystemRefusal: 404, there is none.
        """
        found = ENTITIES.get(set_name)
        if found is None:
            raise refusals.unknown_set(f"/data/{set_name}")
        return found

    def company_of(self, caller: Caller) -> str:
        """The caller's own company, which bounds reads that are not cross-company."""
        user = self.db.get("user", caller.user_id)
        company = user.get("company", "") if user is not None else ""
        return str(company or DEFAULT_COMPANY.lower())

    def get(self, set_name: str, key: Key, *, company: str | None = None) -> View | None:
        """One row, or `None`.

        Args:
            set_name: the public collection name.
            key: every key field, in any order.
            company: look only into this company; `None` looks into all.
        """
        entity = self.entity(set_name)
        rows = self._locate(entity, key, company)
        return None if rows is None else dict(self.views.view(entity, rows))

    def find(
        self, set_name: str, wanted: Mapping[str, Any], *, company: str | None = None
    ) -> list[View]:
        """The rows whose fields have given values, texts compared without case.

        A whole key, a party or a location among the values is looked up; only other questions
        read the whole set. The rows are shared with the system: never change them.
        """
        entity = self.entity(set_name)
        for name in wanted:
            if name not in entity.fields:
                raise refusals.unknown_property(entity.type_name, name)
        values = {name: parse(entity, entity.fields[name], raw) for name, raw in wanted.items()}
        found = [
            view
            for view in self.views.candidates(entity, values)
            if (company is None or view.get("dataAreaId", company) == company)
            and all(folded(view[name]) == folded(value) for name, value in values.items())
        ]
        found.sort(key=lambda view: sort_key(entity, view))
        return found

    def scan(
        self, set_name: str, predicate: Predicate | None = None, *, company: str | None = None
    ) -> list[View]:
        """As `list`, but the rows are shared with the system: never change them."""
        entity = self.entity(set_name)
        found = [
            view for view in self.views.all(entity, company) if predicate is None or predicate(view)
        ]
        found.sort(key=lambda view: sort_key(entity, view))
        return found

    def list(
        self, set_name: str, predicate: Predicate | None = None, *, company: str | None = None
    ) -> list[View]:
        """The rows that fulfil a predicate, ordered by key, of one company or of all."""
        return [dict(view) for view in self.scan(set_name, predicate, company=company)]

    def create(self, set_name: str, body: Mapping[str, Any], caller: Caller) -> View:
        """Insert a row; the row as it now is, with drawn numbers and defaults.

        Raises:
            SystemRefusal: the body or the business logic says no; nothing has changed then.
        """
        entity = self._writable(set_name)
        with self.transaction(caller):
            values = read_body(entity, body)
            check_mandatory(entity, values)
            rows = HANDLERS[set_name].insert(self._work(entity, caller), values)
            made = self.views.locate(entity, key_values(entity, rows))
            if made is None:
                raise LookupError(f"the new row of {set_name} is not to be found")
            return dict(self.views.view(entity, made))

    def update(
        self,
        set_name: str,
        key: Key,
        body: Mapping[str, Any],
        caller: Caller,
        *,
        if_match: str | None = None,
        company: str | None = None,
    ) -> None:
        """Change a row.

        Args:
            set_name: the public collection name.
            key: every key field, in any order.
            body: the fields to change.
            caller: who changes it.
            if_match: the etag that the row must still have, `*` for any.
            company: look only into this company.

        Raises:
            SystemRefusal: no such row (400), a stale tag (412), or business logic says no.
        """
        entity = self._writable(set_name)
        with self.transaction(caller):
            rows = self._existing(entity, key, company, if_match)
            values = read_body(entity, body, self.views.view(entity, rows))
            if values.by_alias:
                HANDLERS[set_name].update(self._work(entity, caller), rows, values)

    def delete(
        self,
        set_name: str,
        key: Key,
        caller: Caller,
        *,
        if_match: str | None = None,
        company: str | None = None,
    ) -> None:
        """Remove a row; arguments and refusals as in `update`."""
        entity = self._writable(set_name)
        with self.transaction(caller):
            rows = self._existing(entity, key, company, if_match)
            HANDLERS[set_name].delete(self._work(entity, caller), rows)

    @contextmanager
    def transaction(self, caller: Caller = SYSTEM) -> Iterator[None]:
        """A changeset: everything inside happens, or nothing. An inner one joins the outer one."""
        self._caller = caller
        with self.db.transaction():
            yield

    def subscribe(self, listener: Callable[[Sequence[DataEvent]], None]) -> None:
        """Tell a listener about changed entity rows after each commit."""
        self.events.subscribe(listener)

    def snapshot(self) -> Snapshot:
        """A cheap copy of everything, for `restore`."""
        return self.db.storage.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot; nobody is told."""
        self.db.storage.restore(snapshot)
        self.db.restored()

    def reset(self) -> None:
        """Forget everything and seed as new; nobody is told."""
        self.db.storage.clear()
        self.db.restored()
        self.switches = Switches()
        seed_reference(self.db)

    def work(self, set_name: str, caller: Caller, day: str = "") -> Work:
        """What business logic works with, for an action that writes through an entity.

        Args:
            set_name: the entity that the action belongs to.
            caller: who acts.
            day: the date of the documents that it makes, as stored; today when empty.
        """
        return Work(
            self.db, self.entity(set_name), self.clock, self.company_of(caller), caller, day
        )

    def _work(self, entity: Entity, caller: Caller) -> Work:
        return self.work(entity.set_name, caller)

    def _writable(self, set_name: str) -> Entity:
        entity = self.entity(set_name)
        if entity.read_only:
            raise refusals.read_only(set_name)
        return entity

    def _locate(self, entity: Entity, key: Key, company: str | None) -> Rows | None:
        checked = read_key(entity, key)
        if company is not None and checked.get("dataAreaId", company) != company:
            return None
        return self.views.locate(entity, checked)

    def _existing(
        self, entity: Entity, key: Key, company: str | None, if_match: str | None
    ) -> Rows:
        rows = self._locate(entity, key, company)
        if rows is None:
            raise refusals.nothing_to_update()
        wanted = {tag.strip() for tag in (if_match or "*").split(",")}
        if wanted != {"*"} and tag_of(rows) not in wanted:
            # What an earlier part of the same changeset did to the row through business logic,
            # nobody outside can have seen: it is no other writer's change.
            before = {alias: self.db.before(row) for alias, row in rows.items()}
            if tag_of(before) not in wanted:
                raise refusals.stale(self.switches.fo_stale_status)
        return rows
