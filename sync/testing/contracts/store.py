"""What a store's units of work must do."""

# ruff: noqa: S101, D102, PT012 - the name of a test says what it holds
from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from sync.core.divergence import Divergence
from sync.core.link import LinkState
from sync.core.row import RowRef, Side
from sync.ports import (
    Acceptance,
    Checkpoint,
    FoundDivergence,
    InboxEvent,
    Job,
    JobKind,
    JobState,
    KnownRow,
    MapRun,
    MapVersion,
    NumberReport,
    Provenance,
    Reservation,
    Settlement,
    Store,
    Transaction,
)
from sync.testing.contracts.samples import (
    LEASE,
    NOW,
    a_conflict,
    a_letter,
    a_link,
    a_receipt,
    a_relation,
    account,
    based,
    change,
    due_links,
    known,
)

MakeStore = Callable[[], Awaitable[Store]]


class _CrashError(Exception):
    """The process ends here."""


class StoreSuite:
    """The fixtures of every suite of a store."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Opens a further store on one and the same, at first empty, state."""
        pytest.fail("Override `make_store` with the backend's own.")

    @pytest.fixture
    async def store(self, make_store: MakeStore) -> Store:
        """A started store on an empty state."""
        return await make_store()


class TransactionContract(StoreSuite):
    """Whole or nothing, and nothing shared with the caller."""

    async def test_an_exception_leaves_nothing_behind(self, store: Store) -> None:
        with pytest.raises(_CrashError):
            async with store.transaction() as state:
                await _write_everything(state)
                raise _CrashError
        async with store.transaction() as state:
            await _assert_empty(state)

    async def test_a_cancelled_unit_of_work_leaves_nothing_behind(self, store: Store) -> None:
        wrote = asyncio.Event()

        async def work() -> None:
            async with store.transaction() as state:
                await _write_everything(state)
                wrote.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await wrote.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with store.transaction() as state:
            await _assert_empty(state)

    async def test_what_existed_before_survives_a_failed_change(self, store: Store) -> None:
        (link,) = await due_links(store, "a")
        async with store.transaction() as state:
            await state.put_rows([known("a", 1, link.id)])
        with pytest.raises(_CrashError):
            async with store.transaction() as state:
                claims = await state.claim(NOW, 1, lease_until=LEASE)
                await state.put_rows([known("a", 2)])
                await state.settle([Settlement(based(claims[0].link), claims[0].position)])
                raise _CrashError
        async with store.transaction() as state:
            assert [row.row.version for row in await state.rows_of([link.id])] == ["1"]
            assert (await state.backlog())[0] == 1
            claims = await state.claim(NOW, 1, lease_until=LEASE)
            assert [claim.link.base for claim in claims] == [{}]

    async def test_what_was_committed_is_there_for_the_next_process(
        self, make_store: MakeStore
    ) -> None:
        first = await make_store()
        async with first.transaction() as state:
            await _write_everything(state)
        second = await make_store()
        async with second.transaction() as state:
            with pytest.raises(AssertionError):
                await _assert_empty(state)
            assert await state.draw_number("prospect") == 2

    async def test_changing_what_was_handed_out_changes_nothing(self, store: Store) -> None:
        (link,) = await due_links(store, "a")
        async with store.transaction() as state:
            await state.put_rows([known("a")])
            await state.add_receipts([a_receipt(link.id, "p")])
        ref = account("a").ref
        async with store.transaction() as state:
            claimed = (await state.claim(NOW, 1, lease_until=LEASE))[0].link
            claimed.base["name"] = based(a_link("x")).base["name"]
            claimed.natural["number"] = "changed"
            claimed.outcome = "changed"
            (await state.rows([ref]))[ref].row.image["name"] = "changed"
            (await state.receipts())[0].changes[0]["new"] = "changed"
        async with store.transaction() as state:
            kept = (await state.links([link.id]))[link.id]
            assert kept == link
            assert (await state.rows([ref]))[ref].row == account("a")
            assert await state.receipts() == [replace(a_receipt(link.id, "p"), position=1)]

    async def test_changing_what_was_handed_in_changes_nothing(self, store: Store) -> None:
        link, row = a_link("a"), account("a")
        async with store.transaction() as state:
            await state.add_links([link])
            await state.put_rows([KnownRow(row=row)])
            link.natural["number"] = "changed"
            row.image["name"] = "changed"
        async with store.transaction() as state:
            assert (await state.links([link.id]))[link.id].natural == {"number": "A"}
            assert (await state.rows([row.ref]))[row.ref].row.image == {"name": "Account a"}

    async def test_a_second_transaction_in_one_task_is_refused(self, store: Store) -> None:
        async with store.transaction():
            with pytest.raises(RuntimeError, match="transaction open"):
                async with store.transaction():
                    pytest.fail("It would wait for itself.")

    async def test_transactions_of_other_tasks_take_turns(self, store: Store) -> None:
        async def draw() -> int:
            async with store.transaction() as state:
                return await state.draw_number("prospect")

        numbers = await asyncio.gather(*(draw() for _ in range(20)))
        assert sorted(numbers) == list(range(1, 21))


async def _write_everything(state: Transaction) -> None:
    link = a_link("a")
    await state.add_links([link])
    await state.put_rows([known("a", link_id=link.id)])
    (position,) = await state.add_events([InboxEvent(change("a"), (link.id,))])
    await state.touch({link.id: position}, NOW)
    link.waiting_on = ("link:account|b",)
    await state.settle([Settlement(link, 0, due_at=NOW, settled=False)])
    other = a_link("b")
    await state.add_links([other])
    await state.relate({link.id: [a_relation(other, link)]})
    await state.put_conflicts([a_conflict(1)])
    await state.put_dead_letters([a_letter(1)])
    await state.add_receipts([a_receipt(link.id, "p")])
    await state.add_provenance([Provenance(link.id, "2026", None, LinkState.SETTLED)])
    await state.put_map_versions([MapVersion("digest", "accounts", "1.0", "2026")])
    assert await state.ask_job(Job("1", JobKind.BACKFILL, JobState.ASKED, "2026")) is None
    await state.add_divergences("1", [FoundDivergence(1, Divergence("account:a", None, "name"))])
    assert await state.take_duty("jobs", NOW, LEASE) is not None
    await state.put_checkpoint(Checkpoint(Side.CRM, "accounts", "token"))
    await state.put_map_run(MapRun("accounts", "running"))
    await state.put_number_report(NumberReport(at="2026"))
    await state.put_acceptance(Acceptance(overlap="o", by="Ada", reason="why", at="2026"))
    assert await state.draw_number("prospect") == 1
    contact = RowRef(Side.CRM, "contacts", "id-a")
    assert await state.reserve([Reservation(contact, "USMF|person", "Iver")]) == {contact}


async def _assert_empty(state: Transaction) -> None:
    link = a_link("a").id
    ref = RowRef(Side.CRM, "accounts", "id-a")
    assert await state.rows([ref]) == {}
    assert await state.rows_of([link]) == []
    assert await state.versions(Side.CRM, "accounts") == {}
    assert await state.events() == []
    assert await state.events(link_id=link) == []
    assert await state.unseen([change("a").id]) == {change("a").id}
    assert await state.links([link]) == {}
    assert await state.list_links() == []
    assert await state.count_links() == {}
    assert await state.claim(LEASE, 10, lease_until=LEASE) == []
    assert await state.awaited(["link:account|b"]) == set()
    assert await state.next_due() is None
    assert await state.backlog() == (0, None)
    assert await state.relations([link]) == set()
    assert await state.parents([link]) == {}
    assert await state.count_children([a_link("b").id]) == {}
    assert await state.conflicts() == []
    assert await state.dead_letters(state=None) == []
    assert await state.receipts() == []
    assert await state.provenance(link) == []
    assert await state.map_versions(["digest"]) == {}
    assert await state.jobs() == []
    assert await state.divergences("1") == []
    assert not await state.keep_duty("jobs", 1, LEASE)
    assert await state.checkpoints() == []
    assert await state.map_runs() == {}
    assert await state.number_report() is None
    assert await state.acceptances() == []
    assert await state.reservations([RowRef(Side.CRM, "contacts", "id-a")]) == {}
    assert await state.draw_number("prospect") == 1
