"""The store in memory answers as a database does, whatever is asked in whatever order.

Simulations trust the store in memory: what they prove holds only as far as it is the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from sync.core.link import Link, LinkState
from sync.core.row import Row, RowRef, Side
from sync.ports import Claim, InboxEvent, KnownRow, Settlement, Store, Transaction
from sync.store.engine import Database
from sync.store.migrate import migrate
from sync.store.sql_store import SqlStore
from sync.testing.contracts.samples import (
    a_conflict,
    a_letter,
    a_link,
    a_receipt,
    a_relation,
    based,
    later,
)
from sync.testing.contracts.samples import change as changed
from sync.testing.memory_store import MemoryStore

KINDS = ("account", "party")
KEYS = tuple("abcde")
TOKENS = ("t1", "t2", "t3")


class _UndoneError(Exception):
    """The unit of work is given up."""


class World:
    """Draws steps; the same seed draws the same for every store that answers the same."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._claims: list[Claim] = []
        self._seconds = 0
        self._version = 0

    async def step(self, state: Transaction) -> Any:
        """Do one thing and return the answer."""
        self._seconds += self._random.randrange(15)
        name = self._random.choice([name for name in dir(self) if name.startswith("do_")])
        return name, await getattr(self, name)(state)

    def reader(self, state: Transaction) -> list[Any]:
        ids = [self._link(kind, key).id for kind in KINDS for key in KEYS]
        refs = [self._ref(n) for n in range(8)]
        return [
            state.links(ids),
            state.list_links(),
            state.count_links(),
            state.backlog(),
            state.next_due(),
            state.awaited(TOKENS),
            state.rows(refs),
            state.rows_of(ids),
            state.rows_joined(Side.CRM, "accounts", ["PA-0", "PA-1"]),
            state.versions(Side.CRM, "accounts"),
            state.events(limit=1000),
            state.relations(ids),
            state.parents(ids),
            state.count_children(ids),
            state.children(ids, 2),
            state.conflicts(),
            state.dead_letters(state=None),
            state.receipts(),
        ]

    async def do_add(self, state: Transaction) -> None:
        await state.add_links([self._link(kind, self._key()) for kind in KINDS])

    async def do_ingest(self, state: Transaction) -> Any:
        self._version += 1
        events = [changed(key, self._version - self._random.randrange(2)) for key in KEYS[:3]]
        unseen = await state.unseen([event.id for event in events])
        links = [(self._link(self._random.choice(KINDS), self._key()).id,) for _ in events]
        kept = [
            InboxEvent(event, link, received_at=str(self._seconds))
            for event, link in zip(events, links, strict=True)
            if event.id in unseen
        ]
        positions = await state.add_events(kept)
        touched = {event.link_ids[0]: at for event, at in zip(kept, positions, strict=True)}
        await state.touch(touched, self._soon())
        return unseen, positions

    async def do_rows(self, state: Transaction) -> None:
        rows = [self._row() for _ in range(3)]
        await state.put_rows(rows, newer_only=self._random.random() < 0.5)

    async def do_claim(self, state: Transaction) -> Any:
        kinds = self._random.choice([None, ["party"], list(KINDS)])
        lease = later(self._seconds + 60)
        claims = await state.claim(
            later(self._seconds), self._random.randrange(1, 4), lease_until=lease, kinds=kinds
        )
        self._claims += claims
        return [(claim.link.id, claim.position) for claim in claims]

    do_claim_more = do_claim

    async def do_settle(self, state: Transaction) -> None:
        given = []
        for claim in self._claims[: self._random.randrange(1, 4)]:
            link = claim.link
            link.state = self._random.choice([LinkState.SETTLED, LinkState.WAITING])
            link.waiting_on = tuple(self._random.sample(TOKENS, self._random.randrange(3)))
            link.master = self._random.choice([None, "crm"])
            if self._random.random() < 0.5:
                based(link)
            given.append(
                Settlement(
                    link,
                    claim.position,
                    due_at=self._random.choice([None, self._soon()]),
                    settled=self._random.random() < 0.7,
                )
            )
        self._claims = self._claims[len(given) :]
        await state.settle({found.link.id: found for found in given}.values())

    do_settle_more = do_settle

    async def do_update(self, state: Transaction) -> None:
        for claim in self._claims[:1]:
            claim.link.alias = self._random.choice([None, "PA-1", "PA-2"])
        await state.update_links([claim.link for claim in self._claims[:1]])

    async def do_wake(self, state: Transaction) -> Any:
        await state.wake([self._link("account", self._key()).id], self._soon())
        return await state.release([self._random.choice(TOKENS)], self._soon())

    async def do_wake_kinds(self, state: Transaction) -> Any:
        master = self._random.choice([None, "crm", "erp"])
        return await state.wake_kinds([self._random.choice(KINDS)], self._soon(), master)

    async def do_record(self, state: Transaction) -> None:
        await state.put_conflicts([a_conflict(self._random.randrange(4))])
        await state.put_dead_letters([a_letter(self._random.randrange(4))])
        await state.add_receipts([a_receipt(self._key(), "p")])

    async def do_relate(self, state: Transaction) -> None:
        below = self._link(self._random.choice(KINDS), self._key())
        fields = self._random.sample(["customer", "quote", "owner"], self._random.randrange(4))
        above = [self._link(self._random.choice(KINDS), self._key()) for _ in fields]
        part = self._random.random() < 0.5
        said = [
            a_relation(link, below, field, part=part, kin=field == "quote")
            for field, link in zip(fields, above, strict=True)
        ]
        await state.relate({below.id: said})

    async def do_list_children(self, state: Transaction) -> Any:
        above, after = self._link("account", self._key()), self._link("party", self._key())
        return await state.children([above.id], 1, kind="party", after=after.id)

    async def do_look(self, state: Transaction) -> Any:
        search = self._random.choice([None, "a", "B", "PA"])
        kind = self._random.choice([None, *KINDS])
        return (
            await state.list_links(kind=kind, search=search, limit=3),
            await state.links_by_alias("account", ["PA-1", "PA-2"]),
            await state.events(link_id=self._link("party", self._key()).id, after=2),
            await state.draw_number("prospect"),
        )

    def _key(self) -> str:
        return self._random.choice(KEYS)

    def _soon(self) -> Any:
        return later(self._seconds) + timedelta(seconds=self._random.randrange(-5, 20))

    @staticmethod
    def _link(kind: str, key: str) -> Link:
        return a_link(key, kind)

    @staticmethod
    def _ref(number: int) -> RowRef:
        return RowRef(Side.CRM, "accounts", f"id-{number}")

    def _row(self) -> KnownRow:
        order = self._random.choice([None, 1, 2, 3])
        image = {"amount": Decimal(self._random.choice(["1", "1.0", "1E+1"]))}
        link = self._link("account", self._key()).id
        return KnownRow(
            row=Row(self._ref(self._random.randrange(8)), str(order), image, order),
            link_id=self._random.choice([None, link]),
            joins=self._random.choice([None, "PA-0", "PA-1"]),
            deleted=self._random.random() < 0.2,
        )


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    store = SqlStore(Database(sqlite_url))
    await store.start()
    yield store
    await store.close()


@pytest.fixture
async def postgres_store(postgres_url: str) -> AsyncIterator[Store]:
    await migrate(postgres_url)
    store = SqlStore(Database(postgres_url))
    await store.start()
    yield store
    await store.close()


@pytest.mark.parametrize("seed", range(12))
async def test_memory_answers_as_sqlite_does(sqlite_store: Store, seed: int) -> None:
    assert await _play(MemoryStore(), seed) == await _play(sqlite_store, seed)


@pytest.mark.parametrize("seed", range(100, 103))
async def test_memory_answers_as_postgres_does(postgres_store: Store, seed: int) -> None:
    assert await _play(MemoryStore(), seed) == await _play(postgres_store, seed)


async def _play(store: Store, seed: int) -> list[str]:
    """What a store answered to steps, some of them given up, and what it holds at the end."""
    world, chance = World(seed), Random(seed)
    answers: list[str] = []
    for _ in range(60):
        undone = chance.random() < 0.15
        try:
            async with store.transaction() as state:
                answers += [_text(await world.step(state)) for _ in range(2)]
                if undone:
                    raise _UndoneError
        except _UndoneError:
            answers.append("undone")
        async with store.transaction() as state:
            answers.append(_text([await reading for reading in world.reader(state)]))
    return answers


def _text(answer: Any) -> str:
    """An answer as text: positions of receipts and of rolled-back numbers are the store's own."""
    if isinstance(answer, list) and answer and isinstance(answer[-1], list):
        answer[-1] = [replace(receipt, position=0) for receipt in answer[-1]]
    if isinstance(answer, (set, frozenset)):
        return repr(sorted(answer))
    if isinstance(answer, dict):
        return repr(sorted((repr(key), _text(value)) for key, value in answer.items()))
    if isinstance(answer, (list, tuple)):
        return repr([_text(item) for item in answer])
    return repr(answer)
