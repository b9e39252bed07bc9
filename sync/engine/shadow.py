"""A shadow system: rows and versions, and no business logic of its own.

In a replay it stands in for a system wherever the recording has no answer; in tests it is the
smallest world that the engine can work on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

import msgspec

from sync.core.row import Image, Lookup, Row, RowRef, Scalar, Side, TableSpec
from sync.core.rowkeys import key_predicate
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp, Written
from sync.errors import AlreadyExists, InputUnusable, PreconditionFailed, RemoteError, RowMissing
from sync.ports import ChangePage, VersionKind, WakeUp


class ShadowSystem:
    """One system in memory, behind the `Connector` port.

    Args:
        side: The side it stands for.
        tables: Its tables.
        versions: What its versions tell.
    """

    def __init__(self, side: Side, tables: Mapping[str, TableSpec], versions: VersionKind) -> None:
        self._side, self._tables, self._versions = side, tables, versions
        self._rows: dict[RowRef, Row] = {}
        self._gone: dict[RowRef, int] = {}
        self._clock = 0

    @property
    def side(self) -> Side:
        """Which side it stands for."""
        return self._side

    @property
    def versions(self) -> VersionKind:
        """What its versions tell."""
        return self._versions

    async def prepare(self) -> None:
        """Nothing to prepare."""

    async def ping(self) -> None:
        """It always answers."""

    async def close(self) -> None:
        """Nothing to close."""

    def load(self, rows: Iterable[Row]) -> None:
        """Take rows in as they are."""
        for row in rows:
            self._rows[row.ref] = row
            self._gone.pop(row.ref, None)
            self._clock = max(self._clock, row.order or 0)

    def remove(self, ref: RowRef) -> None:
        """Let a row be gone."""
        if self._rows.pop(ref, None) is not None:
            self._clock += 1
            self._gone[ref] = self._clock

    def put(self, ref: RowRef, values: Image) -> Row:
        """Create or change a row, as a person would."""
        known = self._rows.get(ref)
        row = self._stamp(ref, {**(known.image if known else self._blank(ref.table)), **values})
        self._gone.pop(ref, None)
        return row

    def row(self, ref: RowRef) -> Row | None:
        """A row as it is now."""
        return self._rows.get(ref)

    def rows(self, table: str) -> list[Row]:
        """A table's rows, in order of their ids."""
        return [row for ref, row in sorted(self._rows.items()) if ref.table == table]

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """One page: all rows, or those changed since the checkpoint."""
        full = checkpoint is None or self._versions is VersionKind.EQUALITY
        since = 0 if full else int(checkpoint or 0)
        rows = [row for row in self.rows(table) if (row.order or 0) > since or full]
        gone = [
            ref.row_id for ref, order in self._gone.items() if ref.table == table and order > since
        ]
        if self._versions is VersionKind.EQUALITY:
            rows = [msgspec.structs.replace(row, order=None) for row in rows]
        yield ChangePage(
            rows=tuple(rows),
            deleted=() if full else tuple(gone),
            full=full,
            checkpoint=str(self._clock),
            last=True,
        )

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Rows as they are now."""
        return {ref: self._seen(self._rows.get(ref)) for ref in refs}

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """Rows by column values."""
        return [
            [
                seen
                for row in self.rows(table)
                if all(_same(row.image.get(c), v) for c, v in columns.items())
                and (seen := self._seen(row)) is not None
            ]
            for columns in wanted
        ]

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Each change set happens whole or not at all."""
        return [self._change(changeset) for changeset in changesets]

    def wake_up(self, payload: bytes) -> WakeUp:
        """A shadow sends no notices, so none is understood."""
        raise InputUnusable(f"A shadow system sends no notices; {len(payload)} bytes were given.")

    def _change(self, changeset: ChangeSet) -> Outcome:
        before, clock = dict(self._rows), self._clock
        try:
            held: set[RowRef] = set()
            rows = []
            for write in changeset.writes:
                rows.append(self._seen(self._one(write, held=write.ref in held)))
                held.add(write.ref)
            return Written(tuple(rows))
        except RemoteError as error:
            self._rows, self._clock = before, clock
            return Refused(error)

    def _one(self, write: Write, *, held: bool) -> Row | None:
        """One write; on a row that the change set has changed already, it demands no version."""
        values: Image = {
            column: value.row_id if isinstance(value, Lookup) else value
            for column, value in write.values.items()
        }
        if write.op is WriteOp.CREATE:
            ref = write.ref if write.ref.row_id else self._drawn(write.ref, values)
            if ref in self._rows:
                raise AlreadyExists(f"{ref} exists already.", status=412)
            return self.put(ref, values)
        known = self._rows.get(write.ref)
        if known is None:
            raise RowMissing(f"{write.ref} does not exist.", status=404)
        moved = write.if_version is not None and known.version != write.if_version
        if moved and not held:
            raise PreconditionFailed(f"{write.ref} has moved on.", status=412)
        if write.op is WriteOp.DELETE:
            self.remove(write.ref)
            return None
        return self.put(write.ref, values)

    def _drawn(self, ref: RowRef, values: Image) -> RowRef:
        """The id of a created row whose key the system completes."""
        spec = self._tables[ref.table]
        for column in spec.keys:
            if not values.get(column):
                values[column] = f"DRAWN-{self._clock + 1:06d}"
        return RowRef(ref.side, ref.table, key_predicate(spec.keys, values, set()))

    def _blank(self, table: str) -> Image:
        spec = self._tables.get(table)
        blank = None if self._side is Side.CRM else ""
        return dict.fromkeys(spec.columns if spec else (), blank)

    def _stamp(self, ref: RowRef, image: Image) -> Row:
        self._clock += 1
        row = Row(ref, f'W/"{self._clock}"', image, self._clock)
        self._rows[ref] = row
        return row

    def _seen(self, row: Row | None) -> Row | None:
        if row is None or self._versions is VersionKind.ORDERED:
            return row
        return msgspec.structs.replace(row, order=None)


def _same(value: Scalar, wanted: Scalar) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return value == wanted
