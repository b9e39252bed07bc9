"""What a change log must do: at least once, in order per row, nothing lost."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace

from sync.core.event import ChangeEvent, deleted
from sync.core.row import RowRef
from sync.ports import ChangeLog, LogRecord
from sync.testing.contracts.samples import account, change

MakeLog = Callable[[], Awaitable[ChangeLog]]
AppendRaw = Callable[[bytes], Awaitable[None]]

PATIENCE = 10.0
"""Seconds that a poll waits for a record that is there: a broker may have to be asked twice."""


async def drain(log: ChangeLog, count: int, limit: int = 500) -> list[LogRecord]:
    """Poll until that many records have come, or none comes any more."""
    records: list[LogRecord] = []
    while len(records) < count:
        found = await log.poll(limit, PATIENCE)
        if not found:
            break
        records += found
    return records


def events(records: list[LogRecord]) -> list[ChangeEvent]:
    """The events of records that could be decoded."""
    return [record.event for record in records if record.event is not None]


def by_row(found: list[ChangeEvent]) -> dict[RowRef, list[str]]:
    """Row → the versions that came, in order."""
    rows: dict[RowRef, list[str]] = {}
    for event in found:
        rows.setdefault(event.ref, []).append(event.version)
    return rows


class LogContract:
    """The change log."""

    @pytest.fixture
    def make_log(self) -> MakeLog:
        """Opens and starts a log on one and the same, at first empty, records."""
        pytest.fail("Override `make_log` with the backend's own.")

    @pytest.fixture
    def append_raw(self) -> AppendRaw:
        """Appends bytes to the change events, as somebody else's producer might."""
        pytest.fail("Override `append_raw` with the backend's own.")

    async def test_events_come_back_as_they_were(self, make_log: MakeLog) -> None:
        log = await make_log()
        image = {
            "name": "Ö \U0001f600 \x00",
            "amount": Decimal("10.00"),
            "whole": Decimal("7"),
            "count": 3,
            "yes": True,
            "blank": None,
        }
        sent = [
            replace(
                change("a", 1),
                image=image,
                actor="someone",
                occurred_at="2026-01-01T10:00:00Z",
                traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ),
            deleted(account("a").ref, "1", occurred_at="2026-01-01T11:00:00Z", order=9),
        ]
        await log.publish(sent)
        got = events(await drain(log, 2))
        assert got == sent
        assert repr(got[0].image) == repr(sent[0].image)

    async def test_an_empty_log_has_nothing(self, make_log: MakeLog) -> None:
        log = await make_log()
        await log.publish([])
        assert await log.poll(10, 0) == []
        await log.commit()

    async def test_each_rows_events_come_in_order(self, make_log: MakeLog) -> None:
        log = await make_log()
        for version in range(1, 21):
            await log.publish([change(row, version) for row in range(30)])
        found = by_row(events(await drain(log, 600, limit=37)))
        expected = [str(version) for version in range(1, 21)]
        assert found == {account(row).ref: expected for row in range(30)}

    async def test_a_poll_returns_no_more_than_asked_for(self, make_log: MakeLog) -> None:
        log = await make_log()
        await log.publish([change(row) for row in range(10)])
        first = await log.poll(3, PATIENCE)
        assert 1 <= len(first) <= 3
        rest = await drain(log, 10 - len(first), limit=3)
        assert {event.id for event in events(first + rest)} == {change(n).id for n in range(10)}
        assert len({record.position for record in first + rest}) == 10

    async def test_what_was_not_committed_comes_again(self, make_log: MakeLog) -> None:
        first = await make_log()
        await first.publish([change(row) for row in range(5)])
        assert len(await drain(first, 5)) == 5
        await first.commit()
        await first.publish([change(row, 2) for row in range(5)])
        assert len(await drain(first, 5)) == 5
        await first.close()
        second = await make_log()
        again = events(await drain(second, 5))
        assert {event.id for event in again} == {change(row, 2).id for row in range(5)}
        await second.commit()
        await second.close()
        third = await make_log()
        await third.publish([change("marker")])
        assert events(await drain(third, 1)) == [change("marker")]

    async def test_only_what_was_polled_is_committed(self, make_log: MakeLog) -> None:
        first = await make_log()
        await first.publish([change("a", version) for version in range(1, 7)])
        polled = events(await first.poll(2, PATIENCE))
        await first.commit()
        await first.close()
        second = await make_log()
        rest = events(await drain(second, 6 - len(polled)))
        assert [event.order for event in polled + rest] == [1, 2, 3, 4, 5, 6]

    async def test_a_poll_that_waits_is_woken_by_an_event(self, make_log: MakeLog) -> None:
        log = await make_log()
        waiting = asyncio.create_task(log.poll(10, PATIENCE))
        await asyncio.sleep(0)
        await log.publish([change("a")])
        assert events(await waiting) == [change("a")]

    async def test_a_record_that_is_no_event_is_told_and_stops_nothing(
        self, make_log: MakeLog, append_raw: AppendRaw
    ) -> None:
        log = await make_log()
        await append_raw(b"{not json")
        await log.publish([change("a")])
        records = await drain(log, 2)
        broken = [record for record in records if record.event is None]
        assert events(records) == [change("a")]
        assert [record.raw for record in broken] == [b"{not json"]
        assert broken[0].error is not None
        assert "not JSON" in broken[0].error

    async def test_notes_are_for_other_readers(self, make_log: MakeLog) -> None:
        log = await make_log()
        await log.note("outcomes", "crm|accounts|a", b"{}")
        await log.note("deadletters", "crm|accounts|a", b"{}")
        await log.publish([change("a")])
        assert events(await drain(log, 1)) == [change("a")]
        assert await log.poll(10, 0) == []
        with pytest.raises(ValueError, match="no topic"):
            await log.note("changes!", "k", b"{}")

    async def test_notes_are_read_from_the_first_as_often_as_wanted(
        self, make_log: MakeLog
    ) -> None:
        log = await make_log()
        sent = [f"{number}".encode() for number in range(1_200)]
        for value in sent:
            await log.note("outcomes", "crm", value)
        await log.note("deadletters", "crm", b"{}")
        assert [value async for value in log.history("outcomes")] == sent
        assert [value async for value in log.history("outcomes")] == sent
        assert [value async for value in log.history("deadletters")] == [b"{}"]

    async def test_many_events_at_once(self, make_log: MakeLog) -> None:
        log = await make_log()
        sent = [change(row, version) for version in (1, 2) for row in range(2_500)]
        await log.publish(sent)
        found = by_row(events(await drain(log, 5_000)))
        assert found == {account(row).ref: ["1", "2"] for row in range(2_500)}
