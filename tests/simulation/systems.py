"""Both local systems in memory, ready seeded, and everybody who acts in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid5

from connectors.sandbox.dataverse import DataverseSystem, seed_system
from connectors.sandbox.dataverse.events import RowEvent
from connectors.sandbox.dataverse.seed import SYSTEM_USER
from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.direct import DirectDataverse, DirectFinops
from connectors.sandbox.finops.events import DataEvent
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.storage import Snapshot, Storage
from connectors.sandbox.kernel.tokens import Caller
from mappings.loader import load_maps
from sync.core.kinds import Kinds
from sync.core.row import RowRef, Side
from sync.core.write import ChangeSet, Outcome
from sync.engine.maps import with_prerequisites
from sync.ports import Connector
from sync.testing.clock import START
from tests.simulation.ledger import Ledger
from tests.simulation.truth import Truth

_SPACE = UUID("5f3c9d9e-0000-4000-8000-000000000002")
CRM_PERSON = Caller(str(uuid5(_SPACE, "person")), "app-person", is_integration=False)
ERP_PERSON = Caller("person", "app-person", is_integration=False, object_id="oid-person")
INTEGRATION = Caller(SYSTEM_USER, "", is_integration=True)


@cache
def shipped_kinds(gab: bool) -> Kinds:
    """The shipped maps, compiled once."""
    return Kinds(load_maps(gab=gab))


_PLAYED = frozenset(
    {
        "account",
        "contact",
        "contact_for_party",
        "party",
        "location",
        "postal_address",
        "party_address",
        "electronic_address",
    }
)
"""The kinds of records that the worlds' people work on."""


_SOLD = frozenset({"quote", "quote_line", "order", "order_line", "invoice", "invoice_line"})
"""The kinds that those of them work on who sell."""


@cache
def played_kinds(gab: bool, sales: bool = False) -> Kinds:
    """The shipped maps that the worlds' people work on, and what these look up.

    Reading some thirty tables that nobody ever edits would only make every world slower.
    """
    kinds = shipped_kinds(gab)
    wanted_kinds = _PLAYED | _SOLD if sales else _PLAYED
    played = [m.id for m in kinds.table_maps if m.kind in wanted_kinds]
    wanted = with_prerequisites(kinds, played)
    return Kinds(m for m in kinds.table_maps if m.id in wanted)


@cache
def _seeded(gab: bool) -> tuple[Snapshot, Snapshot]:
    crm = DataverseSystem(Storage(), gab=gab, clock=lambda: START)
    seed_system(crm, [CRM_PERSON])
    erp = FinopsSystem(Storage(), clock=lambda: START)
    return crm.storage.snapshot(), erp.snapshot()


class _Noting:
    """Notes which rows the service itself writes; the rest follows by the systems' own logic."""

    def __init__(self, inner: DirectDataverse | DirectFinops, systems: Systems) -> None:
        self._inner, self._systems = inner, systems

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        writes = [write for changeset in changesets for write in changeset.writes]
        self._systems.written = {write.ref for write in writes}
        outcomes = await self._inner.write(changesets)
        self._systems.written = set()
        return outcomes


class Systems:
    """The CRM and the ERP.

    Args:
        gab: The flavour.
        clock: The world's time.
        skew: How many seconds each system's clock is off.
        kinds: The maps; all that are shipped by default.

    Attributes:
        ports: Both systems as the service reaches them.
        erp_skew: How many seconds the ERP's clock is off now.
        writes: How many transactions of the integration there were.
        written: The rows that the service is writing just now.
    """

    def __init__(
        self,
        gab: bool,
        clock: Callable[[], datetime],
        skew: Sequence[float] = (0, 0),
        kinds: Kinds | None = None,
    ) -> None:
        self.gab, self.kinds = gab, kinds or shipped_kinds(gab)
        self._ids = 0
        crm_rows, erp_rows = _seeded(gab)
        storage = Storage()
        storage.restore(crm_rows)
        self.crm = DataverseSystem(storage, gab=gab, clock=clock, new_id=self._new_id)
        self.crm.skew = skew[0]
        self.erp_skew = skew[1]
        storage = Storage()
        storage.restore(erp_rows)
        self.erp = FinopsSystem(storage, clock=lambda: clock() + timedelta(seconds=self.erp_skew))
        self.direct = self._direct(self.kinds)
        self.ports = self.reached(self.kinds)
        self.writes = 0
        self.written: set[RowRef] = set()
        self.truth = Truth(self.kinds, self.direct)
        self.ledger = Ledger(self.truth)
        self._sets = {t.name: t.entity_set for t in all_tables().values()}
        self._meet_everything()
        self.crm.on_event(self._crm_changed)
        self.erp.subscribe(self._erp_changed)

    def reached(self, kinds: Kinds) -> dict[Side, Connector]:
        """Both systems as a service with these maps reaches them."""
        return {
            side: cast("Connector", _Noting(one, self)) for side, one in self._direct(kinds).items()
        }

    def _direct(self, kinds: Kinds) -> dict[Side, Any]:
        return {
            Side.CRM: DirectDataverse(self.crm, kinds.tables[Side.CRM], INTEGRATION),
            Side.ERP: DirectFinops(self.erp, kinds.tables[Side.ERP]),
        }

    def _new_id(self) -> str:
        self._ids += 1
        return str(uuid5(_SPACE, f"row/{self._ids}"))

    def _meet_everything(self) -> None:
        """The rows that both sides were seeded with are nobody's typing."""
        for side, tables in self.kinds.tables.items():
            for table in tables:
                pages = self.direct[side].changes(table, None)
                page = None
                try:
                    pages.__anext__().send(None)
                except StopIteration as done:
                    page = done.value
                self.ledger.note([row.ref for row in page.rows] if page else [], by_person=False)
        for made in self.ledger.made.values():
            made.clear()

    def _crm_changed(self, events: list[RowEvent]) -> None:
        refs = {}
        for event in events:
            table = self._sets[event.table]
            if table in self.kinds.tables[Side.CRM]:
                refs[RowRef(Side.CRM, table, event.row_id)] = None
        integration = events[0].caller.is_integration
        self.writes += integration
        self.ledger.note(refs, by_person=not integration, written=self.written)

    def _erp_changed(self, events: Sequence[DataEvent]) -> None:
        refs = {}
        direct = self.direct[Side.ERP]
        for event in events:
            table = event.entity.set_name
            if table in self.kinds.tables[Side.ERP]:
                view = event.after or event.before or {}
                refs[RowRef(Side.ERP, table, direct.row_id(table, view))] = None
        integration = events[0].caller is not None and events[0].caller.is_integration
        self.writes += integration
        self.ledger.note(refs, by_person=not integration, written=self.written)
