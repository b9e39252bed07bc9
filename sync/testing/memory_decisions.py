"""What persons decided, in the in-memory store."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from sync.core.conflict import Conflict
from sync.core.rule import OwnerRule
from sync.ports import Act, ConflictFilter
from sync.testing.memory_state import MemoryState, isolated


class MemoryDecisions:
    """The part of a transaction for what persons look for and decide."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def find_conflicts(
        self, wanted: ConflictFilter, *, after: str | None = None, limit: int = 100
    ) -> list[Conflict]:
        """Conflicts that pass a filter, in order of id."""
        found = sorted(self._state.conflicts.values(), key=lambda conflict: conflict.id)
        passed = [
            conflict
            for conflict in found
            if (after is None or conflict.id > after) and self._passes(conflict, wanted)
        ]
        return [isolated(conflict) for conflict in passed[:limit]]

    def _passes(self, conflict: Conflict, wanted: ConflictFilter) -> bool:
        link = self._state.links.get(conflict.link_id)
        return (
            wanted.state in (None, conflict.state)
            and wanted.kind in (None, conflict.kind)
            and wanted.field in (None, conflict.field)
            and wanted.winner in (None, conflict.winner)
            and wanted.link in (None, conflict.link_id)
            and wanted.map_id in (None, conflict.map_id)
            and (wanted.side is None or conflict.side in (None, wanted.side))
            and wanted.actor in (None, conflict.crm_actor, conflict.erp_actor)
            and (wanted.record is None or (link is not None and link.kind == wanted.record))
            and (wanted.since is None or (conflict.at or "") >= wanted.since)
        )

    async def add_acts(self, acts: Sequence[Act]) -> None:
        """Append what persons did to the audit."""
        kept = self._state.acts
        for act in acts:
            position = len(kept) + 1
            self._state.put(kept, position, replace(isolated(act), position=position))

    async def acts(
        self,
        *,
        conflict_id: str | None = None,
        link_id: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Act]:
        """What persons did, in order of position."""
        wanted = [
            act
            for position, act in sorted(self._state.acts.items())
            if position > after
            and conflict_id in (None, act.conflict_id)
            and link_id in (None, act.link_id)
        ]
        return [isolated(act) for act in wanted[:limit]]

    async def rulings(self) -> list[Act]:
        """What persons did about owner rules, in order of position."""
        acts = [act for _, act in sorted(self._state.acts.items())]
        return [isolated(act) for act in acts if act.conflict_id is None and act.link_id is None]

    async def rules(self) -> list[OwnerRule]:
        """Every owner rule, those that were taken back included, by map and field."""
        return [rule for _, rule in sorted(self._state.rules.items())]

    async def put_rule(self, rule: OwnerRule) -> None:
        """Insert or replace the rule of a map's field."""
        self._state.put(self._state.rules, (rule.map_id, rule.field), rule)
