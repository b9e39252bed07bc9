"""Strays: rows whose record is not known yet, and how they find it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from sync.core.event import upserted
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState, row_token
from sync.core.provenance import Source
from sync.core.row import Row, RowRef, Side
from sync.core.view import View
from sync.engine.disputes import Disputes
from sync.engine.numbering import Unnumbered
from sync.engine.options import ServiceOptions
from sync.engine.overdue import deadline_of, missing_reference, overdue
from sync.engine.routing import Known, Routing, lookup_refs
from sync.engine.times import later, text
from sync.ports import Claim, Clock, KnownRow, Settlement, Transaction


async def settle_strays(
    kinds: Kinds,
    tx: Transaction,
    claims: Sequence[Claim],
    clock: Clock,
    options: ServiceOptions,
    running: Collection[str],
) -> tuple[list[Link], list[Unnumbered]]:
    """Route each stray row again; one that says now which record it is of goes to its link.

    Returns:
        Those that need a person now and did not before, and rows that only lack a number which the
        service makes: these stay claimed.
    """
    if not claims:
        return [], []
    rows = {known.link_id: known for known in await tx.rows_of(c.link.id for c in claims)}
    refs: set[RowRef] = set()
    for known in rows.values():
        row = known.row
        refs.update(lookup_refs(kinds, row.ref.side, row.ref.table, row.image))
    # One stray row may refer to another: none of them is known yet, and none is old news.
    found = await tx.rows(sorted(refs))
    around = {ref: known for ref, known in found.items() if known.link_id not in rows}
    links = await tx.links(sorted({k.link_id for k in around.values() if k.link_id}))
    settlements: list[Settlement] = []
    stuck: list[Link] = []
    unnumbered: list[Unnumbered] = []
    created: list[Link] = []
    moved: list[KnownRow] = []
    homes: list[str] = []
    released: list[str] = []
    now = clock.now()
    for claim in claims:
        stray = claim.link
        known_row = rows.get(stray.id)
        if known_row is None or known_row.deleted:
            stray.state, stray.problem, stray.waiting_on = LinkState.GONE, None, ()
            settlements.append(Settlement(stray, claim.position))
            continue
        routed = Routing(kinds, Known(dict(around), dict(links), {})).route(upserted(known_row.row))
        home = routed.row.link_id if routed.row else None
        if routed.row is None or home is None:
            stray.state, stray.problem, stray.waiting_on = LinkState.SUSPENDED, None, ()
            settlements.append(Settlement(stray, claim.position))
        elif home == stray.id and (
            lacking := _unnumbered(kinds, claim, known_row.row, around, links)
        ):
            maps = kinds[stray.kind].maps
            if any(compiled.map.id in running for compiled in maps):
                unnumbered.append(lacking)
            else:
                stray.state = LinkState.PARKED
                settlements.append(Settlement(stray, claim.position, settled=False))
        elif home == stray.id:
            again = next(link for link in routed.created if link.id == stray.id)
            stray.problem, stray.waiting_on = again.problem, again.waiting_on
            waiting = bool(stray.waiting_on)
            if not waiting and stray.state is not LinkState.CONFLICT:
                stuck.append(stray)
            stray.state = LinkState.WAITING if waiting else LinkState.CONFLICT
            due = later(now, options.wait_seconds) if waiting else None
            settlements.append(Settlement(stray, claim.position, due, settled=False))
        else:
            stray.state, stray.problem, stray.waiting_on = LinkState.GONE, None, ()
            stray.outcome = f"belongs to {home}"
            settlements.append(Settlement(stray, claim.position))
            created += (link for link in routed.created if not link.is_stray)
            moved.append(msgspec.structs.replace(routed.row, event_id=known_row.event_id))
            homes.append(home)
            released.append(row_token(known_row.row.ref))
    disputes = Disputes()
    for stray in (settlement.link for settlement in settlements):
        tokens = overdue(stray, now, deadline_of(kinds, stray, options))
        disputes.begin(stray, [])
        if tokens:
            view, sources = _seen(kinds, rows.get(stray.id))
            missing = missing_reference(kinds, stray, view, sources, tokens, now)
            disputes.add(stray, missing)
    await disputes.save(tx, [settlement.link for settlement in settlements], text(now))
    await tx.add_links(created)
    await tx.put_rows(moved)
    # Waits are saved first, so that one of these rows can release another.
    await tx.settle(settlements)
    await tx.wake(homes, now)
    await tx.release(released, now)
    return stuck, unnumbered


def _seen(kinds: Kinds, known: KnownRow | None) -> tuple[View, dict[Side, dict[str, Source]]]:
    """The one row of a stray, as a decision on its record would look at it."""
    if known is None:
        return View(None, {}), {}
    row = known.row
    member = next(m for _, _, m in kinds.concerned[row.ref.side, row.ref.table])
    told = Source(str(row.ref), row.version, known.event_id, row.actor, row.changed_at)
    view = View(row, {}) if row.ref.side is Side.CRM else View(None, {member.name: row})
    return view, {row.ref.side: {member.name: told}}


def _unnumbered(
    kinds: Kinds,
    claim: Claim,
    row: Row,
    around: Mapping[RowRef, KnownRow],
    links: Mapping[str, Link],
) -> Unnumbered | None:
    """Whether the row only lacks a number that the service makes."""
    if row.ref.side is not Side.CRM:
        return None
    refs = kinds.references(links, Known(dict(around), {}, {}).owners())
    lacking = kinds[claim.link.kind].unnumbered(row.image, refs)
    return Unnumbered(claim, row, *lacking) if lacking else None
