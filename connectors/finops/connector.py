"""The ERP as the engine sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from connectors.finops.bodies import CROSS_COMPANY, operation, read_of
from connectors.finops.catalog import Catalog, Entity, known
from connectors.finops.images import row_of
from connectors.finops.notices import read_notice
from connectors.finops.options import FinopsOptions
from connectors.finops.sequences import read_sequences
from connectors.finops.sweep import sweep
from connectors.odata.batching import Batches
from connectors.odata.counters import Counters
from connectors.odata.reads import Reads
from connectors.odata.transport import Transport
from connectors.odata.writing import Dialect, refuse_all, write_all
from sync.core.row import Row, RowRef, Scalar, Side, TableSpec
from sync.core.write import ChangeSet, Outcome
from sync.errors import ConfigurationWrong, RemoteError
from sync.ports import ChangePage, ToldSequences, VersionKind, WakeUp


class FinopsConnector:
    """Dynamics 365 Supply Chain Management, over finance and operations' OData.

    Args:
        transport: The way to the environment's OData service.
        tables: What the maps use, by entity set.
        options: How to behave.
    """

    def __init__(
        self,
        transport: Transport,
        tables: Mapping[str, TableSpec],
        options: FinopsOptions | None = None,
    ) -> None:
        for spec in tables.values():
            if spec.side is not Side.ERP or not spec.keys:
                raise ConfigurationWrong(
                    f"{spec.table!r} is not an entity set of the ERP with a key.",
                    cure="Correct the table in the map.",
                )
        self._transport, self._options = transport, options or FinopsOptions()
        self._batches = Batches(transport, self._options.batch)
        self._reads = Reads(transport, self._batches)
        self._catalog = Catalog(transport, self._options.metadata_path, tables)
        self._entities: Mapping[str, Entity] = {}

    @property
    def side(self) -> Side:
        """The ERP."""
        return Side.ERP

    @property
    def versions(self) -> VersionKind:
        """Equality: an etag tells that a row changed, not which of two is newer."""
        return VersionKind.EQUALITY

    @property
    def counters(self) -> Counters:
        """What was sent so far."""
        return self._transport.counters

    async def prepare(self) -> None:
        """Check credentials, entity sets and columns; safe to repeat.

        Notices cannot be registered for over OData: a person subscribes to the data events.

        Raises:
            ColumnMissing: The ERP lacks a column; everything that does not need it works.
        """
        for entity in (await self._known()).values():
            for column in sorted(entity.missing):
                raise entity.lacks(column)

    async def ping(self) -> None:
        """Ask for one key of one row, once."""
        spec = self._catalog.first
        await self._transport.once(f"{spec.table}?$select={spec.keys[0]}&$top=1")

    async def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:  # noqa: ARG002
        """Read the whole entity set: the ERP has no change feed, so a checkpoint says nothing."""
        entity = known(await self._known(), table)
        options = self._options
        async for page in sweep(
            self._transport, entity, page_size=options.page_size, companies=options.companies
        ):
            yield page

    async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
        """Read rows by key, many in one request."""
        entities = await self._known()
        wanted = list(dict.fromkeys(refs))
        answers = await self._reads.answers(
            [
                read_of(self._transport.path, known(entities, ref.table), ref.row_id)
                for ref in wanted
            ]
        )
        return {
            ref: row_of(entities[ref.table], answer.json()) if answer.status < 400 else None
            for ref, answer in zip(wanted, answers, strict=True)
        }

    async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
        """For each set of column values, the rows that have them, many sets in one request."""
        entity = known(await self._known(), table)
        reads = []
        for values in wanted:
            terms = [f"{name} eq {entity.literal(name, value)}" for name, value in values.items()]
            query = {**CROSS_COMPANY, "$select": entity.select, "$filter": " and ".join(terms)}
            reads.append(self._reads.get(table, query))
        answers = await self._reads.answers(reads)
        return [
            [row_of(entity, item) for item in await self._reads.items(answer)] for answer in answers
        ]

    async def sequences(self) -> ToldSequences:
        """The number sequences of records of ours."""
        return await read_sequences(self._reads)

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        """Write change sets, each as a changeset of its own, many in one request."""
        try:
            entities = await self._known()
        except RemoteError as error:
            return refuse_all(changesets, error)
        root = self._transport.path
        dialect = Dialect(
            request=lambda write, version, _: operation(
                root, known(entities, write.ref.table), write, version
            ),
            look=lambda ref: read_of(root, known(entities, ref.table), ref.row_id),
            row=lambda table, answer: row_of(entities[table], answer.json()),
            explain=lambda error, _: error,
            tells=False,
        )
        return await write_all(self._batches, dialect, self.read, changesets)

    def wake_up(self, payload: bytes) -> WakeUp:
        """Read a data event's body."""
        return read_notice(payload, self._entities)

    async def close(self) -> None:
        """Give connections back."""
        await self._transport.close()

    async def _known(self) -> Mapping[str, Entity]:
        self._entities = await self._catalog.entities()
        return self._entities
