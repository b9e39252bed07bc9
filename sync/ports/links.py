"""The part of the state for links, and the families that they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from sync.core.family import Relation
from sync.core.link import Link, LinkState
from sync.ports.records import (
    LinkRow,
)


class Links(Protocol):
    """Links, and how they belong together."""

    async def links(self, ids: Iterable[str]) -> dict[str, Link]:
        """Links by id."""
        ...

    async def links_by_alias(self, kind: str, aliases: Iterable[str]) -> dict[str, Link]:
        """Alias → link, for links of that kind."""
        ...

    async def add_links(self, links: Iterable[Link]) -> None:
        """Insert links; one that exists is left alone."""
        ...

    async def list_links(
        self,
        *,
        kind: str | None = None,
        state: LinkState | None = None,
        search: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[LinkRow]:
        """Links in order of id; `search` matches the start of the key or a natural key part."""
        ...

    async def count_links(self) -> dict[tuple[str, str], int]:
        """(kind, state) → how many."""
        ...

    async def backlog(self) -> tuple[int, str | None]:
        """How many events are not settled, and when the oldest of them was received."""
        ...

    async def relations(self, link_ids: Iterable[str]) -> set[Relation]:
        """What the links' own lookups say of their families."""
        ...

    async def relate(self, said: Mapping[str, Iterable[Relation]]) -> None:
        """Replace what each link's own lookups say."""
        ...

    async def parents(self, link_ids: Iterable[str]) -> dict[str, list[str]]:
        """Link → the links right above it that exist, in order of id; kin not included."""
        ...

    async def children(
        self,
        link_ids: Iterable[str],
        limit: int,
        *,
        kind: str | None = None,
        after: str | None = None,
    ) -> dict[tuple[str, str], list[str]]:
        """(link, kind) → the first `limit` links right below it that exist; kin not included.

        Parts of a record are listed by rising key, other records from the highest key down.

        Args:
            link_ids: The links above.
            limit: How many of each kind below each link, at most.
            kind: Only of this kind.
            after: Only those that are listed after this link.
        """
        ...

    async def count_children(self, link_ids: Iterable[str]) -> dict[tuple[str, str], int]:
        """(link, kind) → how many links right below it exist; kin not included."""
        ...
