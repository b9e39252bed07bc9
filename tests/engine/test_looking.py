"""Looking for changes: what comes meanwhile, what cannot be read, and clocks that go back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from sync.core.row import Row, RowRef, Side
from sync.engine.breakers import Breakers
from sync.engine.looking import Looking
from sync.errors import ContractBroken
from sync.ports import ChangePage, WakeUp
from tests.engine.bench import Bench
from tests.engine.between import Between


def _looking(bench: Bench, side: Side) -> Looking:
    connector = bench.connectors[side]
    return Looking(
        bench.captures[side],
        connector.versions,
        bench.clock,
        bench,
        bench.options,
        Breakers(bench.clock, bench),
    )


async def test_a_notice_that_comes_while_its_row_is_read_is_not_forgotten(bench: Bench) -> None:
    bench.new_prospect("A-1", "First")
    await bench.start()
    notice = WakeUp("Prospects", "dataAreaId='usmf',ProspectId='A-1'")

    class Slow(Between):
        async def read(self, refs: Sequence[RowRef]) -> dict[RowRef, Row | None]:
            found: dict[RowRef, Row | None] = await self._inner.read(refs)
            if bench.prospect("A-1")["ProspectName"] == "First":
                bench.edit_prospect("A-1", ProspectName="Second")
                looking.wake(notice)
            return found

    bench.connectors[Side.ERP] = Slow(bench.connectors[Side.ERP])
    bench.restart()
    looking = _looking(bench, Side.ERP)
    for _ in bench.captures[Side.ERP].tables:
        await looking.once()
    looking.wake(notice)
    assert await looking.once() == 0
    assert await looking.once() == 1


async def test_a_table_that_cannot_be_read_does_not_keep_the_others_from_it(bench: Bench) -> None:
    await bench.start()
    looking = _looking(bench, Side.ERP)
    first = bench.captures[Side.ERP].tables[0]

    class Broken(Between):
        def changes(self, table: str, checkpoint: str | None) -> AsyncIterator[ChangePage]:
            if table == first:
                raise ContractBroken("no such table")
            found: AsyncIterator[ChangePage] = self._inner.changes(table, checkpoint)
            return found

    bench.connectors[Side.ERP] = Broken(bench.connectors[Side.ERP])
    bench.restart()
    looking = _looking(bench, Side.ERP)
    for _ in bench.captures[Side.ERP].tables:
        await looking.once()
    assert set(looking.looked_at) == set(bench.captures[Side.ERP].tables) - {first}
    assert ("look_failed", {"side": "erp", "table": first, "code": "contract_broken"}) in bench.told


async def test_a_clock_that_goes_back_does_not_stop_looking(bench: Bench) -> None:
    await bench.start()

    class Turned:
        back = timedelta()

        def now(self) -> datetime:
            return bench.clock.now() - self.back

        async def sleep(self, seconds: float) -> None:
            await bench.clock.sleep(seconds)

    capture, clock = bench.captures[Side.CRM], Turned()
    versions = bench.connectors[Side.CRM].versions
    looking = Looking(capture, versions, clock, bench, bench.options, Breakers(clock, bench))
    for _ in capture.tables:
        await looking.once()
    bench.new_account("A-1", "First")
    assert await looking.once() == 0
    clock.back = timedelta(hours=1)
    assert sum([await looking.once() for _ in capture.tables]) == 1


async def test_a_storm_of_notices_costs_whole_tables_and_not_memory(bench: Bench) -> None:
    await bench.start()
    looking = _looking(bench, Side.ERP)
    for _ in bench.captures[Side.ERP].tables:
        await looking.once()
    bench.new_prospect("A-1", "First")
    for number in range(12_000):
        looking.wake(WakeUp("Prospects", f"dataAreaId='usmf',ProspectId='X-{number}'"))
    looking.wake(WakeUp("Prospects", "dataAreaId='usmf',ProspectId='A-1'"))
    assert await looking.once() == 1
