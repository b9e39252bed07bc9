"""Relating: which records belong together, saved with the links that say so (T3)."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.family import Relation, relations
from sync.core.kinds import Kinds
from sync.core.link import Link
from sync.core.references import References
from sync.engine.loading import Batch
from sync.ports import Transaction


async def relate(
    kinds: Kinds, tx: Transaction, batch: Batch, links: Iterable[Link], refs: References
) -> None:
    """Save what the links of a batch say of their families, where it is not known yet."""
    said: dict[str, set[Relation]] = {}
    for link in links:
        kind = kinds[link.kind]
        if kind.family:
            found = relations(kind, link, batch.view(link), refs)
            if found is not None:
                said[link.id] = found
    if not said:
        return
    known: dict[str, set[Relation]] = {}
    for one in await tx.relations(said):
        known.setdefault(one.link_id, set()).add(one)
    await tx.relate({i: found for i, found in said.items() if found != known.get(i, set())})
