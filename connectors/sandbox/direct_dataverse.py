"""The local CRM behind the connector port without HTTP: the same rows, ids and errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from connectors.dataverse.actions import parameters_of
from connectors.dataverse.bodies import about_another_row
from connectors.dataverse.own_numbers import lacks_format, own_sequences
from connectors.dataverse.sequences import places_of, sequence_of
from connectors.odata.writing import demanded_versions
from connectors.sandbox.dataverse.autonumbers import AUTONUMBERS, format_of, next_value, seed
from connectors.sandbox.dataverse.seed import SYSTEM_USER
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.wiring import property_of, sets, wired
from connectors.sandbox.direct_errors import error_of
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.tokens import Caller
from sync.core.row import Lookup, Row, RowRef, Scalar, Side, TableSpec
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp, Written
from sync.errors import CheckpointExpired, ContractBroken, InputUnusable
from sync.ports import ChangePage, ToldSequence, ToldSequences, VersionKind, WakeUp

INTEGRATION = Caller(SYSTEM_USER, "", is_integration=True)
_DECIMALS = frozenset({"decimal", "money"})


class DirectDataverse:
    """One local CRM, as the engine sees it.

    Args:
        system: The organisation.
        tables: What the maps use, by entity set.
        caller: Whom it acts as; the integration user by default.
        page_size: Rows per page of a change feed.
    """

    def __init__(
        self,
        system: DataverseSystem,
        tables: Mapping[str, TableSpec],
        caller: Caller = INTEGRATION,
        *,
        page_size: int = 5000,
    ) -> None:
        self._system, self._tables, self._caller = system, tables, caller
        self._page_size = page_size
        self._oldest = 0
        self._shapes = {name: _shape(spec) for name, spec in tables.items() if name in sets()}

    @property
    def side(self) -> Side:
        """The CRM."""
        return Side.CRM

    @property
    def versions(self) -> VersionKind:
        """Ordered: the row version is one number that grows with every write."""
        return VersionKind.ORDERED

    async def prepare(self) -> None:
        """Check that the system has every table and column of the maps."""
        for name in self._tables:
            self._shape(name)

    async def ping(self) -> None:
        """It always answers."""

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """The table's changes since a version, or all of it without one."""
        self._shape(table)
        full = checkpoint is None
        since = 0 if checkpoint is None else int(checkpoint)
        if since < self._oldest and not full:
            raise CheckpointExpired(f"The checkpoint of table {table!r} is too old.", status=400)
        rows, gone, version = self._system.changes_since(table, since)
        found = [self._row(table, row) for row in rows]
        while len(found) > self._page_size:
            yield ChangePage(rows=tuple(found[: self._page_size]), full=full)
            found = found[self._page_size :]
        deleted = () if full else tuple(str(item["id"]) for item in gone)
        yield ChangePage(tuple(found), deleted, full, str(version), last=True)

    def expire_checkpoints(self) -> None:
        """Let every checkpoint given out so far be too old."""
        self._oldest = self._system.version() + 1

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Rows as they are now."""
        found: dict[RowRef, Row | None] = {}
        for ref in refs:
            self._shape(ref.table)
            row = self._system.storage.get(sets()[ref.table].name, ref.row_id)
            found[ref] = None if row is None else self._row(ref.table, row)
        return found

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """For each set of column values, the rows that have them; text is compared without case."""
        shape, name = self._shape(table), sets()[table].name
        found = []
        for values in wanted:
            properties = tuple(shape[column][0] for column in values)
            ids = self._system.indexes.find(name, properties, values.values())
            rows = [self._system.storage.get(name, row_id) for row_id in ids]
            found.append([self._row(table, row) for row in rows if row is not None])
        return found

    async def sequences(self) -> ToldSequences:
        """The autonumber columns of the maps' tables, and what the organisation numbers."""
        formats: dict[str, dict[str, str]] = {}
        for table, column in AUTONUMBERS:
            text = format_of(self._system, table, column) or ""
            formats.setdefault(table, {})[column] = text
        found: list[ToldSequence] = []
        unformatted: dict[str, str] = {}
        for table, columns in formats.items():
            entity_set = wired(table).table.entity_set
            if entity_set not in self._tables:
                continue
            found += (
                self._autonumber(table, column, text, places_of(entity_set, table, column, columns))
                for column, text in columns.items()
                if text
            )
            if lacks_format(table, columns):
                unformatted[table] = entity_set
        (organisation,) = self._system.storage.rows("organization").values()
        own = own_sequences(unformatted, organisation)
        return ToldSequences((*found, *own.sequences), own.untold)

    def _autonumber(
        self, table: str, column: str, text: str, places: tuple[tuple[str, str], ...]
    ) -> ToldSequence:
        asked = {"EntityName": table, "AttributeName": column}
        began = seed(self._system, asked)["AutoNumberSeedValue"]
        coming = next_value(self._system, asked)["NextAutoNumberValue"]
        return sequence_of(table, column, text, places, (began, coming))

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Each change set happens whole or not at all."""
        return [self._change(changeset) for changeset in changesets]

    def wake_up(self, payload: bytes) -> WakeUp:
        """There are no notices without HTTP."""
        raise InputUnusable(f"This CRM sends no notices; {len(payload)} bytes were given.")

    async def close(self) -> None:
        """Nothing to give back."""

    def _change(self, changeset: ChangeSet) -> Outcome:
        try:
            with self._system.transaction():
                demanded = demanded_versions(changeset)
                for write, version in zip(changeset.writes, demanded, strict=True):
                    self._write(write, version, changeset.id)
        except SystemRefusal as refusal:
            return Refused(about_another_row(error_of(refusal, coded=True), changeset))
        except ContractBroken as error:
            return Refused(error)
        rows = []
        for write in changeset.writes:
            row = self._system.storage.get(sets()[write.ref.table].name, write.ref.row_id)
            gone = write.op is WriteOp.DELETE or row is None
            rows.append(None if gone or row is None else self._row(write.ref.table, row))
        return Written(tuple(rows))

    def _write(self, write: Write, version: str, tag: str) -> None:
        ref, caller = write.ref, self._caller
        self._shape(ref.table)
        if write.op is WriteOp.DELETE:
            self._system.delete(ref.table, ref.row_id, caller, version, tag)
            return
        if write.op is WriteOp.ACTION:
            self._system.act(str(write.action), parameters_of(write), caller, tag)
            return
        body = self._body(write)
        id_column = self._tables[ref.table].keys[0]
        if write.op is WriteOp.CREATE:
            self._system.create(ref.table, {**body, id_column: ref.row_id}, caller, tag)
        else:
            body.pop(id_column, None)
            self._system.update(ref.table, ref.row_id, body, caller, version, tag)

    def _body(self, write: Write) -> dict[str, Any]:
        table = sets()[write.ref.table]
        body: dict[str, Any] = {}
        for column, value in write.values.items():
            known = table.by_name.get(column)
            if known is None or known.kind != "lookup":
                body[column] = value
                continue
            to = value.table if isinstance(value, Lookup) else None
            navigation = next(
                (
                    t.navigation
                    for t in known.targets
                    if to in (None, wired(t.table).table.entity_set)
                ),
                None,
            )
            if navigation is None or not (value is None or isinstance(value, Lookup)):
                raise ContractBroken(f"Column {column!r} of {write.ref.table!r} cannot hold that.")
            if isinstance(value, Lookup):
                body[f"{navigation}@odata.bind"] = f"/{value.table}({value.row_id})"
            elif write.op is not WriteOp.CREATE:
                body[f"{navigation}@odata.bind"] = None
        return body

    def _shape(self, table: str) -> dict[str, tuple[str, bool]]:
        if table not in self._shapes:
            raise ContractBroken(f"The CRM has no table {table!r}, or no map names it.")
        return self._shapes[table]

    def _row(self, table: str, row: Mapping[str, Any]) -> Row:
        version = int(row["versionnumber"])
        return Row(
            ref=RowRef(Side.CRM, table, str(row[self._tables[table].keys[0]])),
            version=str(row["@odata.etag"]),
            image={
                column: _value(row[name], decimal)
                for column, (name, decimal) in self._shapes[table].items()
            },
            order=version,
            actor=row["_modifiedby_value"],
            changed_at=row["modifiedon"],
        )


def _value(value: Any, decimal: bool) -> Scalar:
    if decimal and value is not None:
        return Decimal(value)
    scalar: Scalar = value
    return scalar


def _shape(spec: TableSpec) -> dict[str, tuple[str, bool]]:
    """Column → the property it reads as, and whether it is a decimal."""
    table = sets()[spec.table]
    shape = {}
    for column in dict.fromkeys((*spec.keys, *spec.columns)):
        known = table.by_name.get(column)
        if known is None:
            raise ContractBroken(f"Table {spec.table!r} of the CRM has no column {column!r}.")
        shape[column] = (property_of(known), known.kind in _DECIMALS)
    return shape
