"""Provenance and map versions in the in-memory store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from msgspec.structs import replace

from sync.ports import MapVersion, Provenance
from sync.testing.memory_state import MemoryState, isolated


class MemoryHistory:
    """The part of a transaction that explains later what was decided."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def add_provenance(self, entries: Sequence[Provenance]) -> None:
        """Append to what is known of links."""
        kept = self._state.provenance
        for entry in entries:
            position = len(kept) + 1
            self._state.put(kept, position, replace(isolated(entry), position=position))
            self._state.add(self._state.provenance_of, entry.link_id, position)

    async def provenance(
        self, link_id: str, *, after: int = 0, limit: int = 100
    ) -> list[Provenance]:
        """A link's provenance in order of position."""
        positions = sorted(self._state.provenance_of.get(link_id, ()))
        wanted = (position for position in positions if position > after)
        return [isolated(self._state.provenance[one]) for one in islice(wanted, limit)]

    async def put_map_versions(self, versions: Iterable[MapVersion]) -> None:
        """Insert or replace versions of maps by digest."""
        for version in versions:
            self._state.put(self._state.map_versions, version.digest, isolated(version))

    async def map_versions(self, digests: Iterable[str]) -> dict[str, MapVersion]:
        """Digest → the version of a map."""
        known = self._state.map_versions
        return {digest: isolated(known[digest]) for digest in set(digests) if digest in known}

    async def map_versions_of(self, kinds: Iterable[str]) -> list[MapVersion]:
        """Every version of the maps of some kinds of record, by digest."""
        wanted = set(kinds)
        known = sorted(self._state.map_versions.items())
        return [isolated(version) for _, version in known if version.kind in wanted]
