"""A world: two systems, people, a service that works and dies, bad weather; all from one seed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from random import Random
from typing import Any

from sync.core.kinds import Kinds
from sync.core.row import RowRef, Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.maps import start_maps
from sync.engine.options import ServiceOptions
from sync.errors import PreconditionFailed
from sync.ports import Connector, Store
from sync.testing.crashing import Gate, ProcessDied
from sync.testing.faulty import FaultyConnector
from sync.testing.loop import LoopClock
from sync.testing.memory_balance import MemoryBalance
from sync.testing.memory_log import MemoryLog, Mischief
from sync.testing.memory_store import MemoryStore
from tests.simulation.everybody import Everybody
from tests.simulation.judges import Judges
from tests.simulation.operators import Operators
from tests.simulation.people import People
from tests.simulation.process import Process
from tests.simulation.sellers import Sellers
from tests.simulation.systems import Systems, played_kinds, shipped_kinds
from tests.simulation.weather import Faults, Network, Seen

_ROUNDS = 60
_MOVING = (
    "accounts",
    "contacts",
    "msdyn_parties",
    "msdyn_contactforparties",
    "quotes",
    "quotedetails",
    "salesorders",
    "salesorderdetails",
    "CustomersV3",
    "Prospects",
    "CDSSalesQuotationHeaders",
    "CDSSalesQuotationLines",
    "CDSSalesOrderHeaders",
    "CDSSalesOrderLines",
    "SalesInvoiceHeadersV2",
    "SalesInvoiceV2Lines",
    "CDSContactPersonsV2",
    "CDSParties",
    "ContactPersons",
)
Wrap = Callable[[Connector], Connector]


class World:
    """One run.

    Args:
        seed: Everything that is left to chance.
        gab: The flavour.
        faults: What goes wrong; drawn from the seed by default.
        polite: Whether a record is only edited where it was born.
        sales: Whether people sell.
        judges: Whether persons decide conflicts meanwhile.
        wide: Whether people work on every map, and operators on the service.
        trace: Whether the transcript is printed.
        store_wrap: Puts something between the engine and its store (ablations).
        wrap: Side → puts something between the engine and a system (ablations).
    """

    def __init__(
        self,
        seed: int,
        *,
        gab: bool,
        faults: Faults | None = None,
        polite: bool = False,
        sales: bool = False,
        judges: bool = False,
        wide: bool = False,
        trace: bool = False,
        store_wrap: Callable[[Store], Store] = lambda store: store,
        wrap: Mapping[Side, Wrap] | None = None,
    ) -> None:
        self.seed, self.gab, self.sales, self.wide, self.trace = seed, gab, sales, wide, trace
        self.random = Random(f"{seed}/{gab}")
        self.faults = faults or Faults.draw(self.random)
        self.seen = Seen()
        self.clock = LoopClock()
        self.kinds = shipped_kinds(gab) if wide else played_kinds(gab, sales)
        self.systems = Systems(gab, self.clock.now, self.faults.skew, self.kinds)
        self.network = Network(self.faults, self.random, self.seen)
        self.store = MemoryStore()
        self._engine_store = store_wrap(self.store)
        people = Everybody if wide else Sellers if sales else People
        self.people = people(self.systems, self.random, self._linked, polite=polite)
        self.judges = (
            Judges(f"{seed}/{gab}/judges", self.kinds, self.store, self.clock, self.seen.counts)
            if judges
            else None
        )
        self.log = MemoryLog(
            Mischief(self.random, duplicate=self.faults.duplicate, delay=self.faults.delay)
        )
        self._wraps = wrap or {}
        self.connectors = self._connected(self.systems.ports)
        self.operators = Operators(self) if wide else None
        self.transcript = blake2b(digest_size=16)
        self.calls = 0
        self.dies: Callable[[int, bool], bool] = self._by_chance
        self.process = self._born()

    # the service

    def noticed(self, name: str, /, **facts: Any) -> None:
        """The engine tells what happens; that is the transcript."""
        self.tell(f"{name} {sorted(facts.items())}")
        self.seen.counts["outages"] += name == "side_unreachable"
        self.seen.counts["waits"] += facts.get("waiting", 0) if name == "links_worked" else 0

    def _linked(self, account: str) -> bool:
        """Whether an account is linked for good: committed, under the number that it has now."""
        state = self.store._state  # the store must not be locked for what people do
        known = state.rows.get(RowRef(Side.CRM, "accounts", account))
        if known is None or known.link_id is None or self.store._turn.locked():
            return False
        return state.links[known.link_id].has(Side.ERP)

    async def _balanced(self) -> None:
        """What was taken in is somewhere, at any moment."""
        if not self.store._turn.locked():
            balance = await MemoryBalance(self.store._state).balance()
            assert balance.missing == 0, f"P1 unaccounted for: {balance}"

    def tell(self, line: str) -> None:
        """Write a line into the transcript."""
        line = f"{self.clock.now().isoformat()} #{self.systems.ledger.now} {line}\n"
        self.transcript.update(line.encode())
        if self.trace:
            sys.stdout.write(line)

    def _connected(self, ports: Mapping[Side, Connector]) -> dict[Side, Connector]:
        return {
            side: FaultyConnector(
                _Counted(self._wraps.get(side, _as_it_is)(direct), self),
                partial(self.network, side=side),
                pause=7.0,
            )
            for side, direct in ports.items()
        }

    def change_maps(self, kinds: Kinds) -> None:
        """The process ends in the middle of what it does, and the next one has other maps."""
        self.kinds = kinds
        self.connectors = self._connected(self.systems.reached(kinds))
        self.process.gate.dead = True

    def _born(self) -> Process:
        return Process(
            self.kinds,
            self._engine_store,
            self.log,
            self.connectors,
            self.clock,
            self,
            gate=Gate(self._die, self._between),
            options=ServiceOptions(
                workers=self.faults.workers,
                batch=self.faults.batch,
                read_both=self.faults.both,
            ),
            random=self.random,
            blind=self.faults.blind,
        )

    def _die(self, _number: int, done: bool) -> bool:
        self.calls += not done
        return self.dies(self.calls, done)

    def _by_chance(self, _number: int, _done: bool) -> bool:
        return bool(self.faults.crash) and self.random.random() < self.faults.crash

    async def _between(self) -> None:
        if self.faults.latency and self.random.random() < 0.1:
            await asyncio.sleep(0)

    def _restart(self) -> None:
        self.seen.counts["crashes"] += 1
        self.tell("the process died")
        self.store.crash()
        self.log.crash()
        self.process = self._born()

    async def _living(self) -> None:
        while True:
            with suppress(ProcessDied):
                await self.process.live()
            self._restart()
            await asyncio.sleep(self.random.uniform(0.1, 10.0))

    # the story

    async def begin(self) -> None:
        """People have worked for a while; the maps are asked to start."""
        self.people.begin()
        await self.start_maps(self.random.choice(("crm", "erp", "none")))

    async def start_maps(self, master: str, *, moving: bool | None = None) -> None:
        """Ask for maps to be started: all, or those of tables that people edit, or the others."""
        kinds = self.systems.kinds
        wanted = [
            m.id for m in kinds.table_maps if moving is None or (m.crm.table in _MOVING) is moving
        ]
        await start_maps(self.store, kinds, wanted, master, self.clock)

    async def work_alone(self) -> None:
        """Everything in a fixed order until nothing is left, again after each death."""
        busy = True
        while busy:
            try:
                await self.process.log.start()
                await self.process.backfill.once()
                busy = bool(await self.process.capture(_MOVING))
                await self.process.drain()
                while await self.process.work.once():
                    busy = True
            except ProcessDied:
                self._restart()
                await asyncio.sleep(31.0)

    async def chaos(self, acts: int) -> None:
        """People work while the service lives in bad weather."""
        living = asyncio.ensure_future(self._living())
        for _ in range(acts):
            wait = self.random.choice((0.0, 0.1, 1.0, 5.0, 20.0)) * self.random.random()
            await asyncio.wait([living], timeout=wait)
            if living.done():
                break
            if self.operators is not None:
                await self.operators.act()
            self.people.act()
            self.tell(self.people.acts[-1])
            if self.judges is not None:
                await self.judges.act()
            await self._balanced()
        await asyncio.wait([living], timeout=self.random.uniform(0.0, 20.0))
        if living.done():
            living.result()
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        self.process.gate.dead = True

    async def settle(self) -> None:
        """The weather is fine again; run until nothing is left to do.

        Raises:
            AssertionError: It does not come to rest.
        """
        self.network.calm = True
        self.log.mischief = None
        if self.operators is not None:
            await self.operators.restore()
        self.dies = lambda _number, _done: False
        self._restart()
        self.seen.counts["crashes"] -= 1
        await self.log.start()
        await asyncio.sleep(31.0)
        await self.process.backfill.once()
        for turn in range(_ROUNDS):
            tables = self.process.often if turn else ()
            events = await self.process.capture(tables, full=True)
            await self.process.drain()
            worked = 0
            while done := await self.process.work.once():
                worked += done
                if worked > 3000:
                    raise AssertionError("the work never ends")
            due = await self._next_due()
            if not events and not worked and due is None:
                return
            if due is not None:
                await asyncio.sleep(max(0.0, due))
        raise AssertionError(f"it does not come to rest in {_ROUNDS} rounds")

    async def _next_due(self) -> float | None:
        """Seconds until a link is due that does not merely wait for another."""
        now = self.clock.now()
        async with self.store.transaction() as tx:
            rows = await tx.list_links(limit=100_000)
        dues = [
            (row.due_at - now).total_seconds()
            for row in rows
            if row.due_at is not None and row.link.state != "waiting"
        ]
        return min(dues) if dues else None

    async def again(self) -> int:
        """Everything once more: the whole stream, every link, every row; returns the writes."""
        before = self.systems.writes
        async with self.store.transaction() as tx:
            inbox = await tx.events(limit=1_000_000)
            await tx.wake_kinds(sorted(self.systems.kinds), self.clock.now(), None)
        await self.log.publish([kept.event for kept in inbox])
        await self.settle()
        return self.systems.writes - before


class _Counted:
    """Counts what the systems answer, and takes its time."""

    def __init__(self, inner: Connector, world: World) -> None:
        self._inner, self._world = inner, world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def _travel(self) -> None:
        world = self._world
        if world.faults.latency and not world.network.calm:
            await asyncio.sleep(world.random.random() * world.faults.latency)

    async def read(self, refs: Any) -> Any:
        await self._travel()
        found = await self._inner.read(refs)
        await self._travel()
        return found

    async def write(self, changesets: list[ChangeSet]) -> list[Outcome]:
        await self._travel()
        outcomes = await self._inner.write(changesets)
        for changeset, outcome in zip(changesets, outcomes, strict=True):
            self._world.tell(f"{changeset!r} -> {outcome!r}")
            if isinstance(outcome, Refused):
                self._world.seen.counts[outcome.error.code] += 1
                if isinstance(outcome.error, PreconditionFailed):
                    self._world.seen.counts["412"] += 1
        await self._travel()
        return outcomes


def _as_it_is(connector: Connector) -> Connector:
    return connector
