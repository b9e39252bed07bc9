"""The change log in memory, and the mischief that it does on demand."""

from __future__ import annotations

from random import Random

import pytest

from sync.ports import ChangeLog
from sync.testing.contracts.log import AppendRaw, LogContract, MakeLog, by_row, events
from sync.testing.contracts.samples import account, change
from sync.testing.memory_log import MemoryLog, Mischief


class TestMemoryLog(LogContract):
    @pytest.fixture
    def log(self) -> MemoryLog:
        return MemoryLog()

    @pytest.fixture
    def make_log(self, log: MemoryLog) -> MakeLog:
        async def make() -> ChangeLog:
            await log.start()
            return log

        return make

    @pytest.fixture
    def append_raw(self, log: MemoryLog) -> AppendRaw:
        async def append(raw: bytes) -> None:
            log.publish_broken(raw, "it is not JSON")

        return append


async def _everything(log: MemoryLog) -> list[str]:
    """Poll until nothing is left, committing every other time; returns `row version` texts."""
    seen = []
    commit = False
    while log.undelivered:
        found = await log.poll(7, 0)
        seen += [f"{event.ref.row_id} {event.version}" for event in events(found)]
        commit = not commit
        if commit:
            await log.commit()
    await log.commit()
    return seen


def _busy(seed: int) -> MemoryLog:
    return MemoryLog(Mischief(Random(seed), duplicate=0.3, delay=0.4))


async def _publish(log: MemoryLog) -> None:
    for version in (1, 2, 3):
        await log.publish([change(row, version) for row in range(10)])


@pytest.mark.parametrize("seed", range(20))
async def test_mischief_repeats_and_reorders_but_loses_nothing(seed: int) -> None:
    log = _busy(seed)
    await _publish(log)
    seen = await _everything(log)
    first_times = list(dict.fromkeys(seen))
    assert len(first_times) == 30
    assert len(seen) > 30, "no duplicate came"
    published = [f"id-{row} {version}" for version in (1, 2, 3) for row in range(10)]
    assert first_times != published, "no row overtook another"
    for row in range(10):
        of_row = [text for text in first_times if text.startswith(f"id-{row} ")]
        assert of_row == [f"id-{row} {version}" for version in (1, 2, 3)]


async def test_the_same_seed_does_the_same() -> None:
    logs = [_busy(7), _busy(7), _busy(8)]
    for log in logs:
        await _publish(log)
    one, same, other = [await _everything(log) for log in logs]
    assert one == same != other


async def test_a_crash_gives_back_what_was_not_committed_in_order() -> None:
    log = MemoryLog()
    await _publish(log)
    await log.poll(5, 0)
    await log.commit()
    await log.poll(20, 0)
    log.crash()
    found = by_row(events(await log.poll(100, 0)))
    assert sum(len(versions) for versions in found.values()) == 25
    assert found[account(9).ref] == ["1", "2", "3"]
    assert found[account(0).ref] == ["2", "3"]


async def test_notes_are_kept_for_the_test_to_read() -> None:
    log = MemoryLog()
    await log.note("outcomes", "k", b"1")
    await log.note("outcomes", "k", b"2")
    assert log.notes == {"outcomes": [("k", b"1"), ("k", b"2")]}
