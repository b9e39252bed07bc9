"""The local ERP behind the connector port without HTTP: the same rows, ids and errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from connectors.finops.sequences import CODES, REFERENCES, told
from connectors.odata.keys import literal, parse_predicate, predicate
from connectors.odata.writing import demanded_versions
from connectors.sandbox.direct_errors import error_of
from connectors.sandbox.finops.entity import Entity
from connectors.sandbox.finops.seed import SYSTEM_USER
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.finops.views import ETAG
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.tokens import Caller
from sync.core.row import Lookup, Row, RowRef, Scalar, Side, TableSpec
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp, Written
from sync.errors import ContractBroken, InputUnusable
from sync.ports import ChangePage, ToldSequences, VersionKind, WakeUp

INTEGRATION = Caller(SYSTEM_USER, "", is_integration=True)
_COMPANY = "dataAreaId"


class DirectFinops:
    """One local ERP, as the engine sees it.

    Args:
        system: The ERP.
        tables: What the maps use, by entity set.
        caller: Whom it acts as; the integration user by default.
        page_size: Rows per page of a sweep.
    """

    def __init__(
        self,
        system: FinopsSystem,
        tables: Mapping[str, TableSpec],
        caller: Caller = INTEGRATION,
        *,
        page_size: int = 2000,
    ) -> None:
        self._system, self._tables, self._caller = system, tables, caller
        self._page_size = page_size
        self._columns = {
            name: tuple(dict.fromkeys((*spec.keys, *spec.columns))) for name, spec in tables.items()
        }
        self._kept: dict[tuple[str, str], Row] = {}
        self._undone = system.db.undone

    @property
    def side(self) -> Side:
        """The ERP."""
        return Side.ERP

    @property
    def versions(self) -> VersionKind:
        """Equality: a tag tells that a row changed, not which of two is newer."""
        return VersionKind.EQUALITY

    async def prepare(self) -> None:
        """Check that the system has every entity set and column of the maps."""
        for name, columns in self._columns.items():
            fields = self._entity(name).fields
            for column in columns:
                if column not in fields:
                    raise ContractBroken(f"{name!r} of the ERP has no column {column!r}.")

    async def ping(self) -> None:
        """It always answers."""

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:  # noqa: ARG002
        """The whole entity set: the ERP has no change feed, so a checkpoint says nothing."""
        self._entity(table)
        found = [self._row(table, view) for view in self._system.list(table)]
        while len(found) > self._page_size:
            yield ChangePage(rows=tuple(found[: self._page_size]), full=True)
            found = found[self._page_size :]
        yield ChangePage(rows=tuple(found), full=True, last=True)

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Rows as they are now."""
        return {ref: self._read(ref) for ref in refs}

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """For each set of column values, the rows that have them; text is compared without case."""
        self._entity(table)
        found = []
        for values in wanted:
            views = self._system.list(
                table,
                lambda view, values=values: _has(view, values),  # type: ignore[misc]
            )
            found.append([self._row(table, view) for view in views])
        return found

    async def sequences(self) -> ToldSequences:
        """The number sequences of records of ours."""
        return told(self._system.list(REFERENCES), self._system.list(CODES))

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Each change set happens whole or not at all."""
        return [self._change(changeset) for changeset in changesets]

    def wake_up(self, payload: bytes) -> WakeUp:
        """There are no notices without HTTP."""
        raise InputUnusable(f"This ERP sends no notices; {len(payload)} bytes were given.")

    async def close(self) -> None:
        """Nothing to give back."""

    def _change(self, changeset: ChangeSet) -> Outcome:
        refs: list[RowRef | None] = []
        try:
            with self._system.transaction(self._caller):
                demanded = demanded_versions(changeset)
                for write, version in zip(changeset.writes, demanded, strict=True):
                    refs.append(self._write(write, version))
        except SystemRefusal as refusal:
            return Refused(error_of(refusal, coded=False))
        except ContractBroken as error:
            return Refused(error)
        return Written(tuple(None if ref is None else self._read(ref) for ref in refs))

    def _write(self, write: Write, version: str) -> RowRef | None:
        table, entity = write.ref.table, self._entity(write.ref.table)
        for column, value in write.values.items():
            if isinstance(value, Lookup):
                raise ContractBroken(f"Column {column!r} of {table!r} was given a row to point to.")
        body: dict[str, Any] = dict(write.values)
        if write.op is WriteOp.CREATE:
            if write.ref.row_id:
                body = {**self._key(entity, write.ref.row_id), **body}
            view = self._system.create(table, body, self._caller)
            return RowRef(Side.ERP, table, self.row_id(table, view))
        key = self._key(entity, write.ref.row_id)
        if write.op is WriteOp.DELETE:
            self._system.delete(table, key, self._caller, if_match=version)
            return None
        keys = self._tables[table].keys
        changed = {name: value for name, value in body.items() if name not in keys}
        self._system.update(table, key, changed, self._caller, if_match=version)
        return write.ref

    def _read(self, ref: RowRef) -> Row | None:
        entity = self._entity(ref.table)
        view = self._system.get(ref.table, self._key(entity, ref.row_id))
        return None if view is None else self._row(ref.table, view)

    def _entity(self, table: str) -> Entity:
        if table not in self._tables:
            raise ContractBroken(f"The ERP connector was not told of entity set {table!r}.")
        try:
            return self._system.entity(table)
        except SystemRefusal as refusal:
            raise ContractBroken(refusal.message) from refusal

    def _key(self, entity: Entity, row_id: str) -> dict[str, Scalar]:
        values = parse_predicate(row_id)
        if set(values) != set(entity.keys):
            raise ContractBroken(f"{row_id!r} is not a key of {entity.set_name!r}.")
        return values

    def row_id(self, table: str, view: Mapping[str, Any]) -> str:
        """The id of an entity row."""
        entity = self._entity(table)
        literals = {}
        for column in self._tables[table].keys:
            value = view[column]
            if column in (_COMPANY, self._tables[table].company):
                value = str(value).lower()
            literals[column] = literal(value, quoted=column not in entity.bare_keys)
        return predicate(literals)

    def _row(self, table: str, view: Mapping[str, Any]) -> Row:
        if self._undone != self._system.db.undone:  # record versions may come again
            self._kept.clear()
            self._undone = self._system.db.undone
        tag = str(view[ETAG])
        row_id = self.row_id(table, view)
        kept = self._kept.get((table, row_id))
        if kept is not None and kept.version == tag:
            return kept
        row = Row(
            ref=RowRef(Side.ERP, table, row_id),
            version=tag,
            image={column: view[column] for column in self._columns[table]},
        )
        self._kept[table, row_id] = row
        return row


def _has(view: Mapping[str, Any], wanted: Mapping[str, Scalar]) -> bool:
    return all(_same(view[column], value) for column, value in wanted.items())


def _same(value: Any, wanted: Scalar) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    if isinstance(value, Decimal) or isinstance(wanted, Decimal):
        return Decimal(str(value or 0)) == Decimal(str(wanted or 0))
    return bool(value == wanted)
