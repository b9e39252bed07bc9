"""The part of the state that people read: conflicts, dead letters, receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sync.core.conflict import Conflict, ConflictState
from sync.core.rule import OwnerRule
from sync.ports.records import (
    Act,
    Balance,
    ConflictFilter,
    DeadLetter,
    LetterFilter,
    Receipt,
)


class Told(Protocol):
    """Conflicts, dead letters and the audit."""

    async def put_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        """Insert or replace conflicts by id."""
        ...

    async def conflicts(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: ConflictState | None = None,
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[Conflict]:
        """Conflicts in order of id."""
        ...

    async def find_conflicts(
        self, wanted: ConflictFilter, *, after: str | None = None, limit: int = 100
    ) -> list[Conflict]:
        """Conflicts that pass a filter, in order of id."""
        ...

    async def add_acts(self, acts: Sequence[Act]) -> None:
        """Append what persons did to the audit."""
        ...

    async def acts(
        self,
        *,
        conflict_id: str | None = None,
        link_id: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Act]:
        """What persons did, in order of position."""
        ...

    async def rulings(self) -> list[Act]:
        """What persons did about owner rules, in order of position."""
        ...

    async def rules(self) -> list[OwnerRule]:
        """Every owner rule, those that were taken back included, by map and field."""
        ...

    async def put_rule(self, rule: OwnerRule) -> None:
        """Insert or replace the rule of a map's field."""
        ...

    async def count_conflicts(self) -> dict[str, int]:
        """State → how many."""
        ...

    async def put_dead_letters(self, letters: Iterable[DeadLetter]) -> None:
        """Insert or replace dead letters by id."""
        ...

    async def dead_letters(
        self,
        *,
        ids: Iterable[str] | None = None,
        state: str | None = "open",
        link_ids: Iterable[str] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[DeadLetter]:
        """Dead letters in order of id."""
        ...

    async def find_letters(
        self, wanted: LetterFilter, *, after: str | None = None, limit: int = 100
    ) -> list[DeadLetter]:
        """Dead letters that pass the filter, in order of id."""
        ...

    async def add_receipts(self, receipts: Sequence[Receipt]) -> None:
        """Append to the audit."""
        ...

    async def receipts(
        self, *, link_id: str | None = None, after: int = 0, limit: int = 100
    ) -> list[Receipt]:
        """Receipts in order of position."""
        ...

    async def balance(self) -> Balance:
        """What became of everything that was taken in, as of one moment."""
        ...
