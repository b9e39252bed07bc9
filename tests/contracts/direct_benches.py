"""The local systems without HTTP, for the connector contract suite."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from connectors.sandbox.dataverse import DataverseSystem, seed_system
from connectors.sandbox.direct import DirectDataverse, DirectFinops
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller
from sync.core.row import Row, Scalar
from sync.core.write import ChangeSet, Write, WriteOp, Written
from sync.ports import Connector
from sync.testing.faulty import Asked, Fault, FaultyConnector
from tests.connectors import dataverse_bench, finops_bench

_SPACE = UUID("5f3c9d9e-0000-4000-8000-000000000001")
PERSON = Caller(str(uuid5(_SPACE, "person")), "app-person", is_integration=False)


class _Bench:
    """What both share: the network goes wrong once, when told to."""

    direct: DirectDataverse | DirectFinops
    person: Connector

    def _open(self) -> None:
        self._next: Fault | None = None
        self.connector = FaultyConnector(self.direct, self._weather)

    def _weather(self, _asked: Asked) -> Fault | None:
        fault, self._next = self._next, None
        return fault

    async def edit(self, row: Row, values: Mapping[str, Scalar]) -> None:
        await self._by_person(row, WriteOp.UPDATE, values)

    async def remove(self, row: Row) -> None:
        await self._by_person(row, WriteOp.DELETE, {})

    async def _by_person(self, row: Row, op: WriteOp, values: Mapping[str, Scalar]) -> None:
        now = (await self.person.read([row.ref]))[row.ref]
        assert now is not None
        write = Write(op, row.ref, dict(values), now.version)
        (outcome,) = await self.person.write([ChangeSet("person", (write,))])
        assert isinstance(outcome, Written), outcome

    def throttle(self, seconds: int) -> None:
        self.connector.pause = seconds
        self._next = Fault.THROTTLE

    def lose_next_answer(self) -> None:
        self._next = Fault.LOST_ANSWER

    def lose_next_request(self) -> None:
        self._next = Fault.LOST_REQUEST

    def pass_time(self, seconds: float) -> None:
        """Nobody here holds requests back."""


class DirectDataverseBench(_Bench):
    """The CRM, with accounts."""

    table = "accounts"
    text = "name"
    amount = "creditlimit"
    has_checkpoints = True
    new = dataverse_bench.DataverseBench.new
    unacceptable = dataverse_bench.DataverseBench.unacceptable
    nobody = dataverse_bench.DataverseBench.nobody

    def __init__(self) -> None:
        self.system = DataverseSystem(Storage(), gab=False)
        seed_system(self.system, [PERSON])
        specs = (dataverse_bench.ACCOUNTS, dataverse_bench.CONTACTS, dataverse_bench.COMPANIES)
        tables = {spec.table: spec for spec in specs}
        self.direct = DirectDataverse(self.system, tables, page_size=3)
        self.person = DirectDataverse(self.system, tables, PERSON)
        self._open()

    def expire_checkpoints(self) -> None:
        assert isinstance(self.direct, DirectDataverse)
        self.direct.expire_checkpoints()


class DirectFinopsBench(_Bench):
    """The ERP, with prospects."""

    table = "Prospects"
    text = "ProspectKnownAsName"
    amount = "CreditLimit"
    has_checkpoints = False
    new = finops_bench.FinopsBench.new
    unacceptable = finops_bench.FinopsBench.unacceptable
    nobody = finops_bench.FinopsBench.nobody

    def __init__(self) -> None:
        self.system = FinopsSystem(Storage())
        specs = (finops_bench.PROSPECTS, finops_bench.ADDRESSES, finops_bench.CONTACTS)
        tables = {spec.table: spec for spec in specs}
        self.direct = DirectFinops(self.system, tables, page_size=3)
        self.person = DirectFinops(self.system, tables, PERSON)
        self._open()

    def expire_checkpoints(self) -> None:
        """It has none."""
