"""Referring: what the records of a batch refer to, and which of them others wait for."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.kinds import Kinds
from sync.core.link import Link, link_id, linked_token
from sync.core.references import References
from sync.core.row import RowRef, Side
from sync.engine.loading import Batch
from sync.engine.routing import erp_link_ids, lookup_refs
from sync.ports import Transaction


async def load_references(
    kinds: Kinds, tx: Transaction, batch: Batch, more: Iterable[str] = ()
) -> References:
    """Load what every lookup of the batch may point to.

    Args:
        kinds: All kinds.
        tx: The transaction.
        batch: The batch.
        more: Ids of links that a lookup may point to as well, though no row does yet.
    """
    refs: set[RowRef] = set()
    ids: set[str] = set(more)
    for link in batch.links.values():
        kind = kinds[link.kind]
        if link.company is not None:
            ids.add(link_id("company", link.company.casefold()))
        for field in kind.maps[0].keys:
            if field.name in link.natural:
                ids.update(link_id(of, link.natural[field.name]) for of in field.lookup)
        view = batch.view(link)
        if view.crm is not None:
            refs.update(lookup_refs(kinds, Side.CRM, view.crm.ref.table, view.crm.image))
        for row in view.erp.values():
            ids.update(erp_link_ids(kinds, kind, row.image, link.company))
    known = await tx.rows(sorted(refs))
    owners = {
        (ref.table, ref.row_id): row.link_id
        for ref, row in known.items()
        if row.link_id is not None
    }
    ids.update(owners.values())
    links = await tx.links(sorted(ids - set(batch.links)))
    batch.look_at(links)
    links.update(batch.links)
    return kinds.references(links, owners)


async def demanded(tx: Transaction, links: Iterable[Link]) -> set[str]:
    """Which of the links another record waits for."""
    tokens = {linked_token(link.kind, link.key): link.id for link in links}
    return {tokens[token] for token in await tx.awaited(list(tokens))}
