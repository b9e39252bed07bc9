"""A side goes away: nobody knocks one by one, nobody waits longer than it is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from sync.core.breaker import LIMITS, BreakerState
from sync.core.link import LinkState
from sync.core.row import Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.breakers import Breakers
from sync.engine.capture import Capture
from sync.engine.guarding import Guarded
from sync.engine.options import ServiceOptions
from sync.engine.probing import Probing
from sync.engine.work import Work
from sync.errors import RemoteError, Unavailable
from sync.ports import LinkRow, Settlement
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import Bench
from tests.engine.between import Between

_MANY = 30


class Guards(Bench):
    """The bench with a breaker before each system.

    Attributes:
        asked: (side, what) → requests that reached the network since the last outage began.
    """

    def restart(self) -> None:
        super().restart()
        self.asked: Counter[tuple[Side, Asked]] = Counter()
        self.breakers = Breakers(self.clock, self)
        self.wire()

    def wire(self) -> None:
        """The engine between what there is now."""
        guarded = {side: Guarded(one, self.breakers) for side, one in self.connectors.items()}
        self.probing = {side: Probing(one, self.breakers) for side, one in guarded.items()}
        kinds, store, clock = self.kinds, self.store, self.clock
        self.captures = {
            side: Capture(one, kinds.tables[side], store, self.log, clock, self)
            for side, one in guarded.items()
        }
        self.work = Work(kinds, store, guarded, clock, self, self.options, breakers=self.breakers)

    def goes_away(self, side: Side) -> None:
        def down(asked: Asked) -> Fault:
            self.asked[side, asked] += 1
            return Fault.DOWN

        self.asked.clear()
        self.weather[side] = down

    def comes_back(self, side: Side) -> None:
        del self.weather[side]

    async def capture(self, side: Side) -> None:
        for table in self.captures[side].tables:
            await self.captures[side].table(table)
        await self.drain()

    async def work_off(self) -> int:
        worked = 0
        while done := await self.work.once():
            worked += done
        return worked

    async def knock(self, side: Side) -> None:
        """Work through what is due until nobody asks the side any more."""
        for _ in range(20):
            await self.work_off()
            if self.breakers.is_open(side):
                break
            self.clock.advance(10)
        await self.work_off()

    async def accounts(self) -> list[LinkRow]:
        async with self.store.transaction() as tx:
            return await tx.list_links(kind="account", limit=1000)

    def heard(self, name: str) -> int:
        return sum(told == name for told, _ in self.told)


@pytest.fixture
async def guards() -> Guards:
    bench = Guards(options=ServiceOptions(batch=1))
    await bench.start()
    return bench


async def test_links_wait_together_and_spend_no_attempt(guards: Guards) -> None:
    for number in range(_MANY):
        guards.new_account(f"A-{number}", "One")
    await guards.capture(Side.CRM)
    guards.goes_away(Side.ERP)
    await guards.knock(Side.ERP)
    rows = await guards.accounts()
    assert len(rows) == _MANY
    assert guards.asked.total() == LIMITS.failures
    assert sum(row.link.attempts for row in rows) == LIMITS.failures - 1
    assert {row.link.state for row in rows} == {LinkState.RETRY}
    assert all("side:erp" in row.link.waiting_on for row in rows)
    problem = rows[0].link.problem
    assert problem is not None
    assert (problem.code, problem.side) == ("unavailable", Side.ERP)
    assert guards.heard("side_unreachable") == 1
    attempts = [row.link.attempts for row in rows]
    for _ in range(20):
        guards.clock.advance(600)
        await guards.work_off()
    assert guards.asked.total() == LIMITS.failures
    assert [row.link.attempts for row in await guards.accounts()] == attempts
    assert all(row.due_at is None for row in await guards.accounts())
    async with guards.store.transaction() as tx:
        balance = await tx.balance()
    assert (balance.missing, balance.waiting, balance.dead) == (0, _MANY, 0)


async def test_a_single_probe_brings_everything_back(guards: Guards) -> None:
    for number in range(_MANY):
        guards.new_account(f"A-{number}", "One")
    await guards.capture(Side.CRM)
    guards.goes_away(Side.ERP)
    await guards.knock(Side.ERP)
    guards.asked.clear()
    for _ in range(8):
        guards.clock.advance(5)
        assert not await guards.probing[Side.ERP].once()
        assert not await guards.probing[Side.ERP].once()
    assert guards.asked == {(Side.ERP, Asked.PING): 8}
    guards.comes_back(Side.ERP)
    guards.clock.advance(5)
    assert await guards.probing[Side.ERP].once()
    assert guards.breakers[Side.ERP].state is BreakerState.CLOSED
    assert await guards.work_off() >= _MANY
    rows = await guards.accounts()
    assert {row.link.state for row in rows} == {LinkState.SETTLED}
    assert {(row.link.attempts, row.link.waiting_on) for row in rows} == {(0, ())}
    assert len([r for r in guards.erp.list("Prospects") if r["ProspectId"][:2] == "A-"]) == _MANY
    assert (guards.heard("side_unreachable"), guards.heard("side_answers")) == (1, 1)


async def test_the_other_direction_goes_on(guards: Guards) -> None:
    row_id = guards.new_account("A-1", "One")
    guards.new_prospect("B-1", "One")
    await guards.run()
    guards.edit_account(row_id, name="Two")
    await guards.capture(Side.CRM)
    guards.edit_prospect("B-1", ProspectName="Two")
    await guards.capture(Side.ERP)
    guards.goes_away(Side.CRM)
    await guards.knock(Side.CRM)
    assert guards.prospect("A-1")["ProspectName"] == "Two"
    assert guards.account("B-1")["name"] == "One"
    assert guards.breakers.is_open(Side.CRM)
    assert not guards.breakers.is_open(Side.ERP)
    guards.comes_back(Side.CRM)
    guards.clock.advance(5)
    assert await guards.probing[Side.CRM].once()
    await guards.work_off()
    assert guards.account("B-1")["name"] == "Two"


async def test_capture_of_a_side_that_is_away_does_not_knock(guards: Guards) -> None:
    guards.goes_away(Side.ERP)
    for _ in range(LIMITS.failures + 5):
        with pytest.raises(RemoteError):
            await guards.captures[Side.ERP].table("CustomersV3")
    assert guards.asked == {(Side.ERP, Asked.CHANGES): LIMITS.failures}


async def test_a_new_process_asks_again_and_lets_everybody_go(guards: Guards) -> None:
    guards.new_account("A-1", "One")
    await guards.capture(Side.CRM)
    guards.goes_away(Side.ERP)
    await guards.knock(Side.ERP)
    guards.comes_back(Side.ERP)
    guards.restart()
    await guards.work_off()
    assert guards.prospect("A-1")["ProspectName"] == "One"


async def test_a_record_that_breaks_the_system_keeps_no_other_from_it(guards: Guards) -> None:
    """Its write fails as a system does that is out of order; its own backoff is all that grows."""

    class Broken(Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            (changeset,) = changesets
            if any(write.values.get("ProspectName") == "Poison" for write in changeset.writes):
                return [Refused(Unavailable("Object reference not set.", status=500), unknown=True)]
            written: list[Outcome] = await self._inner.write(changesets)
            return written

    guards.connectors[Side.ERP] = Broken(guards.connectors[Side.ERP])  # type: ignore[assignment]
    guards.restart()
    guards.new_account("P-1", "Poison")
    for number in range(5):
        guards.new_account(f"A-{number}", "One")
        await guards.capture(Side.CRM)
        await guards.work_off()
        guards.clock.advance(300)
        await guards.work_off()
        assert guards.prospect(f"A-{number}") is not None
    assert guards.heard("side_unreachable") == 0
    poison = await guards.link("account", "usmf|p-1")
    assert (poison.state, poison.attempts > 4) == (LinkState.RETRY, True)
    assert guards.prospect("P-1") is None


async def test_who_is_saved_after_the_side_answered_is_let_go_too(guards: Guards) -> None:
    guards.new_account("A-1", "One")
    await guards.capture(Side.CRM)
    guards.goes_away(Side.ERP)
    for _ in range(LIMITS.failures):
        guards.breakers.failed(Side.ERP, Unavailable("Down."))

    class Late(Between):
        """The side answers while the link that waits for it is being saved."""

        async def settle(self, settlements: list[Settlement]) -> None:
            if settlements:
                guards.breakers.answered(Side.ERP)
                async with guards.breakers.releasing() as tokens:
                    await self._inner.release(tokens, guards.clock.now())
            await self._inner.settle(settlements)

    class Store(Between):
        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[Late]:
            async with self._inner.transaction() as tx:
                yield Late(tx)

    kept, guards.store = guards.store, Store(guards.store)  # type: ignore[assignment]
    guards.wire()
    assert await guards.work.once() == 1
    guards.store = kept
    guards.wire()
    guards.comes_back(Side.ERP)
    await guards.work_off()
    assert guards.prospect("A-1")["ProspectName"] == "One"
