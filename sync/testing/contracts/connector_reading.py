"""What every connector promises of reads, searches and its change feed."""

# ruff: noqa: S101 - assertions are what a suite is made of

from __future__ import annotations

from sync.errors import (
    CheckpointExpired,
)
from sync.testing.contracts.connector_bench import (
    ConnectorBench,
    create,
    feed,
    one,
    update,
    written,
)


class ReadingContract:
    """Rows as they are, and what changed."""

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

    async def test_a_probe_is_answered(self, bench: ConnectorBench) -> None:
        """Whatever else the system has."""
        await bench.connector.ping()

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
