"""Dead letters: told on the side topic once each, closed when their link goes on, set aside."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence

import pytest

from mappings.loader import load_maps
from sync.core import exact_json
from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.ingest import Ingest
from sync.engine.maps import start_maps, stop_maps
from sync.engine.redrive import discard, find_dead_letter
from sync.engine.replay import Silent
from sync.errors import ContractBroken
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.engine.between import Between


async def test_a_malformed_record_is_a_dead_letter_that_others_can_read() -> None:
    store, log = MemoryStore(), MemoryLog()
    await log.start()
    ingest = Ingest(Kinds(load_maps(gab=False)), store, log, ManualClock(), Silent())
    for _ in range(2):
        log.publish_broken(b"{not json", "it is not JSON")
        assert await ingest.once() == 1
    async with store.transaction() as tx:
        (letter,) = await tx.dead_letters()
    told = [exact_json.decode(value) async for value in log.history("deadletters")]
    assert [(t["id"], t["code"]) for t in told] == [(letter.id, "event_malformed")]
    assert "it is not JSON" in told[0]["message"]


async def test_a_letter_that_was_set_aside_stays_so_however_many_there_are(bench: Bench) -> None:
    for number in range(1200):
        bench.log.publish_broken(f"broken {number}".encode(), "no JSON")
    await bench.drain()
    async with bench.store.transaction() as tx:
        letters = await tx.dead_letters(limit=2000)
    assert len(letters) == 1200
    last = letters[-1]
    await discard(bench.store, [last.id], "Ann", "It is noise.", bench.clock)
    raw = b64decode(last.payload["raw"])
    bench.log.publish_broken(raw, "no JSON")
    await bench.drain()
    kept = await find_dead_letter(bench.store, last.id)
    assert kept is not None
    assert kept.state == "discarded"


@pytest.mark.parametrize("stopped", [False, True])
async def test_a_dead_letter_is_closed_when_its_link_goes_on(bench: Bench, stopped: bool) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    refusals = [ContractBroken("no such column")]

    class Refusing(Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            if refusals:
                return [Refused(refusals.pop()) for _ in changesets]
            answered: list[Outcome] = await self._inner.write(changesets)
            return answered

    bench.connectors[Side.ERP] = Refusing(bench.connectors[Side.ERP])
    bench.restart()
    bench.edit_account(row_id, name="Second")
    await bench.run()
    async with bench.store.transaction() as tx:
        assert len(await tx.dead_letters()) == 1
    maps = ["prospects-accounts", "customers-accounts"]
    if stopped:
        await stop_maps(bench.store, bench.kinds, maps, bench.clock)
    bench.edit_account(row_id, name="Third")
    await bench.run()
    if stopped:
        async with bench.store.transaction() as tx:
            assert len(await tx.dead_letters()) == 1
        await start_maps(bench.store, bench.kinds, maps, "crm", bench.clock)
        await bench.backfill.once()
        await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Third"
    async with bench.store.transaction() as tx:
        assert await tx.dead_letters() == []
        assert len(await tx.dead_letters(state="redriven")) == 1
