"""Tries after failures are spread by the event that told of a record: a replay waits the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.core.backoff import backoff
from sync.core.row import RowRef, Side
from sync.ports import LinkRow
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import Bench
from tests.engine.people import People


async def _found(bench: Bench, kind: str) -> LinkRow:
    async with bench.store.transaction() as tx:
        (row,) = await tx.list_links(kind=kind)
    return row


async def _event(bench: Bench, ref: RowRef) -> str:
    async with bench.store.transaction() as tx:
        (told,) = [one.event.id for one in await tx.events(limit=1000) if one.event.ref == ref]
    return told


async def test_a_records_tries_are_spread_by_its_event(bench: Bench) -> None:
    await bench.start()
    ref = bench.account_ref(bench.new_account("A-1", "First"))
    await bench.look()
    bench.weather[Side.ERP] = lambda asked: Fault.DOWN if asked is Asked.WRITE else None
    assert await bench.work.once() == 1
    link = await _found(bench, "account")
    event = await _event(bench, ref)
    assert link.link.attempts == 1
    assert link.due_at == bench.clock.now() + timedelta(seconds=backoff(1, event))


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LOST_ANSWER])
async def test_so_are_those_of_a_row_that_has_no_number_yet(fault: Fault) -> None:
    people = People(gab=False)
    await people.start()
    ref = RowRef(Side.CRM, "contacts", people.new_person("Ada", "Iver"))
    await people.look()
    people.weather[Side.CRM] = lambda asked: fault if asked is not Asked.CHANGES else None
    assert await people.work.once() == 1
    link = await _found(people, "person")
    assert link.link.is_stray
    event = await _event(people, ref)
    assert link.due_at == people.clock.now() + timedelta(seconds=backoff(1, event))
