"""What a store must do with what persons look for and decide."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sync.core.conflict import Conflict, ConflictKind, ConflictState, Take
from sync.core.mapping import Owner
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.ports import Act, ConflictFilter, Store
from sync.testing.contracts.samples import a_conflict, a_link
from sync.testing.contracts.store import StoreSuite


class DecisionContract(StoreSuite):
    """Conflicts by what they are about, the audit, and rules."""

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({}, [0, 1, 2]),
            ({"state": ConflictState.OPEN}, [0, 2]),
            ({"kind": ConflictKind.UNFIT}, [2]),
            ({"field": "fax"}, [1]),
            ({"winner": Side.ERP}, [1]),
            ({"actor": "jane"}, [0, 2]),
            ({"since": "2026-02"}, [1, 2]),
            ({"record": "party"}, [1]),
            ({"record": "account", "actor": "jane", "state": ConflictState.OPEN}, [0, 2]),
            ({"record": "quote"}, []),
            ({"side": Side.CRM}, [0, 1]),
            ({"side": Side.ERP}, [0, 2]),
            ({"map_id": "m"}, [2]),
            ({"map_id": "other"}, []),
            ({"link": a_link("a", "party").id}, [1]),
            ({"link": a_link("a").id, "side": Side.CRM, "kind": ConflictKind.CLASH}, [0]),
        ],
    )
    async def test_conflicts_are_found_by_what_they_are_about(
        self, store: Store, wanted: dict[str, Any], found: list[int]
    ) -> None:
        account, party = a_link("a"), a_link("a", "party")
        kept = _conflicts(account.id, party.id)
        async with store.transaction() as state:
            await state.add_links([account, party])
            await state.put_conflicts(reversed(kept))
        async with store.transaction() as state:
            expected = [kept[n] for n in found]
            assert await state.find_conflicts(ConflictFilter(**wanted)) == expected
            later = await state.find_conflicts(ConflictFilter(**wanted), after="0001", limit=1)
            assert later == [one for one in expected if one.id > "0001"][:1]

    async def test_a_conflict_is_found_by_what_it_became(self, store: Store) -> None:
        asked = replace(a_conflict(1), asked=Take.VALUE.value, asked_value={"a": ("x", "y")})
        async with store.transaction() as state:
            await state.put_conflicts([a_conflict(1)])
            await state.put_conflicts([replace(asked, winner=Side.CRM.value)])
            found = await state.find_conflicts(ConflictFilter(winner=Side.CRM))
            assert found == [replace(asked, winner="crm")]

    async def test_what_persons_did_is_appended_to(self, store: Store) -> None:
        first = Act("2026-01-01", "Ann", "resolve", {"take": "crm", "crm": {"a": "1"}}, "c1", "l1")
        other = Act("2026-01-02", "Bob", "rule", {"map": "m"})
        async with store.transaction() as state:
            await state.add_acts([first, other])
            await state.add_acts([replace(first, what="reopen", conflict_id="c2")])
            await state.add_acts([])
        async with store.transaction() as state:
            acts = await state.acts()
            assert [replace(act, position=0) for act in acts][:2] == [first, other]
            positions = [act.position for act in acts]
            assert positions == sorted(set(positions))
            assert await state.acts(conflict_id="c1") == [acts[0]]
            assert await state.acts(link_id="l1", after=positions[0]) == [acts[2]]
            assert await state.acts(limit=1) == [acts[0]]
            assert await state.rulings() == [acts[1]]

    async def test_a_rule_is_replaced(self, store: Store) -> None:
        rule = OwnerRule("m", "name", Owner.ERP, 1, "Ann", "2026-01-01")
        other = OwnerRule("a", "name", Owner.CRM, 1, "Ann", "2026-01-01")
        removed = replace(rule, owner=None, version=2)
        async with store.transaction() as state:
            await state.put_rule(rule)
            await state.put_rule(other)
            await state.put_rule(removed)
        async with store.transaction() as state:
            assert await state.rules() == [other, removed]


def _conflicts(account: str, party: str) -> list[Conflict]:
    first = replace(a_conflict(0, account), crm_actor="jane", at="2026-01-31")
    second = replace(
        a_conflict(1, party),
        field="fax",
        state=ConflictState.RESOLVED,
        winner=Side.ERP.value,
        side=Side.CRM,
        at="2026-02-01",
    )
    third = replace(
        a_conflict(2, account),
        kind=ConflictKind.UNFIT,
        erp_actor="jane",
        at="2026-03-01",
        side=Side.ERP,
        map_id="m",
    )
    return [first, second, third]
