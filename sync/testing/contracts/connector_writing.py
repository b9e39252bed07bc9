"""What every connector promises of writes."""

# ruff: noqa: S101 - assertions are what a suite is made of

from __future__ import annotations

from decimal import Decimal

from sync.errors import (
    AlreadyExists,
    PreconditionFailed,
    Rejected,
    RowMissing,
)
from sync.ports import VersionKind
from sync.testing.contracts.connector_bench import (
    ConnectorBench,
    create,
    delete,
    look,
    one,
    refusal,
    update,
    written,
)


class WritingContract:
    """Creates, updates and deletes, alone and together."""

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
