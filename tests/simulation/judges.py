"""Judges: persons who decide conflicts, open them again and make rules, at any moment."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from sync.core.choosing import CHOICES
from sync.core.conflict import FIELD_KINDS, Conflict, ConflictState, Take
from sync.core.kinds import Kinds
from sync.core.mapping import Owner
from sync.engine.reopening import reopen
from sync.engine.resolving import Resolution, resolve
from sync.engine.rules import set_rule
from sync.errors import InputUnusable
from sync.ports import Clock
from sync.testing.memory_store import MemoryStore

_RULED = ("name", "phone", "customer_group", "address", "last_name")


class Judges:
    """Everybody who decides in one world.

    Args:
        seed: What they feel like.
        kinds: All kinds.
        store: The service's state.
        clock: Time.
        counts: What they did, by name.
    """

    def __init__(
        self, seed: str, kinds: Kinds, store: MemoryStore, clock: Clock, counts: Counter[str]
    ) -> None:
        self._random = Random(seed)
        self._kinds, self._store, self._clock, self._counts = kinds, store, clock, counts
        self._words = 0

    async def act(self) -> None:
        """One of them does one thing, or finds nothing to do."""
        if self._store._turn.locked():
            return  # who decides waits for the database, and nobody here may wait
        async with self._store.transaction() as tx:
            found = await tx.conflicts(limit=100_000)
        open_ones = [c for c in found if c.state is ConflictState.OPEN]
        settled = [c for c in found if c.state is not ConflictState.OPEN and c.kind in FIELD_KINDS]
        what = self._random.random()
        try:
            if what < 0.1:
                await self._rule()
            elif what < 0.3 and settled:
                conflict = self._random.choice(settled)
                await reopen(self._store, self._kinds, conflict.id, "Ann", None, self._clock)
                self._counts["judged: reopen"] += 1
            elif open_ones:
                await self._decide(self._random.choice(open_ones))
        except InputUnusable:
            self._counts["judged: refused"] += 1

    async def _decide(self, conflict: Conflict) -> None:
        take = self._random.choice(CHOICES.get(conflict.kind) or (Take.LEAVE,))
        resolution = Resolution(take, "Ann", self._value(conflict))
        resolved = await resolve(self._store, self._kinds, [conflict.id], resolution, self._clock)
        self._counts[f"judged: {take}" if resolved.done else "judged: refused"] += 1

    def _value(self, conflict: Conflict) -> Any:
        self._words += 1
        values = conflict.crm if isinstance(conflict.crm, dict) else {conflict.field or "": None}
        return dict.fromkeys(values, f"Judged {self._words}")

    async def _rule(self) -> None:
        maps = [m for m in self._kinds.table_maps if any(f.name in _RULED for f in m.fields)]
        chosen = self._random.choice(maps)
        fields = [f.group or f.name for f in chosen.fields if f.name in _RULED]
        owner = self._random.choice(list(Owner))
        name = self._random.choice(fields)
        await set_rule(
            self._store, self._kinds, chosen.id, name, owner, by="Ann", clock=self._clock
        )
        self._counts["judged: rule"] += 1
