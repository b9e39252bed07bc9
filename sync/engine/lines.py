"""Lines: before a document moves, every line of it must stand on both sides, and rest.

Before one is deleted, its lines must be gone.

Events come table by table, so a document may be known before its lines. What is there now is asked
of the systems themselves, for all documents of a batch at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec

from sync.core.advance import states_of
from sync.core.kinds import Kind, Kinds
from sync.core.link import MAIN, Link, LinkState, row_token, settled_token
from sync.core.mapping import FieldMap
from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.values import Unresolved
from sync.engine.loading import Batch
from sync.errors import RemoteError
from sync.ports import Connector, KnownRow, Store

Found = dict[tuple[str, str, Side], list[Row]]
"""(document's link id, kind of line, side) → the rows there now."""


async def look_at_lines(
    kinds: Kinds, batch: Batch, connectors: Mapping[Side, Connector], store: Store
) -> dict[str, tuple[Side, RemoteError]]:
    """See what the lines of the batch's moving documents still have to do.

    Returns:
        The documents whose lines could not be read, with the side and why.
    """
    moving = [link for link in batch.links.values() if _moves(kinds, batch, link)]
    if not moving:
        return {}
    found, failed = await _find(kinds, batch, connectors, moving)
    known, links = await _stand(store, found)
    rows = _by_document(found)
    late = [link for link in moving if any(_is_late(rows.get(link.id, []), known, links))]
    if late:
        # What differs from a line at rest may be older than it: it may have come to rest since.
        # What is read now is not, or the line has changed after it was known, which wakes.
        newer, failed_now = await _find(kinds, batch, connectors, late)
        failed |= failed_now
        rows = _by_document(found | newer)
    batch.look_at(links)
    for link in moving:
        if link.id not in failed:
            batch.lines[link.id] = tuple(_unrest(rows.get(link.id, []), known, links))
    return failed


def parent_field(line: Kind, of: str) -> FieldMap:
    """The key field by which a line says which document it belongs to."""
    return next(field for field in line.maps[0].keys if of in field.lookup)


def of_document(kinds: Kinds, line: Kind, document: Link, side: Side) -> dict[str, Scalar]:
    """The column values by which a document's lines are found on a side."""
    field = parent_field(line, document.kind)
    if side is Side.CRM:
        member = kinds[document.kind].maps[0].map.crm.name
        return {field.crm.column: document.row_id(Side.CRM, member)}
    values: dict[str, Scalar] = {field.erp.column: document.natural["code"]}
    company = line.maps[0].map.company
    if company is not None and document.company is not None:
        values[company.erp] = document.company.lower()
    return values


def _moves(kinds: Kinds, batch: Batch, link: Link) -> bool:
    """Whether the two sides of a document with lines are in different states, or one is gone."""
    compiled = kinds[link.kind].maps[0]
    life = compiled.map.lifecycle
    if life is None or not life.lines:
        return False
    states = states_of(life, compiled.map.anchor.name, batch.view(link))
    if len(states) == 1:
        return any(link.has(side) for side in Side if side not in states)
    return len(set(states.values())) > 1


async def _find(
    kinds: Kinds, batch: Batch, connectors: Mapping[Side, Connector], moving: Sequence[Link]
) -> tuple[Found, dict[str, tuple[Side, RemoteError]]]:
    found: Found = {}
    failed: dict[str, tuple[Side, RemoteError]] = {}

    async def ask(side: Side, kind: Kind, documents: Sequence[Link]) -> None:
        member = kind.maps[0].map.crm if side is Side.CRM else kind.maps[0].map.anchor
        wanted = [of_document(kinds, kind, seen(link), side) for link in documents]
        try:
            answers = await connectors[side].find(member.table, wanted)
        except RemoteError as error:
            failed.update(dict.fromkeys((link.id for link in documents), (side, error)))
            return
        for link, rows in zip(documents, answers, strict=True):
            found[link.id, kind.name, side] = [row for row in rows if member.matches(row.image)]

    def seen(link: Link) -> Link:
        """A document whose CRM row was seen just now may not be bound to it yet."""
        view = batch.view(link)
        if view.crm is None or link.row_id(Side.CRM, MAIN):
            return link
        # The link itself is bound by its decision, so that who waits for that is woken.
        document = msgspec.structs.replace(link, rows=dict(link.rows))
        document.bind(Side.CRM, MAIN, view.crm.ref.row_id)
        return document

    asked: dict[str, list[Link]] = {}
    for link in moving:
        life = kinds[link.kind].maps[0].map.lifecycle
        for kind in life.lines if life else ():
            asked.setdefault(kind, []).append(link)
    await asyncio.gather(
        *(ask(side, kinds[kind], links) for kind, links in asked.items() for side in Side)
    )
    return found, failed


async def _stand(store: Store, found: Found) -> tuple[dict[RowRef, KnownRow], dict[str, Link]]:
    """How the lines stand: their rows as the store has them, and their links."""
    refs = sorted({row.ref for rows in found.values() for row in rows})
    async with store.transaction() as tx:
        known = await tx.rows(refs)
        return known, await tx.links(sorted({k.link_id for k in known.values() if k.link_id}))


def _by_document(found: Found) -> dict[str, list[Row]]:
    """The document's link id → the rows of its lines."""
    grouped: dict[str, list[Row]] = {}
    for (document, _, _), rows in found.items():
        grouped.setdefault(document, []).extend(rows)
    return grouped


def _is_late(
    rows: Sequence[Row], known: Mapping[RowRef, KnownRow], links: Mapping[str, Link]
) -> Iterable[bool]:
    """Of each line, whether it is at rest with other rows than these."""
    there = {row.ref for row in rows}
    for row in rows:
        seen = known.get(row.ref)
        link = links.get(seen.link_id or "") if seen else None
        yield link is not None and _rests(link) and not _stands(row, seen, link, there)


def _unrest(
    rows: Sequence[Row],
    known: Mapping[RowRef, KnownRow],
    links: Mapping[str, Link],
) -> Iterable[Unresolved]:
    """What is left to do before every line stands on both sides as it is now."""
    there = {row.ref for row in rows}
    for row in rows:
        seen = known.get(row.ref)
        link = links.get(seen.link_id or "") if seen else None
        if link is None or link.is_stray:
            yield Unresolved((row_token(row.ref),), f"its line {row.ref} is not known yet")
        elif not (_rests(link) and _stands(row, seen, link, there)):
            token = settled_token(link.kind, link.key)
            yield Unresolved((token,), f"its line {link.key} is not the same on both sides yet")


def _rests(link: Link) -> bool:
    return link.state is LinkState.SETTLED and not link.is_stray


def _stands(row: Row, seen: KnownRow | None, link: Link, there: Set[RowRef]) -> bool:
    """Whether a line's row is the one that is known, and both of its rows are there."""
    return seen is not None and seen.row.version == row.version and _whole(link, there)


def _whole(link: Link, there: Set[RowRef]) -> bool:
    """Whether both of a line's rows are still among those that the systems have."""
    ids = {ref.row_id for ref in there}
    return link.has(Side.CRM) and link.has(Side.ERP) and set(link.rows.values()) <= ids
