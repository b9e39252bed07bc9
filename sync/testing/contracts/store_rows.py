"""What a store must do with rows and with the inbox."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from msgspec.structs import replace

from sync.core.event import deleted
from sync.core.row import Image, Row, RowRef, Side
from sync.ports import InboxEvent, KnownRow, Store
from sync.testing.contracts.samples import NOW, account, change, due_links, known
from sync.testing.contracts.store import MakeStore, StoreSuite

MANY = 10_000


class RowContract(StoreSuite):
    """Rows, as the service knows them."""

    async def test_a_row_comes_back_as_it_was(self, store: Store) -> None:
        row = Row(
            ref=RowRef(Side.ERP, "CustomersV3", "dataAreaId='usmf',CustomerAccount='Ö|1'"),
            version='W/"JzAsNTYzNzE0NDU3Njsn"',
            image={"Name": "Übung % _ \\ \x00 \U0001f600", "Blank": None, "Yes": True, "No": 0},
            actor="someone",
            changed_at="2026-01-01T00:00:00Z",
        )
        kept = KnownRow(row=row, link_id="l", joins="j", event_id="e")
        async with store.transaction() as state:
            await state.put_rows([kept])
        async with store.transaction() as state:
            assert await state.rows([row.ref]) == {row.ref: kept}

    @pytest.mark.parametrize("odd", ["\x00", "\ufffe", "\ufffe0", "\ufffe\x00", "\x1f", "\ufffd"])
    async def test_a_row_is_known_by_an_id_of_any_characters(self, store: Store, odd: str) -> None:
        kept = [
            KnownRow(row=Row(RowRef(Side.ERP, "Prospects", name), f"v{odd}", {}, actor=odd))
            for name in (f"N{odd}L", "N", "NL")
        ]
        async with store.transaction() as state:
            await state.put_rows(kept)
        async with store.transaction() as state:
            assert await state.rows([kept[0].row.ref]) == {kept[0].row.ref: kept[0]}
            versions = await state.versions(Side.ERP, "Prospects")
        assert versions == {one.row.ref.row_id: one.row.version for one in kept}

    @pytest.mark.parametrize(
        "text", ["5", "5.00", "-0", "1E+3", "0E-7", "12345678901234567890.123456789", "0.1"]
    )
    async def test_a_decimal_stays_exactly_itself(self, store: Store, text: str) -> None:
        image: Image = {"amount": Decimal(text), "count": 5, "text": text}
        row = account("a", image=image)
        async with store.transaction() as state:
            await state.put_rows([KnownRow(row=row)])
            await state.add_events(
                [InboxEvent(change("a")), InboxEvent(replace(change("b"), image=image))]
            )
        async with store.transaction() as state:
            events = await state.events()
            for found in ((await state.rows([row.ref]))[row.ref].row.image, events[1].event.image):
                assert found == image
                assert repr(found) == repr(image)

    async def test_only_a_newer_row_replaces_under_the_guard(self, store: Store) -> None:
        async def versions_after(offered: KnownRow) -> str:
            async with store.transaction() as state:
                await state.put_rows([offered], newer_only=True)
                return (await state.rows([offered.row.ref]))[offered.row.ref].row.version

        assert await versions_after(known("a", 5)) == "5"
        assert await versions_after(known("a", 4)) == "5"
        same_order = KnownRow(row=replace(account("a", 5), version="5 again"))
        assert await versions_after(same_order) == "5"
        assert await versions_after(known("a", 6)) == "6"
        unordered = KnownRow(row=replace(account("a"), version="x", order=None))
        assert await versions_after(unordered) == "x"
        assert await versions_after(known("a", 1)) == "1"

    async def test_without_the_guard_any_row_replaces(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.put_rows([known("a", 5), known("a", 4)])
            assert await state.versions(Side.CRM, "accounts") == {"id-a": "4"}

    async def test_rows_are_found_by_link_and_by_what_they_refer_to(self, store: Store) -> None:
        one, two, three = (replace(known(n, link_id="l1"), joins="party-1") for n in "abc")
        elsewhere = KnownRow(
            row=replace(account("z"), ref=RowRef(Side.CRM, "contacts", "id-z")), joins="party-1"
        )
        async with store.transaction() as state:
            await state.put_rows([three, one, replace(two, deleted=True), elsewhere])
            assert [row.row.ref.row_id for row in await state.rows_of(["l1", "none"])] == [
                "id-a",
                "id-b",
                "id-c",
            ]
            joined = await state.rows_joined(Side.CRM, "accounts", ["party-1", "party-2"])
            assert joined == {"party-1": [one, three], "party-2": []}
            await state.put_rows([replace(one, link_id="l2", joins="party-2")])
            assert await state.rows_of(["l1"]) == [replace(two, deleted=True), three]
            joined = await state.rows_joined(Side.CRM, "accounts", ["party-1", "party-2"])
            assert {alias: len(rows) for alias, rows in joined.items()} == {
                "party-1": 1,
                "party-2": 1,
            }

    async def test_a_deleted_row_is_known_but_has_no_version(self, store: Store) -> None:
        gone = replace(known("a"), deleted=True)
        async with store.transaction() as state:
            await state.put_rows([gone, known("b", 3)])
            assert await state.rows([gone.row.ref]) == {gone.row.ref: gone}
            assert await state.versions(Side.CRM, "accounts") == {"id-b": "3"}
            assert await state.versions(Side.ERP, "accounts") == {}

    async def test_ten_thousand_rows_at_once(self, store: Store) -> None:
        rows = [known(f"{number:05}", link_id=f"l{number % 7}") for number in range(MANY)]
        async with store.transaction() as state:
            await state.put_rows(rows)
            await state.add_events([InboxEvent(change(n), ("l",)) for n in range(MANY)])
        async with store.transaction() as state:
            found = await state.rows(row.row.ref for row in rows)
            assert list(found.values()) == rows or found == {row.row.ref: row for row in rows}
            assert len(await state.versions(Side.CRM, "accounts")) == MANY
            assert len(await state.rows_of(f"l{number}" for number in range(MANY))) == MANY
            assert await state.unseen([change(n).id for n in range(MANY + 1)]) == {change(MANY).id}
            assert (await state.backlog())[0] == MANY


class InboxContract(StoreSuite):
    """Every event once, in order."""

    async def test_positions_grow_in_the_order_of_the_events(self, store: Store) -> None:
        async with store.transaction() as state:
            first = await state.add_events([InboxEvent(change(n)) for n in range(3)])
            assert await state.add_events([]) == []
        async with store.transaction() as state:
            second = await state.add_events([InboxEvent(change(n)) for n in range(3, 5)])
            positions = first + second
            assert positions == sorted(set(positions))
            assert min(positions) > 0
            kept = await state.events()
        assert [event.position for event in kept] == positions
        assert [event.event for event in kept] == [change(n) for n in range(5)]

    async def test_an_event_comes_back_as_it_was(self, store: Store) -> None:
        ref = account("a").ref
        gone = deleted(ref, "7", occurred_at="2026-01-01T00:00:00Z", order=8)
        told = InboxEvent(
            replace(change("a"), traceparent="00-1-2-03", actor="x"), ("l1", "l2"), 0, "then"
        )
        async with store.transaction() as state:
            positions = await state.add_events([told, InboxEvent(gone)])
            assert await state.events() == [
                replace(told, position=positions[0]),
                InboxEvent(gone, (), positions[1]),
            ]

    async def test_unseen_are_those_not_kept(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.add_events([InboxEvent(change("a"))])
            assert await state.unseen([change("a").id, change("b").id]) == {change("b").id}
            assert await state.unseen([]) == set()

    async def test_it_is_known_when_an_event_was_taken_in(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.add_events(
                [
                    InboxEvent(change("a"), received_at="2026-01-01T00:00:00Z"),
                    InboxEvent(change("b")),
                    InboxEvent(change("c"), received_at="2026-01-02T00:00:00Z"),
                ]
            )
        async with store.transaction() as state:
            asked = [change(row).id for row in ("a", "b", "d")]
            assert await state.received(asked) == {change("a").id: "2026-01-01T00:00:00Z"}
            assert await state.received([]) == {}

    async def test_an_event_cannot_be_kept_twice(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.add_events([InboxEvent(change("a"))])
        with pytest.raises(Exception, match=r"(?i)already|unique"):
            async with store.transaction() as state:
                await state.add_events([InboxEvent(change("b")), InboxEvent(change("a"))])
        async with store.transaction() as state:
            assert [event.event for event in await state.events()] == [change("a")]

    async def test_events_are_read_page_by_page_and_by_link(self, store: Store) -> None:
        async with store.transaction() as state:
            links = [("l1",), ("l2",), ("l1", "l2"), (), ("l1",)]
            at = await state.add_events(
                [InboxEvent(change(n), concerned) for n, concerned in enumerate(links)]
            )
            page = await state.events(after=at[0], limit=2)
            assert [event.position for event in page] == at[1:3]
            of_link = await state.events(link_id="l1")
            assert [event.position for event in of_link] == [at[0], at[2], at[4]]
            rest = await state.events(link_id="l1", after=at[0], limit=1)
            assert [event.position for event in rest] == [at[2]]

    async def test_the_backlog_is_the_events_that_some_link_has_not_settled(
        self, store: Store
    ) -> None:
        await due_links(store, "a", "b")
        async with store.transaction() as state:
            await state.add_events([InboxEvent(change("c"), (), received_at="later")])
            assert await state.backlog() == (2, NOW.isoformat())

    async def test_no_position_becomes_visible_behind_a_reader(self, make_store: MakeStore) -> None:
        """Whoever reads by position must not skip one that is committed late."""
        slow, quick, reader = await make_store(), await make_store(), await make_store()

        async def quickly() -> None:
            async with quick.transaction() as state:
                await state.add_events([InboxEvent(change("quick"))])

        seen: list[int] = []

        async def read() -> None:
            async with reader.transaction() as state:
                after = seen[-1] if seen else 0
                seen.extend(event.position for event in await state.events(after=after))

        async with slow.transaction() as state:
            await state.add_events([InboxEvent(change("slow"))])
            other = asyncio.create_task(quickly())
            reading = asyncio.create_task(read())
            for _ in range(50):
                await asyncio.sleep(0)
            await state.add_events([InboxEvent(change("slow", 2))])
        await asyncio.gather(other, reading)
        await read()
        async with reader.transaction() as state:
            assert seen == [event.position for event in await state.events()]
        assert len(seen) == 3
