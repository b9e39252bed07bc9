"""A dry run follows a step to all who take part in it, and writes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sync.core.conflict import UNDO, Conflict, ConflictKind
from sync.core.row import Side
from sync.engine.dry_run import dry_run
from sync.engine.maps import pause_maps
from sync.engine.outlooks import Outlook
from sync.errors import Unavailable
from sync.ports import DeadLetter
from sync.testing.faulty import Asked, Fault
from tests.engine.between import Between
from tests.engine.desk import Desk
from tests.engine.ordering import activated, is_ordered, unconverted


class Seen(Between):
    """Keeps which rows of the ERP were written together."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.together: list[list[tuple[str, str, dict[str, Any]]]] = []

    async def write(self, changesets: Any) -> Any:
        self.together += [
            [(w.op.value, w.ref.table, dict(w.values)) for w in one.writes] for one in changesets
        ]
        return await self._inner.write(changesets)


async def _tried(desk: Desk, quote: str) -> list[Outlook]:
    bench = desk.bench
    link = await bench.link("quote", f"usmf|{desk.number(quote).lower()}")
    letter = DeadLetter(link.id, link.id, "contract_broken", "m", None, {}, "")
    before = bench.systems.writes
    found = await dry_run(bench.kinds, bench.store, bench.connectors, letter, bench.clock)
    assert bench.systems.writes == before
    return found


async def test_everybody_who_takes_part_is_shown_with_what_it_would_write(both: Desk) -> None:
    quote = await activated(both)
    order = both.create_order(quote)
    await both.bench.look()
    outlooks = await _tried(both, quote)
    assert [one.kind for one in outlooks] == [
        "account",
        "quote",
        "order",
        "order_line",
        "order_line",
    ]
    assert all(one.together and one.untried is None for one in outlooks)
    assert {write.side for one in outlooks for write in one.writes} == {Side.ERP}
    unconverted(both, quote)
    shown = [(w.op, w.table) for one in outlooks for w in one.writes]
    seen = Seen(both.bench.connectors[Side.ERP])
    both.bench.connectors[Side.ERP] = seen  # type: ignore[assignment]
    both.bench.restart()
    await both.bench.run()
    is_ordered(both, quote, order)
    (step,) = [one for one in seen.together if any(w[1] == "CDSSalesOrderHeaders" for w in one)]
    assert [(op, table) for op, table, _ in step][-len(shown) :] == shown, "as it was then written"


async def test_a_step_that_lacks_somebody_says_whom_it_waits_for(both: Desk) -> None:
    quote = await activated(both)
    both.create_order(quote)
    await both.bench.look()
    await pause_maps(both.bench.store, both.bench.kinds, ["orders"], both.bench.clock)
    (outlook,) = await _tried(both, quote)
    assert (outlook.kind, outlook.state, outlook.writes) == ("quote", "waiting", ())
    assert outlook.problem is not None
    assert "order" in outlook.problem.message
    assert not outlook.together


async def test_a_step_whose_order_nobody_has_seen_yet_waits_for_it(desk: Desk) -> None:
    quote = await activated(desk)
    desk.create_order(quote)
    await desk.bench.captures[Side.CRM].table("quotes")
    await desk.bench.drain()
    (outlook,) = await _tried(desk, quote)
    assert (outlook.state, outlook.writes) == ("waiting", ())
    assert outlook.problem is not None
    assert "is not known yet" in outlook.problem.message
    assert any(token.startswith("row:") for token in outlook.waiting_on)


async def test_an_order_that_is_to_be_undone_is_not_tried_again(desk: Desk) -> None:
    quote = await activated(desk)
    desk.create_order(quote)
    await desk.bench.look()
    bench = desk.bench
    link = await bench.link("quote", f"usmf|{desk.number(quote).lower()}")
    held = Conflict("c1", link.id, ConflictKind.HELD_ORDER, "state", asked=UNDO)
    async with bench.store.transaction() as tx:
        await tx.put_conflicts([held])
    (outlook,) = await _tried(desk, quote)
    assert outlook.writes == ()
    assert "asked to undo it" in (outlook.untried or "")


async def test_a_system_that_cannot_be_read_is_named_instead_of_guessed(desk: Desk) -> None:
    quote = await activated(desk)
    desk.create_order(quote)
    await desk.bench.look()
    desk.bench.weather[Side.CRM] = lambda asked: Fault.DOWN if asked is Asked.FIND else None
    with pytest.raises(Unavailable):
        await _tried(desk, quote)
