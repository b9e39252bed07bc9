"""What a store must do with conflicts, dead letters, the audit and the service's own state."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio

from msgspec.structs import replace

from sync.core.conflict import ConflictState
from sync.core.row import Side
from sync.ports import Checkpoint, LetterAct, LetterFilter, MapRun, Store
from sync.testing.contracts.samples import a_conflict, a_letter, a_receipt
from sync.testing.contracts.store import MakeStore, StoreSuite


class RecordContract(StoreSuite):
    """What people read."""

    async def test_conflicts_are_replaced_by_id_and_listed_in_order(self, store: Store) -> None:
        grouped = replace(a_conflict(1), crm={"street": "A", "roles": ("x", "y")}, events=("e",))
        solved = replace(a_conflict(3, "l2"), state=ConflictState.RESOLVED)
        async with store.transaction() as state:
            await state.put_conflicts([solved, a_conflict(2), a_conflict(1)])
            await state.put_conflicts([grouped])
        async with store.transaction() as state:
            assert await state.conflicts() == [grouped, a_conflict(2), solved]
            assert await state.conflicts(state=ConflictState.OPEN) == [grouped, a_conflict(2)]
            assert await state.conflicts(link_ids=["l2"]) == [solved]
            assert await state.conflicts(link_ids=[]) == []
            assert await state.conflicts(after="0001", limit=1) == [a_conflict(2)]
            assert await state.count_conflicts() == {"open": 2, "resolved": 1}

    async def test_dead_letters_are_open_unless_asked_otherwise(self, store: Store) -> None:
        redriven, lost = a_letter(2, state="redriven"), a_letter(3, link=None)
        async with store.transaction() as state:
            await state.put_dead_letters([lost, redriven, a_letter(1)])
            assert await state.dead_letters() == [a_letter(1), lost]
            assert await state.dead_letters(state="redriven") == [redriven]
            assert await state.dead_letters(state=None) == [a_letter(1), redriven, lost]
            assert await state.dead_letters(link_ids=["l"]) == [a_letter(1)]
            wanted = [redriven.id, lost.id, "none"]
            assert await state.dead_letters(ids=wanted, state=None) == [redriven, lost]
            assert await state.dead_letters(ids=wanted) == [lost]
            assert await state.dead_letters(ids=[], state=None) == []
            assert await state.dead_letters(after="0001", limit=1) == [lost]
            await state.put_dead_letters([replace(a_letter(1), state="discarded")])
            assert await state.dead_letters() == [lost]

    async def test_dead_letters_are_found_by_what_they_are(self, store: Store) -> None:
        act = LetterAct("2026", "Ann", "edited", "A comma too much.")
        edited = replace(a_letter(1), kind="account", original={"raw": "x"}, history=(act,))
        other = replace(a_letter(2), code="event_malformed", at="2027", link_id=None)
        redriven = a_letter(3, state="redriven")
        async with store.transaction() as state:
            await state.put_dead_letters([edited, other, redriven])
        async with store.transaction() as state:
            assert await state.find_letters(LetterFilter()) == [edited, other]
            assert await state.find_letters(LetterFilter(state=None)) == [edited, other, redriven]
            assert await state.find_letters(LetterFilter(code="event_malformed")) == [other]
            assert await state.find_letters(LetterFilter(kind="account")) == [edited]
            assert await state.find_letters(LetterFilter(since="2027")) == [other]
            assert await state.find_letters(LetterFilter(), after=edited.id, limit=1) == [other]

    async def test_the_audit_is_appended_to(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.add_receipts([a_receipt("l1", "p1"), a_receipt("l2", "p1")])
            await state.add_receipts([a_receipt("l1", "p1"), a_receipt("l1", "p2")])
            await state.add_receipts([])
        async with store.transaction() as state:
            kept = await state.receipts()
            assert [(found.link_id, found.plan) for found in kept] == [
                ("l1", "p1"),
                ("l2", "p1"),
                ("l1", "p1"),
                ("l1", "p2"),
            ]
            positions = [found.position for found in kept]
            assert positions == sorted(set(positions))
            assert replace(kept[0], position=0) == a_receipt("l1", "p1")
            assert repr(kept[0].changes) == repr(a_receipt("l1", "p1").changes)
            assert await state.receipts(link_id="l2") == [kept[1]]
            assert await state.receipts(link_id="l1", after=positions[0], limit=1) == [kept[2]]


class ServiceStateContract(StoreSuite):
    """Checkpoints, maps, sequences."""

    async def test_a_checkpoint_is_replaced(self, store: Store) -> None:
        accounts = Checkpoint(Side.CRM, "accounts", "one", "2026", "2025")
        customers = Checkpoint(Side.ERP, "CustomersV3")
        async with store.transaction() as state:
            await state.put_checkpoint(customers)
            await state.put_checkpoint(replace(accounts, token="zero"))  # noqa: S106
            await state.put_checkpoint(accounts)
            assert await state.checkpoints() == [accounts, customers]

    async def test_a_map_run_is_replaced(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.put_map_run(MapRun("accounts", "starting"))
            held = MapRun("accounts", "running", "crm", "2026", "numbers_overlap")
            await state.put_map_run(held)
            assert await state.map_runs() == {"accounts": held}
            assert not held.runs

    async def test_numbers_never_overlap(self, make_store: MakeStore) -> None:
        stores = [await make_store() for _ in range(2)]

        async def draw(store: Store, sequence: str) -> int:
            async with store.transaction() as state:
                return await state.draw_number(sequence)

        drawn = await asyncio.gather(*(draw(stores[n % 2], "prospect") for n in range(20)))
        assert sorted(drawn) == list(range(1, 21))
        assert await draw(stores[0], "party") == 1
        async with stores[1].transaction() as state:
            assert await state.draw_number("party", 4) == 5
        assert await draw(stores[0], "party") == 6
