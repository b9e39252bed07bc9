"""Moments that once went wrong, found by reading: each as small as it can be told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sync.core.conflict import ConflictState
from sync.core.row import Row, RowRef, Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.looking import Looking
from sync.errors import ContractBroken, Rejected, Throttled
from sync.ports import ChangePage, WakeUp
from tests.engine.bench import Bench


def _looking(bench: Bench, side: Side) -> Looking:
    connector = bench.connectors[side]
    return Looking(bench.captures[side], connector.versions, bench.clock, bench, bench.options)


class _Between:
    """Something happens while a system is asked.

    Args:
        inner: The system.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


# --- looking --------------------------------------------------------------------------------------


async def test_a_notice_that_comes_while_its_row_is_read_is_not_forgotten(bench: Bench) -> None:
    bench.new_prospect("A-1", "First")
    await bench.start()
    notice = WakeUp("Prospects", "dataAreaId='usmf',ProspectId='A-1'")

    class Slow(_Between):
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

    class Broken(_Between):
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
    looking = Looking(capture, versions, clock, bench, bench.options)
    for _ in capture.tables:
        await looking.once()
    bench.new_account("A-1", "First")
    assert await looking.once() == 0
    clock.back = timedelta(hours=1)
    assert sum([await looking.once() for _ in capture.tables]) == 1


# --- answers --------------------------------------------------------------------------------------


async def test_a_side_that_was_busy_is_tried_again_although_the_other_refused(bench: Bench) -> None:
    """One part is refused for good, the other only for now."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    refusals = {Side.CRM: Rejected("no"), Side.ERP: Throttled("later", retry_after=1.0)}

    class Refusing(_Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            error = refusals.pop(self._inner.side, None)
            if error is None:
                answered: list[Outcome] = await self._inner.write(changesets)
                return answered
            return [Refused(error) for _ in changesets]

    bench.connectors.update({side: Refusing(one) for side, one in bench.connectors.items()})
    bench.restart()
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", PrimaryPhoneNumber="+1 555")
    await bench.run()
    assert refusals == {}
    assert bench.prospect("A-1")["ProspectName"] == "By the CRM"
    assert bench.account("A-1")["telephone1"] == "+1 555"
    assert not await bench.conflicts(state=ConflictState.OPEN)
