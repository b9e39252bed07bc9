"""Dead letters are told on the log's side topic, once each."""

from __future__ import annotations

from mappings.loader import load_maps
from sync.core import exact_json
from sync.core.kinds import Kinds
from sync.engine.ingest import Ingest
from sync.engine.replay import Silent
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore


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
