"""The CRM as the engine sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from connectors.dataverse.bodies import about_another_row, operation
from connectors.dataverse.catalog import Catalog, Table, known
from connectors.dataverse.feed import read_feed
from connectors.dataverse.filters import equals
from connectors.dataverse.images import row_of
from connectors.dataverse.notices import read_notice
from connectors.dataverse.options import DataverseOptions
from connectors.dataverse.sequences import read_sequences
from connectors.dataverse.webhooks import register
from connectors.odata.batch import Operation
from connectors.odata.batching import Batches
from connectors.odata.counters import Counters
from connectors.odata.keys import row_path
from connectors.odata.reads import Reads
from connectors.odata.transport import Transport
from connectors.odata.writing import Dialect, refuse_all, write_all
from sync.core.row import Row, RowRef, Scalar, Side, TableSpec
from sync.core.write import ChangeSet, Outcome, Write
from sync.errors import ConfigurationWrong, ContractBroken, RemoteError
from sync.ports import ChangePage, ToldSequences, VersionKind, WakeUp


class DataverseConnector:
    """Dynamics 365 Sales on Dataverse, over its Web API.

    Args:
        transport: The way to the environment's Web API.
        tables: What the maps use, by entity set.
        options: How to behave.
    """

    def __init__(
        self,
        transport: Transport,
        tables: Mapping[str, TableSpec],
        options: DataverseOptions | None = None,
    ) -> None:
        for spec in tables.values():
            if spec.side is not Side.CRM or len(spec.keys) != 1:
                raise ConfigurationWrong(
                    f"{spec.table!r} is not a table of the CRM with one id column.",
                    cure="Correct the table in the map.",
                )
        self._transport, self._options = transport, options or DataverseOptions()
        self._batches = Batches(transport, self._options.batch)
        self._reads = Reads(transport, self._batches)
        self._catalog = Catalog(transport, self._reads, tables)

    @property
    def side(self) -> Side:
        """The CRM."""
        return Side.CRM

    @property
    def versions(self) -> VersionKind:
        """Ordered: the row version is one number per environment that grows with every write."""
        return VersionKind.ORDERED

    @property
    def counters(self) -> Counters:
        """What was sent so far."""
        return self._transport.counters

    async def prepare(self) -> None:
        """Check credentials, tables and columns, and register for notices; safe to repeat.

        Raises:
            ColumnMissing: The CRM lacks a column; everything that does not need it works.
        """
        await self._transport.get("WhoAmI")
        tables = await self._catalog.tables()
        for table in tables.values():
            if not table.tracked:
                raise ContractBroken(
                    f"Change tracking is off for table {table.spec.table!r} of the CRM.",
                    cure="Switch on 'Track changes' in the table's properties.",
                )
        await register(self._transport, self._batches, tables.values(), self._options)
        for table in tables.values():
            for column in sorted(table.missing):
                raise table.lacks(column)

    async def ping(self) -> None:
        """Ask who we are, once."""
        await self._transport.once("WhoAmI")

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
        """Read a table's changes since the checkpoint (a delta link), or all of it without one."""
        found = known(await self._catalog.tables(), table)
        async for page in read_feed(self._transport, found, checkpoint, self._options.page_size):
            yield page

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Read rows by id, many in one request."""
        tables = await self._catalog.tables()
        wanted = list(dict.fromkeys(refs))
        answers = await self._reads.answers([self._look(tables, ref) for ref in wanted])
        return {
            ref: row_of(tables[ref.table], answer.json()) if answer.status < 400 else None
            for ref, answer in zip(wanted, answers, strict=True)
        }

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """For each set of column values, the rows that have them, many sets in one request."""
        found = known(await self._catalog.tables(), table)
        answers = await self._reads.answers(
            [
                self._reads.get(table, {"$select": found.select, "$filter": equals(found, values)})
                for values in wanted
            ]
        )
        return [
            [row_of(found, item) for item in await self._reads.items(answer)] for answer in answers
        ]

    async def sequences(self) -> ToldSequences:
        """The autonumber columns of the maps' tables, and what the organisation numbers."""
        tables = await self._catalog.tables()
        return await read_sequences(self._transport, self._reads, list(tables.values()))

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Write change sets, each as a changeset of its own, many in one request."""
        try:
            tables = await self._catalog.tables()
        except RemoteError as error:
            return refuse_all(changesets, error)

        def request(write: Write, version: str, changeset: ChangeSet) -> Operation:
            table, tag = known(tables, write.ref.table), f"{self._options.tag}:{changeset.id}"
            return operation(self._transport.path, table, write, version, tag)

        dialect = Dialect(
            request=request,
            look=lambda ref: self._look(tables, ref),
            row=lambda table, answer: row_of(tables[table], answer.json()),
            explain=about_another_row,
            tells=True,
        )
        return await write_all(self._batches, dialect, self.read, changesets)

    def wake_up(self, payload: bytes) -> WakeUp:
        """Read a webhook's body."""
        return read_notice(payload, self._catalog.set_of)

    async def close(self) -> None:
        """Give connections back."""
        await self._transport.close()

    def _look(self, tables: Mapping[str, Table], ref: RowRef) -> Operation:
        query = {"$select": known(tables, ref.table).select}
        return self._reads.get(row_path(ref.table, ref.row_id), query)
