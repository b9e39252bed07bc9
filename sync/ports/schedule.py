"""The part of the state for when links are looked at, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sync.core.link import Link
from sync.ports.records import (
    Claim,
    Settlement,
)


class Schedule(Protocol):
    """When links are looked at, and by whom."""

    async def touch(self, positions: Mapping[str, int], due_at: datetime) -> None:
        """Note that an event at that position concerns each link, and make it due.

        A link that is claimed stays claimed; it becomes due again when it is given back.
        """
        ...

    async def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease_until: datetime,
        kinds: Sequence[str] | None = None,
    ) -> list[Claim]:
        """Take up to `limit` due links that nobody holds, oldest due first."""
        ...

    async def claim_these(
        self, ids: Iterable[str], now: datetime, *, lease_until: datetime
    ) -> list[Claim]:
        """Take links by id that nobody holds, due or not; they are due until they are given back.

        Whoever dies with them leaves them due, so that somebody looks what became of them.
        """
        ...

    async def held(self, ids: Iterable[str], lease_until: datetime) -> set[str]:
        """Which of the links are still held under that lease; nobody else takes them meanwhile.

        A worker that was too slow finds its links gone, and must not save what it knows of them.
        """
        ...

    async def update_links(self, links: Iterable[Link]) -> None:
        """Save the bodies of claimed links, keeping the claim (intents)."""
        ...

    async def settle(self, settlements: Iterable[Settlement]) -> None:
        """Give claimed links back. One that was touched meanwhile is due at once."""
        ...

    async def let_go(self, ids: Iterable[str]) -> None:
        """Settle the events of dead links that nobody holds and nobody has asked for since.

        What a person has set aside waits for nothing any more.
        """
        ...

    async def wake(self, ids: Iterable[str], due_at: datetime) -> None:
        """Make links due, without an event (redrive, resolution, a map that starts)."""
        ...

    async def wake_kinds(self, kinds: Sequence[str], due_at: datetime, master: str | None) -> int:
        """Make every link of the kinds due; sets `master` on those that have no base yet."""
        ...

    async def release(self, tokens: Iterable[str], due_at: datetime) -> int:
        """Make every link due that waits for one of the tokens; returns how many."""
        ...

    async def awaited(self, tokens: Iterable[str]) -> set[str]:
        """Which of the tokens some link waits for."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next unclaimed link is due."""
        ...
