"""Which records belong together, in the in-memory store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.family import Relation
from sync.testing.memory_state import MemoryState


class MemoryRelations:
    """The part of a transaction for families."""

    _state: MemoryState

    async def relations(self, link_ids: Iterable[str]) -> set[Relation]:
        """What the links' own lookups say of their families."""
        said = self._state.relations
        return {one for link in link_ids for one in said.get(link, ())}

    async def relate(self, said: Mapping[str, Iterable[Relation]]) -> None:
        """Replace what each link's own lookups say."""
        state = self._state
        for link, relations in said.items():
            for old in sorted(state.relations.get(link, ())):
                state.remove(state.relations, link, old)
                state.remove(state.below, old.parent_id, old)
                state.remove(state.above, old.child_id, old)
            for new in relations:
                state.add(state.relations, link, new)
                state.add(state.below, new.parent_id, new)
                state.add(state.above, new.child_id, new)

    async def parents(self, link_ids: Iterable[str]) -> dict[str, list[str]]:
        """Link → the links right above it that exist, in order of id; kin not included."""
        above: dict[str, list[str]] = {}
        for link in sorted(set(link_ids)):
            found = {one.parent_id for one in self._state.above.get(link, ()) if not one.kin}
            there = sorted(found & self._state.links.keys())
            if there:
                above[link] = there
        return above

    async def children(
        self,
        link_ids: Iterable[str],
        limit: int,
        *,
        kind: str | None = None,
        after: str | None = None,
    ) -> dict[tuple[str, str], list[str]]:
        """(link, kind) → the first `limit` links right below it that exist; kin not included."""
        last = min((one.place for one in self._state.above.get(after or "", ())), default=None)
        below: dict[tuple[str, str], list[str]] = {}
        for place, of_kind in self._groups(link_ids).items():
            if kind is not None and place[1] != kind:
                continue
            wanted = [
                one
                for one in of_kind
                if after is None
                or (last is not None and (one[0] > last if one[1] else one[0] < last))
            ]
            parts = sorted(one for one in wanted if one[1])
            others = sorted((one for one in wanted if not one[1]), reverse=True)
            listed = [one[2] for one in (*others, *parts)][:limit]
            if listed:
                below[place] = listed
        return below

    async def count_children(self, link_ids: Iterable[str]) -> dict[tuple[str, str], int]:
        """(link, kind) → how many links right below it exist; kin not included."""
        return {place: len(found) for place, found in self._groups(link_ids).items()}

    def _groups(self, link_ids: Iterable[str]) -> dict[tuple[str, str], set[tuple[str, bool, str]]]:
        """(link, kind) → place, part and id of who stands below it."""
        found: dict[tuple[str, str], set[tuple[str, bool, str]]] = {}
        for link in sorted(set(link_ids)):
            for one in sorted(self._state.below.get(link, ())):
                if not one.kin and one.child_id in self._state.links:
                    group = found.setdefault((link, one.kind), set())
                    group.add((one.place, one.part, one.child_id))
        return found
