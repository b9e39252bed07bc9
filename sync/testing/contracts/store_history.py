"""What a store must do with provenance and map versions."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

from msgspec.structs import replace

from sync.core.link import Agreed, LinkState, Problem
from sync.core.provenance import Established, Source
from sync.core.row import Side
from sync.ports import FieldRule, MapVersion, Provenance, Store
from sync.testing.contracts.samples import NOW
from sync.testing.contracts.store import StoreSuite


class HistoryContract(StoreSuite):
    """What explains later what was decided."""

    async def test_provenance_is_appended_to(self, store: Store) -> None:
        roles = Established(Agreed(("a", "b"), None), "both sides had the same")
        full = Provenance(
            link_id="l1",
            at=NOW.isoformat(),
            map_digest="digest",
            state=LinkState.WAITING,
            problem=Problem("dependency_missing", "It waits.", "It goes on.", Side.ERP, "name"),
            fields={"roles": roles},
            sources={Side.CRM: {"main": Source("crm:accounts(1)", "7", "e1", "jane", "2026")}},
        )
        bare = Provenance("l2", NOW.isoformat(), None, LinkState.SETTLED)
        async with store.transaction() as state:
            await state.add_provenance([full, bare])
            await state.add_provenance([])
            await state.add_provenance([replace(bare, link_id="l1")])
        async with store.transaction() as state:
            kept = await state.provenance("l1")
            assert [replace(one, position=0) for one in kept] == [
                full,
                replace(bare, link_id="l1"),
            ]
            assert kept[0].position < kept[1].position
            assert await state.provenance("l1", limit=1) == kept[:1]
            assert await state.provenance("l1", after=kept[0].position) == kept[1:]
            assert await state.provenance("none") == []

    async def test_a_version_of_a_map_is_replaced(self, store: Store) -> None:
        rule = FieldRule("both", "crm", "name", "OrganizationName", "names")
        first = MapVersion(
            "d1", "accounts", "1.0", NOW.isoformat(), {"name": rule}, "account", '{"id":"accounts"}'
        )
        again = replace(first, again=("2026-02-01",))
        second = MapVersion("d2", "accounts", "2.0", NOW.isoformat(), kind="account")
        bare = MapVersion("d3", "parties", "1.0", NOW.isoformat())
        async with store.transaction() as state:
            await state.put_map_versions([second, first, bare])
            await state.put_map_versions([again])
        async with store.transaction() as state:
            assert await state.map_versions(["d1", "d3", "d4"]) == {"d1": again, "d3": bare}
            assert await state.map_versions([]) == {}
            assert await state.map_versions_of(["account", "party"]) == [again, second]
            assert await state.map_versions_of([]) == []
