"""The part of the state that explains later what was decided: provenance, and map versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sync.ports.records import MapVersion, Provenance


class History(Protocol):
    """What decisions established, and the versions of the maps they were made with."""

    async def add_provenance(self, entries: Sequence[Provenance]) -> None:
        """Append to what is known of links."""
        ...

    async def provenance(
        self, link_id: str, *, after: int = 0, limit: int = 100
    ) -> list[Provenance]:
        """A link's provenance in order of position."""
        ...

    async def put_map_versions(self, versions: Iterable[MapVersion]) -> None:
        """Insert or replace versions of maps by digest."""
        ...

    async def map_versions(self, digests: Iterable[str]) -> dict[str, MapVersion]:
        """Digest → the version of a map."""
        ...

    async def map_versions_of(self, kinds: Iterable[str]) -> list[MapVersion]:
        """Every version of the maps of some kinds of record, by digest."""
        ...
