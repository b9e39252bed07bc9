"""Maps that do not run because number sequences overlap, and the people who accept that."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sync.core.existing_numbers import Occupied
from sync.core.kinds import Kinds
from sync.core.overlaps import Overlap
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.ports import Acceptance, Clock, NumberReport, Store, Transaction

NUMBERS_OVERLAP = "numbers_overlap"
"""The problem of a map whose records could get the same number twice."""


class JudgedOverlap(msgspec.Struct, frozen=True):
    """An overlap, the maps it concerns, and what people said of it.

    Attributes:
        overlap: The overlap, of two sequences or of one with numbers that records have.
        maps: The maps that it stops.
        acceptance: The acceptance that holds; `None` while the maps are stopped.
        history: Every acceptance, withdrawn ones too.
    """

    overlap: Overlap | Occupied
    maps: tuple[str, ...]
    acceptance: Acceptance | None
    history: tuple[Acceptance, ...]


async def judged(
    kinds: Kinds, tx: Transaction, report: NumberReport | None = None
) -> list[JudgedOverlap]:
    """The overlaps of a check, the last one by default, with what people said of each."""
    report = report or await tx.number_report()
    if report is None:
        return []
    said: dict[str, list[Acceptance]] = {}
    for acceptance in await tx.acceptances():
        said.setdefault(acceptance.overlap, []).append(acceptance)
    found = []
    for overlap in report.findings:
        history = tuple(said.get(overlap.id, ()))
        holding = next((one for one in history if one.withdrawn_by is None), None)
        found.append(JudgedOverlap(overlap, _maps(kinds, report, overlap), holding, history))
    return found


async def problems(kinds: Kinds, tx: Transaction) -> dict[str, str]:
    """Map → the code of what keeps it from running, for maps that overlaps concern."""
    return {
        map_id: NUMBERS_OVERLAP
        for one in await judged(kinds, tx)
        if one.acceptance is None
        for map_id in one.maps
    }


async def hold_maps(kinds: Kinds, tx: Transaction, now: datetime) -> list[str]:
    """Stop the maps that overlaps concern, and let those go on that none concerns any more.

    Returns:
        The maps that are stopped for it.
    """
    found = await problems(kinds, tx)
    released = set[str]()
    for run in (await tx.map_runs()).values():
        problem = found.get(run.map_id)
        if run.problem != problem:
            await tx.put_map_run(msgspec.structs.replace(run, problem=problem, since=text(now)))
            if problem is None and run.state == "running":
                released.add(run.map_id)
    touched = {m.kind for m in kinds.table_maps if m.id in released}
    if touched:
        await tx.wake_kinds(sorted(kinds.with_leaders(touched)), now, None)
    return sorted(found)


async def accept(
    store: Store, kinds: Kinds, overlap_id: str, *, by: str, reason: str, clock: Clock
) -> JudgedOverlap:
    """Accept an overlap in writing: the maps that it stopped go on.

    Raises:
        InputUnusable: There is no such overlap, it is accepted already, or nobody or no reason is
            named.
    """
    if not by.strip() or not reason.strip():
        raise InputUnusable(
            "An overlap is accepted by somebody and for a reason.",
            cure="Say who accepts it and why.",
        )
    async with store.transaction() as tx:
        one = await _one(kinds, tx, overlap_id)
        if one.acceptance is not None:
            raise InputUnusable(
                f"{one.acceptance.by} has accepted this overlap already.",
                cure="Withdraw that acceptance first, or leave it.",
            )
        now = clock.now()
        acceptance = Acceptance(
            overlap=overlap_id, by=by.strip(), reason=reason.strip(), at=text(now)
        )
        await tx.put_acceptance(acceptance)
        await hold_maps(kinds, tx, now)
        return await _one(kinds, tx, overlap_id)


async def withdraw(
    store: Store, kinds: Kinds, overlap_id: str, *, by: str, clock: Clock
) -> JudgedOverlap:
    """Withdraw the acceptance of an overlap: the maps that it concerns stop again.

    Raises:
        InputUnusable: There is no such overlap, it is not accepted, or nobody is named.
    """
    if not by.strip():
        raise InputUnusable("An acceptance is withdrawn by somebody.", cure="Say who withdraws it.")
    async with store.transaction() as tx:
        one = await _one(kinds, tx, overlap_id)
        if one.acceptance is None:
            raise InputUnusable(
                "Nobody has accepted this overlap.", cure="There is nothing to withdraw."
            )
        now = clock.now()
        await tx.put_acceptance(
            msgspec.structs.replace(one.acceptance, withdrawn_by=by.strip(), withdrawn_at=text(now))
        )
        await hold_maps(kinds, tx, now)
        return await _one(kinds, tx, overlap_id)


async def _one(kinds: Kinds, tx: Transaction, overlap_id: str) -> JudgedOverlap:
    found = {one.overlap.id: one for one in await judged(kinds, tx)}
    if overlap_id not in found:
        known = ", ".join(found) or "the last check found none"
        raise InputUnusable(
            f"There is no overlap {overlap_id!r}.", cure=f"Take the id of one: {known}."
        )
    return found[overlap_id]


def _maps(kinds: Kinds, report: NumberReport, overlap: Overlap | Occupied) -> tuple[str, ...]:
    """The maps of the records that its sequences number, as far as they share numbers."""
    named = {kind for s in report.sequences if s.id in overlap.sequences for kind in s.kinds}
    shared = named & set(overlap.space.kinds)
    return tuple(m.id for m in kinds.table_maps if m.kind in shared)
