"""Comparing: the rows of a record, and every field of it as a decision sees it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sync.core.advance import states_of
from sync.core.compiled import CompiledMap
from sync.core.kinds import Kinds
from sync.core.lifecycle import FIELD as LIFECYCLE
from sync.core.link import Agreed, Link, Neutral
from sync.core.mapping import Direction, Owner
from sync.core.row import Image, Side
from sync.core.stage import FIELD as STAGE
from sync.core.stage import Stages, find_stages
from sync.core.values import Reading, Unfit, Unresolved
from sync.core.view import View
from sync.engine.loading import Batch
from sync.engine.referring import load_references
from sync.ports import KnownRow, Transaction


class RowSeen(msgspec.Struct, frozen=True):
    """One row of the record.

    Attributes:
        member: The row's role; `None` where no map gives it one.
        side: The system.
        table: The entity set.
        row_id: The row's id there.
        version: The newest version that is known.
        deleted: Whether it is gone.
        image: The columns' values at that version.
        actor: Who changed it last, as far as the system tells.
        changed_at: When, by the system's clock.
    """

    member: str | None
    side: Side
    table: str
    row_id: str
    version: str
    deleted: bool
    image: Image
    actor: str | None
    changed_at: str | None


class FieldSeen(msgspec.Struct, frozen=True):
    """One field as a decision sees it.

    Attributes:
        field: The field.
        crm: What the CRM has; `None` also where it has no record.
        erp: What the ERP has.
        base: What each side had when they were last agreed; `None` before that.
        equal: Whether both have the same now.
        changed: The sides that differ from their own base.
        direction: Which way it flows.
        owner: Who is taken when both changed it.
        mark: What a person should know, e.g. `not synchronised`.
        problems: Side → why its value cannot be read.
    """

    field: str
    crm: Neutral
    erp: Neutral
    base: Agreed | None
    equal: bool
    changed: tuple[Side, ...]
    direction: Direction
    owner: Owner
    mark: str | None
    problems: dict[Side, str]


async def compare(
    tx: Transaction, kinds: Kinds, link: Link
) -> tuple[tuple[RowSeen, ...], str | None, tuple[FieldSeen, ...]]:
    """The rows of a link, the map they are compared by, and every field as a decision sees it."""
    if link.kind not in kinds or link.is_stray:
        known = await tx.rows_of([link.id])
        return tuple(_row(kinds, link, row) for row in known), None, ()
    kind = kinds[link.kind]
    batch = Batch(kinds, [link])
    await batch.load(tx)
    rows = tuple(
        _row(kinds, link, known) for _, known in sorted(batch.known.items(), key=lambda r: r[0])
    )
    view = batch.view(link)
    stages = find_stages(kind, link, view)
    compiled = stages.target or kind.for_stage(link.stage)
    refs = await load_references(kinds, tx, batch)
    readings: dict[Side, dict[str, Reading]] = {}
    if stages.crm is not None:
        readings[Side.CRM] = compiled.read(Side.CRM, view.images(Side.CRM), refs, link.company)
    if stages.erp is not None:
        own = stages.erp.read(Side.ERP, view.images(Side.ERP), refs, link.company)
        readings[Side.ERP] = {name: own.get(name) for name in compiled.fields}
    marks = {
        name: link.fields[unit.name]
        for unit in compiled.units
        if unit.name in link.fields
        for name in unit.names
    }
    fields = [
        _field(name, link.base.get(name), readings, marks.get(name), field.direction, field.owner)
        for name, field in compiled.fields.items()
    ]
    return rows, compiled.map.id, (*_whole(compiled, link, view, stages), *fields)


def _whole(compiled: CompiledMap, link: Link, view: View, stages: Stages) -> list[FieldSeen]:
    """What a record has beside the fields of its map: its stage, or the state of a document."""
    found: list[FieldSeen] = []
    both, life = Direction.BOTH, compiled.map.lifecycle
    if compiled.map.stage is not None:
        there = {side: stages.of(side) for side in Side}
        now = {side: {STAGE: at.map.stage} for side, at in there.items() if at is not None}
        base = Agreed(link.stage, link.stage) if link.stage is not None else None
        # A stage never goes back: of two, the further one is taken.
        found.append(_field(STAGE, base, now, None, both, Owner.LATCH))
    if life is not None:
        anchor = compiled.map.anchor.name
        states = {side: {LIFECYCLE: s} for side, s in states_of(life, anchor, view).items()}
        erp = view.erp.get(anchor)
        owner = Owner(life.owner_of(erp.image if erp else None).value)
        found.append(_field(LIFECYCLE, link.base.get(LIFECYCLE), states, None, both, owner))
    return found


def _field(
    name: str,
    base: Agreed | None,
    readings: Mapping[Side, Mapping[str, Reading]],
    mark: str | None,
    direction: Direction,
    owner: Owner,
) -> FieldSeen:
    values: dict[Side, Neutral] = dict.fromkeys(Side)
    problems: dict[Side, str] = {}
    changed = []
    for side, reading in readings.items():
        value = reading.get(name)
        if isinstance(value, Unfit | Unresolved):
            problems[side] = value.message
            continue
        values[side] = value
        if base is not None and base.of(side) != value:
            changed.append(side)
    crm, erp = values[Side.CRM], values[Side.ERP]
    equal = not problems and len(readings) == len(Side) and crm == erp
    return FieldSeen(name, crm, erp, base, equal, tuple(changed), direction, owner, mark, problems)


def _row(kinds: Kinds, link: Link, known: KnownRow) -> RowSeen:
    row = known.row
    return RowSeen(
        member=_member(kinds, link, known),
        side=row.ref.side,
        table=row.ref.table,
        row_id=row.ref.row_id,
        version=row.version,
        deleted=known.deleted,
        image=row.image,
        actor=row.actor,
        changed_at=row.changed_at,
    )


def _member(kinds: Kinds, link: Link, known: KnownRow) -> str | None:
    """The role of a row: the one it is bound to, else the one whose filter it passes."""
    row = known.row
    if link.kind not in kinds:
        return None
    kind = kinds[link.kind]
    roles = [
        member
        for member in (kind.maps[0].map.crm, *kind.erp_members.values())
        if member.side is row.ref.side and member.table == row.ref.table
    ]
    for member in roles:
        if link.row_id(row.ref.side, member.name) == row.ref.row_id:
            return member.name
    fit = (member.name for member in roles if member.matches(row.image))
    return next(fit, None)
