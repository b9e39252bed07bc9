"""Stopping, pausing and resuming maps: what changes meanwhile is kept."""

from __future__ import annotations

from sync.core.link import LinkState
from sync.engine.maps import pause_maps, resume_maps, stop_maps
from tests.engine.bench import Bench

_MAPS = ["prospects-accounts", "customers-accounts"]


async def test_a_pause_keeps_everything_and_a_resume_brings_it(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    await pause_maps(bench.store, bench.kinds, _MAPS, bench.clock)
    bench.edit_account(row_id, name="Second")
    bench.new_prospect("A-2", "New")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "First"
    assert bench.account("A-2") is None
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.PARKED
    async with bench.store.transaction() as tx:
        waiting, _ = await tx.backlog()
    assert waiting >= 2
    await resume_maps(bench.store, bench.kinds, _MAPS, bench.clock)
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Second"
    assert bench.account("A-2")["name"] == "New"


async def test_a_stopped_map_is_not_resumed(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    await stop_maps(bench.store, bench.kinds, _MAPS, bench.clock)
    assert await resume_maps(bench.store, bench.kinds, _MAPS, bench.clock) == []
    bench.edit_account(row_id, name="Second")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "First"
    await bench.start("crm", _MAPS)
    assert bench.prospect("A-1")["ProspectName"] == "Second"
