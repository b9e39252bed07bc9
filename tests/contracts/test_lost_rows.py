"""The balance can fail: a row that is taken out of any of its sources shows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from sync.core.link import LinkState
from sync.ports import Balance, InboxEvent, Settlement
from sync.store.engine import Database
from sync.store.sql_store import SqlStore
from sync.testing.contracts.samples import LEASE, NOW, a_letter, a_link, change, due_links


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[SqlStore]:
    """A store with one event settled, one waiting, one dead."""
    store = SqlStore(Database(sqlite_url))
    await store.start()
    settled, _, dead = await due_links(store, "settled", "waiting", "dead")
    async with store.transaction() as tx:
        for claim in await tx.claim_these([settled.id, dead.id], NOW, lease_until=LEASE):
            is_dead = claim.link.id == dead.id
            claim.link.state = LinkState.DEAD if is_dead else LinkState.SETTLED
            await tx.settle([Settlement(claim.link, claim.position, settled=not is_dead)])
        await tx.put_dead_letters([replace(a_letter(1, dead.id), id=dead.id)])
    yield store
    await store.close()


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("inbox", "position = 1"),
        ("inbox", "position = 2"),
        ("event_link", "position = 2"),
        ("event_link", "position = 3"),
        ("pending", "position = 2"),
        ("pending", "position = 3"),
        ("dead_letter", "true"),
        ("sequence", "name = 'inbox'"),
        ("link", "state = 'settled'"),
        ("link", "state = 'dead'"),
        ("link", "state not in ('settled', 'dead')"),
    ],
)
async def test_a_lost_row_shows(store: SqlStore, sqlite_url: str, table: str, where: str) -> None:
    async with store.transaction() as tx:
        before = await tx.balance()
    assert (before.taken, before.settled, before.waiting, before.dead) == (3, 1, 1, 1)
    database = Database(sqlite_url)
    async with database.begin() as connection:
        lost = await connection.execute(text(f"DELETE FROM {table} WHERE {where}"))
        assert lost.rowcount == 1
    await database.close()
    async with store.transaction() as tx:
        assert (await tx.balance()).missing != 0


async def test_an_event_of_a_lost_link_shows_though_its_other_link_waits(
    store: SqlStore, sqlite_url: str
) -> None:
    links = [a_link("kept"), a_link("lost")]
    async with store.transaction() as tx:
        await tx.add_links(links)
        ids = tuple(link.id for link in links)
        (position,) = await tx.add_events([InboxEvent(change("both"), ids)])
        await tx.touch(dict.fromkeys(ids, position), NOW)
    async with store.transaction() as tx:
        assert await tx.balance() == Balance(4, 1, 2, 1)
    database = Database(sqlite_url)
    async with database.begin() as connection:
        await connection.execute(text("DELETE FROM link WHERE id = :id"), {"id": links[1].id})
    await database.close()
    async with store.transaction() as tx:
        assert (await tx.balance()).missing == 1


async def test_links_that_are_found_again_are_not_made_anew(
    store: SqlStore, sqlite_url: str
) -> None:
    async with store.transaction() as tx:
        await tx.add_links([a_link("settled"), a_link("new"), a_link("new")])
    async with store.transaction() as tx:
        await tx.add_links([])
        assert await tx.balance() == Balance(3, 1, 1, 1)
    database = Database(sqlite_url)
    async with database.begin() as connection:
        made = await connection.execute(text("SELECT value FROM sequence WHERE name = 'link'"))
        assert made.scalar_one() == 4
    await database.close()
