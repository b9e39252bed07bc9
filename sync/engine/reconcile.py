"""Reconcile: the proof. Both systems are read afresh and every mapped field is compared.

Nothing that capture told is believed here: a change that never raised an event shows up too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

import msgspec

from sync.core.advance import states_of
from sync.core.divergence import Divergence
from sync.core.event import ChangeEvent, deleted, upserted
from sync.core.kinds import Kind, Kinds
from sync.core.lifecycle import FIELD
from sync.core.link import Link, LinkState, Neutral
from sync.core.merged import NOT_SYNCHRONISED
from sync.core.references import References
from sync.core.row import Row, RowRef, Side
from sync.core.stage import find_stages
from sync.core.values import Unfit, Unresolved
from sync.engine.loading import Batch
from sync.engine.referring import load_references
from sync.engine.times import text
from sync.ports import ChangeLog, Clock, Connector, KnownRow, Observer, Store

_LINKS_AT_ONCE = 500
_READ_AT_ONCE = 200
_OVER = (LinkState.GONE, LinkState.SUSPENDED, LinkState.DORMANT)


class Report(msgspec.Struct):
    """What a reconciliation found.

    Attributes:
        links: How many links were compared.
        fields: How many fields were compared.
        rows: Side → how many rows were read.
        divergences: Everything that is not the same.
        repaired: How many events were fed in to repair it.
        phase: What it is doing: `reading`, `comparing`, `repairing`.
        tables: The tables that have been read, as `side table`.
    """

    links: int = 0
    fields: int = 0
    rows: dict[str, int] = {}
    divergences: list[Divergence] = []
    repaired: int = 0

    phase: str = "reading"
    tables: tuple[str, ...] = ()

    @property
    def open(self) -> list[Divergence]:
        """The divergences that nobody accepted."""
        return [divergence for divergence in self.divergences if divergence.accepted is None]


Told = Callable[[Report], Awaitable[None]]
"""Hears how far a reconciliation is."""


async def _tell_nobody(_report: Report) -> None:
    pass


class Reconcile:
    """Compares both systems.

    Args:
        kinds: All kinds.
        store: The state.
        log: Where a repair feeds events in.
        connectors: Both systems.
        clock: Time.
        observer: Hears what happens.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        log: ChangeLog,
        connectors: Mapping[Side, Connector],
        clock: Clock,
        observer: Observer,
    ) -> None:
        self._kinds, self._store, self._log = kinds, store, log
        self._connectors, self._clock, self._observer = connectors, clock, observer

    async def run(self, *, repair: bool = False, told: Told | None = None) -> Report:
        """Read both sides whole and compare.

        Args:
            repair: Feed what differs in as events, and make its links due.
            told: Called with the report as it stands, after each table and each page of links.
        """
        report = Report(divergences=[])
        tell = told or _tell_nobody
        rows = await self._read(report, tell)
        report.phase = "comparing"
        seen: set[RowRef] = set()
        after: str | None = None
        while True:
            async with self._store.transaction() as tx:
                page = await tx.list_links(after=after, limit=_LINKS_AT_ONCE)
                links = [entry.link for entry in page if entry.link.kind in self._kinds]
                batch = Batch(self._kinds, [link for link in links if not link.is_stray])
                await batch.load(tx)
                batch.learn({ref: rows.get(ref) for ref in batch.known})
                batch.learn({ref: rows.get(ref) for ref in batch.expected()})
                refs = await load_references(self._kinds, tx, batch)
            for link in batch.links.values():
                self._compare(report, link, batch, refs, seen)
            # Of several candidates for one record a link's view shows one; all of them are known.
            seen.update(ref for ref, kept in batch.known.items() if kept.link_id in batch.links)
            seen.update(
                RowRef(Side(name.split(".")[0]), "", row_id)
                for link in links
                if link.is_stray
                for name, row_id in link.rows.items()
            )
            await tell(report)
            if len(page) < _LINKS_AT_ONCE:
                break
            after = page[-1].link.id
        self._uncaptured(report, rows, seen)
        if repair:
            report.phase = "repairing"
            await self._repair(report, rows)
        self._observer.noticed(
            "reconciled",
            links=report.links,
            fields=report.fields,
            divergences=len(report.open),
            repaired=report.repaired,
        )
        return report

    async def _read(self, report: Report, tell: Told) -> dict[RowRef, Row]:
        rows: dict[RowRef, Row] = {}
        for side, connector in self._connectors.items():
            for table in self._kinds.tables[side]:
                async for page in connector.changes(table, None):
                    rows.update({row.ref: row for row in page.rows})
                report.tables = (*report.tables, f"{side} {table}")
                report.rows = {of.value: sum(ref.side is of for ref in rows) for of in Side}
                await tell(report)
        return rows

    def _compare(
        self, report: Report, link: Link, batch: Batch, refs: References, seen: set[RowRef]
    ) -> None:
        kind, view = self._kinds[link.kind], batch.view(link)
        seen.update(row.ref for row in view.erp.values())
        if view.crm is not None:
            seen.add(view.crm.ref)
        if link.state in _OVER:
            return
        report.links += 1
        stages = find_stages(kind, link, view)
        accepted = None if link.state is LinkState.SETTLED else link.state.value
        name = f"{link.kind}:{link.key}"
        if stages.crm is None or stages.erp is None or stages.target is None:
            if stages.target is not None:
                where = "erp" if stages.crm is None else "crm"
                why = f"only in the {where}"
                report.divergences.append(
                    Divergence(name, link.id, None, why=why, accepted=accepted)
                )
            return
        if stages.crm is not stages.erp:
            crm, erp = stages.crm.map.stage, stages.erp.map.stage
            report.divergences.append(
                Divergence(name, link.id, "stage", crm, erp, accepted=accepted)
            )
            return
        target = stages.target
        life = target.map.lifecycle
        if life is not None:
            report.fields += 1
            states = states_of(life, target.map.anchor.name, view)
            if states[Side.CRM] != states[Side.ERP]:
                report.divergences.append(
                    Divergence(
                        name,
                        link.id,
                        FIELD,
                        states[Side.CRM],
                        states[Side.ERP],
                        accepted=accepted,
                    )
                )
        readings = {side: target.read(side, view.images(side), refs, link.company) for side in Side}
        for unit in target.units:
            mark = link.fields.get(unit.name)
            for field in unit.names:
                report.fields += 1
                crm_value, erp_value = readings[Side.CRM][field], readings[Side.ERP][field]
                if crm_value == erp_value:
                    continue
                one_way = mark == NOT_SYNCHRONISED
                report.divergences.append(
                    Divergence(
                        name,
                        link.id,
                        field,
                        _shown(crm_value),
                        _shown(erp_value),
                        accepted=mark if one_way else accepted,
                    )
                )

    def _uncaptured(self, report: Report, rows: Mapping[RowRef, Row], seen: set[RowRef]) -> None:
        """Rows that pass a map's filter and belong to no link."""
        strays = {(ref.side, ref.row_id) for ref in seen if not ref.table}
        for ref, row in rows.items():
            if ref in seen or (ref.side, ref.row_id) in strays:
                continue
            if any(self._is_anchor(kind, ref, row) for kind in self._kinds.values()):
                report.divergences.append(Divergence(str(ref), None, None, why="never captured"))

    @staticmethod
    def _is_anchor(kind: Kind, ref: RowRef, row: Row) -> bool:
        return any(
            member.side is ref.side and member.table == ref.table and member.matches(row.image)
            for compiled in kind.maps
            for member in (compiled.map.crm, compiled.map.anchor)
        )

    async def _gone(
        self, known: Sequence[KnownRow], rows: Mapping[RowRef, Row]
    ) -> list[ChangeEvent]:
        """Rows that were not met: believed to be gone once a direct read says so too."""
        missing = {row.row.ref: row for row in known if row.row.ref not in rows}
        events = []
        now = text(self._clock.now())
        for side, connector in self._connectors.items():
            refs = sorted(ref for ref in missing if ref.side is side)
            for start in range(0, len(refs), _READ_AT_ONCE):
                read = await connector.read(refs[start : start + _READ_AT_ONCE])
                gone = [missing[ref] for ref, row in read.items() if row is None]
                events += [
                    deleted(k.row.ref, k.row.version, after=k.event_id, occurred_at=now)
                    for k in gone
                ]
        return events

    async def _repair(self, report: Report, rows: Mapping[RowRef, Row]) -> None:
        """Feed in the rows of everything that differs, absent ones too, and make its links due."""
        links = sorted({d.link_id for d in report.open if d.link_id is not None})
        async with self._store.transaction() as tx:
            known = await tx.rows_of(links)
            await tx.wake(links, self._clock.now())
        wanted = {row.row.ref for row in known}
        uncaptured = {d.link for d in report.open if d.link_id is None}
        wanted |= {ref for ref in rows if str(ref) in uncaptured}
        events = [upserted(rows[ref]) for ref in sorted(wanted) if ref in rows]
        events += await self._gone([row for row in known if not row.deleted], rows)
        await self._log.publish(events)
        report.repaired = len(events)


def _shown(value: object) -> Neutral | str:
    if isinstance(value, Unfit | Unresolved):
        return value.message
    return value  # type: ignore[return-value]


def differing(divergences: Iterable[Divergence]) -> dict[str, int]:
    """Why → how many, for a summary."""
    found: dict[str, int] = {}
    for divergence in divergences:
        found[divergence.why] = found.get(divergence.why, 0) + 1
    return found
