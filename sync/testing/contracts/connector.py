"""What every connector promises, written once: over real protocols and in memory alike.

A test class derives from `ConnectorContract` and gives it a `bench` fixture: a connector on a
system of its own with nothing in it but reference data. `RemoteContract` adds what only a system at
the other end of a network can show.
"""

# ruff: noqa: S101 - assertions are what a suite is made of

from __future__ import annotations

from collections.abc import Mapping

from sync.core.row import Scalar
from sync.errors import (
    AlreadyExists,
    PreconditionFailed,
    Throttled,
    Unavailable,
)
from sync.testing.contracts.connector_bench import (
    ConnectorBench,
    RemoteBench,
    create,
    feed,
    look,
    one,
    refusal,
    update,
    written,
)
from sync.testing.contracts.connector_reading import ReadingContract
from sync.testing.contracts.connector_writing import WritingContract


class ConnectorContract(WritingContract, ReadingContract):
    """The promises of the port; here those about trouble on the way."""

    async def test_prepare_may_be_repeated(self, bench: ConnectorBench) -> None:
        """At every start."""
        await bench.connector.prepare()
        await bench.connector.prepare()

    async def test_nothing_to_do_is_nothing_done(self, bench: ConnectorBench) -> None:
        """Empty in, empty out."""
        assert await bench.connector.write([]) == []
        assert await bench.connector.read([]) == {}
        assert await bench.connector.find(bench.table, []) == []

    async def test_throttling_says_when_to_come_back(self, bench: ConnectorBench) -> None:
        """Nothing was done, and after the pause it works."""
        row = await create(bench, 1)
        bench.throttle(30)
        change = one(update(row, {bench.text: "Changed"}))
        (outcome,) = await bench.connector.write([change])
        refused = refusal(outcome, Throttled)
        assert isinstance(refused.error, Throttled)
        assert refused.error.retry_after == 30
        assert refused.unknown is False
        bench.pass_time(31)
        assert await look(bench, row) == row
        (outcome,) = await bench.connector.write([change])
        written(outcome)

    async def test_a_lost_answer_is_unknown_and_a_repeat_finds_it_done(
        self, bench: ConnectorBench
    ) -> None:
        """The create met its own row; the update its own version."""
        row, write = await create(bench, 1), bench.new(2)
        sets = [one(update(row, {bench.text: "Changed"})), one(write)]
        bench.lose_next_answer()
        for outcome in await bench.connector.write(sets):
            assert refusal(outcome, Unavailable).unknown is True
        assert (await look(bench, row)).image[bench.text] == "Changed"
        again_update, again_create = await bench.connector.write(sets)
        refusal(again_update, PreconditionFailed)
        refusal(again_create, AlreadyExists)

    async def test_a_lost_request_is_unknown_and_a_repeat_does_it(
        self, bench: ConnectorBench
    ) -> None:
        """From here it looks the same as a lost answer."""
        await bench.connector.prepare()
        write = bench.new(1)
        bench.lose_next_request()
        (outcome,) = await bench.connector.write([one(write)])
        assert refusal(outcome, Unavailable).unknown is True
        (outcome,) = await bench.connector.write([one(write)])
        written(outcome)


class RemoteContract(ConnectorContract):
    """The promises that only a system at the other end of a network can show."""

    async def test_many_writes_travel_in_one_request(self, bench: RemoteBench) -> None:
        """So do many reads and many searches."""
        await bench.connector.prepare()
        bench.requests()
        outcomes = await bench.connector.write([one(bench.new(n)) for n in range(50)])
        rows = [row for outcome in outcomes for row in written(outcome) if row is not None]
        assert len(rows) == 50
        changed = [one(update(row, {bench.text: f"Changed {row.version}"})) for row in rows]
        for outcome in await bench.connector.write(changed):
            written(outcome)
        assert all((await bench.connector.read([row.ref for row in rows])).values())
        wanted: list[Mapping[str, Scalar]] = [
            {bench.text: f"Changed {row.version}"} for row in rows
        ]
        assert all(await bench.connector.find(bench.table, wanted))
        requests = bench.requests()
        assert len(requests) == 4
        assert sum(request["operations"] for request in requests) >= 200

    async def test_no_control_route_is_ever_called(self, bench: RemoteBench) -> None:
        """Nor anything else outside the system's own service."""
        await bench.connector.prepare()
        row = await create(bench, 1)
        await feed(bench)
        await bench.connector.find(bench.table, [{bench.text: row.image[bench.text]}])
        paths = bench.paths()
        assert paths
        assert not [path for path in paths if not path.startswith(bench.service)]
        assert not [path for path in paths if "_sandbox" in path]
