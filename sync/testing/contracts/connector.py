"""What every connector promises, written once: over real protocols and in memory alike.

A test class derives from `ConnectorContract` and gives it a `bench` fixture: a connector on a
system of its own with nothing in it but reference data. `RemoteContract` adds what only a system at
the other end of a network can show.
"""

# ruff: noqa: S101 - assertions are what a suite is made of

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from sync.core.row import Row, RowRef, Scalar
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp, Written
from sync.errors import (
    AlreadyExists,
    CheckpointExpired,
    PreconditionFailed,
    Rejected,
    RemoteError,
    RowMissing,
    Throttled,
    Unavailable,
)
from sync.ports import ChangePage, Connector, VersionKind


class ConnectorBench(Protocol):
    """A connector and its system, as the suite needs them.

    Attributes:
        connector: The connector, of the integration's own identity.
        table: A table whose rows the suite writes.
        text: A text column of it that anybody may edit.
        amount: A decimal column of it, with two places.
        has_checkpoints: Whether its change feed goes on from a checkpoint.
    """

    connector: Connector
    table: str
    text: str
    amount: str
    has_checkpoints: bool

    def new(self, number: int) -> Write:
        """A create that the system accepts; its row differs from those of other numbers."""
        ...

    def unacceptable(self, number: int) -> Write:
        """A create that a rule of the system refuses."""
        ...

    def nobody(self) -> RowRef:
        """The id of a row of the table that does not exist."""
        ...

    async def edit(self, row: Row, values: Mapping[str, Scalar]) -> None:
        """Change a row as somebody else would."""
        ...

    async def remove(self, row: Row) -> None:
        """Delete a row as somebody else would."""
        ...

    def expire_checkpoints(self) -> None:
        """Let the system forget what it has given out so far."""
        ...

    def throttle(self, seconds: int) -> None:
        """Refuse the next request and name a pause."""
        ...

    def lose_next_answer(self) -> None:
        """Let the next request be done without an answer."""
        ...

    def lose_next_request(self) -> None:
        """Let the next request be lost on its way."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Move the connector's clock on."""
        ...


class RemoteBench(ConnectorBench, Protocol):
    """A system at the other end of a network, which keeps a journal of its requests.

    Attributes:
        service: What the paths of its service begin with.
    """

    service: tuple[str, ...]

    def requests(self) -> list[Mapping[str, Any]]:
        """What reached it since the last call: `method`, `path`, `operations`."""
        ...

    def paths(self) -> set[str]:
        """Every path that was called, those that its journal does not note included."""
        ...


def one(write: Write, *more: Write) -> ChangeSet:
    """A change set of these writes."""
    return ChangeSet("account:1/plan-1", (write, *more))


def update(row: Row, values: Mapping[str, Scalar]) -> Write:
    """An update on condition that the row is still as it was read."""
    return Write(WriteOp.UPDATE, row.ref, dict(values), row.version)


def delete(row: Row) -> Write:
    """A delete on that condition."""
    return Write(WriteOp.DELETE, row.ref, {}, row.version)


def written(outcome: Outcome) -> tuple[Row | None, ...]:
    """The rows of a change set that must have happened."""
    assert isinstance(outcome, Written), outcome
    return outcome.rows


def refusal(outcome: Outcome, expected: type[RemoteError]) -> Refused:
    """The refusal of a change set that must not have happened, for a reason of that class."""
    assert isinstance(outcome, Refused), outcome
    assert isinstance(outcome.error, expected), repr(outcome.error)
    return outcome


async def create(bench: ConnectorBench, number: int) -> Row:
    """A new row."""
    (outcome,) = await bench.connector.write([one(bench.new(number))])
    (row,) = written(outcome)
    assert row is not None
    return row


async def feed(bench: ConnectorBench, checkpoint: str | None = None) -> list[ChangePage]:
    """All pages of one pass."""
    return [page async for page in bench.connector.changes(bench.table, checkpoint)]


async def look(bench: ConnectorBench, row: Row) -> Row:
    """The row as it is now."""
    found = (await bench.connector.read([row.ref]))[row.ref]
    assert found is not None
    return found


class ConnectorContract:
    """The promises of the port."""

    async def test_prepare_may_be_repeated(self, bench: ConnectorBench) -> None:
        """At every start."""
        await bench.connector.prepare()
        await bench.connector.prepare()

    async def test_a_create_returns_the_row_as_the_system_holds_it(
        self, bench: ConnectorBench
    ) -> None:
        """With its version, its id and every column of the table's spec."""
        write = bench.new(1)
        (outcome,) = await bench.connector.write([one(write)])
        (row,) = written(outcome)
        assert row is not None
        assert row == await look(bench, row)
        assert row.version
        assert row.image[bench.text] == write.values[bench.text]
        if write.ref.row_id:
            assert row.ref == write.ref
        if bench.connector.versions is VersionKind.ORDERED:
            assert row.order is not None

    async def test_a_repeated_create_meets_its_own_row(self, bench: ConnectorBench) -> None:
        """And leaves it as it is."""
        write = bench.new(1)
        (first,) = await bench.connector.write([one(write)])
        (second,) = await bench.connector.write([one(write)])
        refused = refusal(second, AlreadyExists)
        assert refused.unknown is False
        (row,) = written(first)
        assert row is not None
        assert await look(bench, row) == row

    async def test_a_conditional_update_changes_what_it_names(self, bench: ConnectorBench) -> None:
        """And nothing else; the version changes."""
        row = await create(bench, 1)
        (outcome,) = await bench.connector.write([one(update(row, {bench.text: "Changed"}))])
        (after,) = written(outcome)
        assert after is not None
        assert after.image == {**row.image, bench.text: "Changed"}
        assert after.version != row.version
        assert after == await look(bench, row)
        if row.order is not None:
            assert after.order is not None
            assert after.order > row.order

    async def test_a_stale_version_changes_nothing(self, bench: ConnectorBench) -> None:
        """Neither by an update nor by a delete."""
        row = await create(bench, 1)
        await bench.edit(row, {bench.text: "By somebody"})
        now = await look(bench, row)
        for write in (update(row, {bench.text: "Ours"}), delete(row)):
            (outcome,) = await bench.connector.write([one(write)])
            assert refusal(outcome, PreconditionFailed).unknown is False
            assert await look(bench, row) == now

    async def test_writes_to_a_missing_row_say_so(self, bench: ConnectorBench) -> None:
        """An update must never create the row anew."""
        row = await create(bench, 1)
        await bench.remove(row)
        for write in (update(row, {bench.text: "Ours"}), delete(row)):
            (outcome,) = await bench.connector.write([one(write)])
            refusal(outcome, RowMissing)
        assert await bench.connector.read([row.ref]) == {row.ref: None}

    async def test_a_delete_removes_the_row(self, bench: ConnectorBench) -> None:
        """On condition of its version."""
        row = await create(bench, 1)
        (outcome,) = await bench.connector.write([one(delete(row))])
        assert written(outcome) == (None,)
        assert await bench.connector.read([row.ref]) == {row.ref: None}

    async def test_a_change_set_happens_whole_or_not_at_all(self, bench: ConnectorBench) -> None:
        """The first write is undone when the second is refused."""
        row = await create(bench, 1)
        good = update(row, {bench.text: "Changed"})
        (outcome,) = await bench.connector.write([one(good, bench.unacceptable(2))])
        refusal(outcome, Rejected)
        assert await look(bench, row) == row
        (outcome,) = await bench.connector.write([one(good, bench.new(2))])
        assert [found is not None for found in written(outcome)] == [True, True]
        for found in written(outcome):
            assert found is not None
            assert found == await look(bench, found)

    async def test_writes_to_the_same_row_follow_each_other(self, bench: ConnectorBench) -> None:
        """The version demanded is the one before the change set; the row told is the one after."""
        row = await create(bench, 1)
        first = update(row, {bench.text: "Changed"})
        second = update(row, {bench.amount: Decimal("7.50")})
        (outcome,) = await bench.connector.write([one(first, second)])
        now = await look(bench, row)
        assert written(outcome) == (now, now)
        assert now.image == {**row.image, bench.text: "Changed", bench.amount: Decimal("7.50")}
        (outcome,) = await bench.connector.write([one(first, second)])
        refusal(outcome, PreconditionFailed)
        assert await look(bench, row) == now
        (outcome,) = await bench.connector.write(
            [one(update(now, {bench.text: "Last"}), delete(now))]
        )
        assert written(outcome) == (None, None)

    async def test_a_bad_change_set_does_not_hurt_the_others(self, bench: ConnectorBench) -> None:
        """And the answers come in the order of the questions."""
        sets = [one(bench.new(1)), one(bench.unacceptable(2)), one(bench.new(3))]
        first, second, third = await bench.connector.write(sets)
        refusal(second, Rejected)
        for outcome, asked in ((first, sets[0]), (third, sets[2])):
            (row,) = written(outcome)
            assert row is not None
            assert row.image[bench.text] == asked.writes[0].values[bench.text]

    async def test_nothing_to_do_is_nothing_done(self, bench: ConnectorBench) -> None:
        """Empty in, empty out."""
        assert await bench.connector.write([]) == []
        assert await bench.connector.read([]) == {}
        assert await bench.connector.find(bench.table, []) == []

    async def test_decimals_are_exact(self, bench: ConnectorBench) -> None:
        """To the last place, with and without a fraction, and never a float."""
        row = await create(bench, 1)
        for text in ("12345678901.23", "0.10", "25000"):
            value = Decimal(text)
            (outcome,) = await bench.connector.write([one(update(row, {bench.amount: value}))])
            (after,) = written(outcome)
            assert after is not None
            assert isinstance(after.image[bench.amount], Decimal)
            assert after.image[bench.amount] == value
            row = await look(bench, row)
            assert isinstance(row.image[bench.amount], Decimal)
            assert row.image[bench.amount] == value

    async def test_quotes_and_other_alphabets_arrive_unharmed(self, bench: ConnectorBench) -> None:
        """In writes, reads and searches."""
        row = await create(bench, 1)
        text = "O'Brien & Söhne «日本» + 100% / #1"
        (outcome,) = await bench.connector.write([one(update(row, {bench.text: text}))])
        (after,) = written(outcome)
        assert after is not None
        assert after.image[bench.text] == text
        assert await bench.connector.find(bench.table, [{bench.text: text}]) == [[after]]

    async def test_reads_tell_what_is_not_there(self, bench: ConnectorBench) -> None:
        """Beside what is; a row asked for twice is told once."""
        row, nobody = await create(bench, 1), bench.nobody()
        found = await bench.connector.read([row.ref, nobody, row.ref])
        assert found == {row.ref: row, nobody: None}

    async def test_rows_are_found_by_their_values(self, bench: ConnectorBench) -> None:
        """For each set of values the rows that have all of them."""
        first, second = await create(bench, 1), await create(bench, 2)
        found = await bench.connector.find(
            bench.table,
            [
                {bench.text: second.image[bench.text]},
                {bench.text: "nobody has this"},
                {
                    bench.text: first.image[bench.text],
                    bench.amount: first.image[bench.amount],
                },
            ],
        )
        assert found == [[second], [], [first]]

    async def test_the_first_pass_reads_everything(self, bench: ConnectorBench) -> None:
        """As full, with one last page, the rows as they are now."""
        rows = [await create(bench, number) for number in range(1, 8)]
        pages = await feed(bench)
        assert all(page.full for page in pages)
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        seen = {row.ref: row for page in pages for row in page.rows}
        assert {row.ref: seen.get(row.ref) for row in rows} == {row.ref: row for row in rows}
        assert sum(len(page.rows) for page in pages) == len(seen)

    async def test_the_next_pass_reads_what_changed(self, bench: ConnectorBench) -> None:
        """Edits, new rows and deletes, from the checkpoint on."""
        kept, edited, removed = [await create(bench, number) for number in (1, 2, 3)]
        checkpoint = (await feed(bench))[-1].checkpoint
        await bench.edit(edited, {bench.text: "By somebody"})
        await bench.remove(removed)
        new = await create(bench, 4)
        pages = await feed(bench, checkpoint)
        seen = {row.ref: row for page in pages for row in page.rows}
        assert seen[edited.ref].image[bench.text] == "By somebody"
        assert new.ref in seen
        assert removed.ref not in seen
        if not bench.has_checkpoints:
            assert all(page.full for page in pages)
            assert kept.ref in seen
            return
        assert not any(page.full for page in pages)
        assert kept.ref not in seen
        assert [row_id for page in pages for row_id in page.deleted] == [removed.ref.row_id]
        checkpoint = pages[-1].checkpoint
        assert checkpoint is not None
        (quiet,) = await feed(bench, checkpoint)
        assert (quiet.rows, quiet.deleted, quiet.last) == ((), (), True)
        assert quiet.checkpoint is not None

    async def test_an_expired_checkpoint_says_so(self, bench: ConnectorBench) -> None:
        """And a pass without one then reads everything."""
        row = await create(bench, 1)
        checkpoint = (await feed(bench))[-1].checkpoint
        if not bench.has_checkpoints:
            assert checkpoint is None
            return
        assert checkpoint is not None
        bench.expire_checkpoints()
        try:
            await feed(bench, checkpoint)
        except CheckpointExpired:
            pass
        else:
            raise AssertionError("the expired checkpoint was taken")
        assert row in [found for page in await feed(bench) for found in page.rows]

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
