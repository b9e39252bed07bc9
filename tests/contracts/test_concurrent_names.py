"""Numbers made for persons by several services at once, on one database: everybody gets their own.

Each service sees the others' numbers only once they are committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from mappings.loader import load_maps
from sync.clock import SystemClock
from sync.core.kinds import Kinds
from sync.core.link import Link, link_id
from sync.core.row import Row, RowRef, Side
from sync.engine.draws import Draws
from sync.engine.numbering import Numbering, Unnumbered
from sync.ports import Claim, Store
from sync.store.migrate import migrate
from sync.testing.contracts.store import MakeStore
from tests.contracts.store_backends import sql_stores

KINDS = Kinds(load_maps(gab=False))
NAMES = ("Smith", "SMITH", "Smíth", "smith ")
SERVICES, EACH = 4, 15


def person(number: int) -> Unnumbered:
    field = KINDS["person"].assigned
    assert field is not None
    ref = RowRef(Side.CRM, "contacts", f"id-{number}")
    row = Row(ref, "1", {"lastname": NAMES[number % len(NAMES)], field.crm.column: None})
    stray = Link(link_id("person", f"?{ref}"), "person", f"?{ref}", {"code": str(ref)})
    return Unnumbered(Claim(stray, 1), row, field, "USMF")


async def keep(store: Store, strategy: str, wanted: list[Unnumbered]) -> None:
    """One service, which takes three persons at a time."""
    numbering = Numbering(KINDS, strategy, Draws([], SystemClock()))
    for start in range(0, len(wanted), 3):
        async with store.transaction() as tx:
            await numbering.keep(tx, wanted[start : start + 3])


async def everybody_has_their_own(make: MakeStore, strategy: str) -> set[str]:
    stores = [await make() for _ in range(SERVICES)]
    groups = [
        [person(n) for n in range(service * EACH, service * EACH + EACH)]
        for service in range(SERVICES)
    ]
    await asyncio.gather(*(keep(s, strategy, g) for s, g in zip(stores, groups, strict=True)))
    everybody = [one for group in groups for one in group]
    assert not [one for one in everybody if one.kept is None]
    return {one.kept.number for one in everybody if one.kept is not None}


class Suite:
    async def test_of_one_name(self, make: MakeStore) -> None:
        numbers = await everybody_has_their_own(make, "lastname")
        places = sorted(int(n.partition("-")[2] or 1) for n in numbers)
        assert places == list(range(1, SERVICES * EACH + 1)), "none twice, and none left out"

    async def test_of_a_sequence(self, make: MakeStore) -> None:
        numbers = await everybody_has_their_own(make, "sequence")
        assert numbers == {f"CPP-{n:06d}" for n in range(1, SERVICES * EACH + 1)}


class TestOnSqlite(Suite):
    @pytest.fixture
    async def make(self, sqlite_url: str) -> AsyncIterator[MakeStore]:
        async with sql_stores(sqlite_url) as make:
            yield make


class TestOnPostgresql(Suite):
    @pytest.fixture
    async def make(self, postgres_url: str) -> AsyncIterator[MakeStore]:
        await migrate(postgres_url)
        async with sql_stores(postgres_url) as make:
            yield make
