"""Choosing: what a person can decide about each kind of conflict, and the cure where nothing."""

from __future__ import annotations

from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict, ConflictKind, Take
from sync.core.kinds import Kind
from sync.core.lifecycle import FIELD as LIFECYCLE
from sync.core.link import Link
from sync.core.row import Side
from sync.core.taking import check_stage, check_state
from sync.core.units import Unit
from sync.errors import InputUnusable

_ANY = (Take.CRM, Take.ERP, Take.VALUE, Take.LEAVE)

CHOICES: dict[ConflictKind, tuple[Take, ...]] = {
    ConflictKind.CLASH: _ANY,
    ConflictKind.FIRST_CONTACT: _ANY,
    ConflictKind.DELETED: (Take.CRM, Take.ERP, Take.LEAVE),
    ConflictKind.EDIT_AGAINST_DELETE: (Take.CRM, Take.ERP, Take.LEAVE),
    ConflictKind.KEY_EDITED: (Take.LEAVE,),
    ConflictKind.NOT_OWNER: (Take.CRM, Take.ERP, Take.LEAVE),
    ConflictKind.STAGE: (Take.CRM, Take.ERP, Take.LEAVE),
    ConflictKind.UNFIT: _ANY,
    ConflictKind.PING_PONG: _ANY,
    ConflictKind.REFUSED: (Take.CRM, Take.ERP, Take.LEAVE),
}
"""Kind → what a person can decide about it through the service."""

CURES: dict[ConflictKind, str] = {
    ConflictKind.NUMBER_TAKEN: "Renumber one of the two records in its system, then retry.",
    ConflictKind.TWO_CANDIDATES: "Merge or renumber all but one in their system, then retry.",
    ConflictKind.KEY_EDITED: "Set the key back in the system where it was edited, then retry.",
    ConflictKind.HELD_ORDER: "Use retry or undo.",
    ConflictKind.MISSING_REFERENCE: "Let the record that is named cross; this closes by itself.",
}
"""Kind → what to do about one of which nothing can be decided here."""


def choices_of(conflict: Conflict, kind: Kind, link: Link) -> tuple[Take, ...]:
    """What a person can decide about a conflict, as its values stand."""

    def can_be(take: Take) -> bool:
        try:
            check_take(conflict, take, kind, link)
        except InputUnusable:
            return False
        return True

    return tuple(take for take in CHOICES.get(conflict.kind, ()) if can_be(take))


def check_take(conflict: Conflict, take: Take, kind: Kind, link: Link) -> None:
    """Whether something can be decided about a conflict.

    Raises:
        InputUnusable: It cannot; names the kind, and what can be done instead.
    """
    choices = CHOICES.get(conflict.kind, ())
    if take not in choices:
        cure = CURES.get(conflict.kind, "Settle it in the CRM or the ERP; the service sees it.")
        if choices:
            cure = f"It takes: {', '.join(choices)}."
        raise InputUnusable(
            f"Of a conflict of kind {conflict.kind}, {take} cannot be taken.", cure=cure
        )
    if conflict.kind is ConflictKind.REFUSED:
        _check_refused(conflict, take, kind.for_stage(link.stage))
        return
    if take is Take.LEAVE:
        return
    if conflict.field == LIFECYCLE:
        check_state(conflict, Side(take.value), kind.for_stage(link.stage).map.lifecycle)
        return
    if conflict.kind is ConflictKind.STAGE:
        check_stage(conflict, Side(take.value))
        return
    if conflict.field is None:
        _check_restore(conflict, Side(take.value), kind.for_stage(link.stage))
        return
    _check_direction(unit_of(conflict, kind, link)[1], take)


def _check_refused(conflict: Conflict, take: Take, compiled: CompiledMap) -> None:
    """Only values of a record that both sides have can be taken; what was to be written, left."""
    if take is Take.LEAVE and conflict.side is not None and conflict.found(conflict.side.other):
        return
    values = {*conflict.found(Side.CRM), *conflict.found(Side.ERP)}
    units = [unit for unit in compiled.units if values & {*unit.names}]
    whole = conflict.found(Side.CRM) and conflict.found(Side.ERP)
    if not whole or {name for unit in units for name in unit.names} != values:
        raise InputUnusable(
            "What was refused is more than values of fields, so no side can be taken.",
            cure="Correct the record as the message says, then retry; or leave it.",
        )
    for unit in units:
        _check_direction(unit, take)


def _check_restore(conflict: Conflict, take: Side, compiled: CompiledMap) -> None:
    restored = bool(conflict.found(take))
    if restored and not compiled.map.direction.allows(take.other):
        raise InputUnusable(
            f"A {compiled.map.kind.replace('_', ' ')} is never made in the {take.other.upper()}.",
            cure=f"Take {take.other}: it is deleted in the {take.upper()} too; or leave it.",
        )


def unit_of(conflict: Conflict, kind: Kind, link: Link) -> tuple[CompiledMap, Unit]:
    """The field or group that a conflict is about, in the map of the record's stage.

    Raises:
        InputUnusable: No map of the record has it any more.
    """
    for compiled in (kind.for_stage(link.stage), *reversed(kind.maps)):
        for unit in compiled.units:
            if unit.name == conflict.field:
                return compiled, unit
    raise InputUnusable(
        f"No map of {kind.name} has the field {conflict.field} any more.",
        cure="Retry it: a conflict about a field that is not carried closes by itself.",
    )


def _check_direction(unit: Unit, take: Take) -> None:
    rule = unit.rule
    sides = tuple(Side) if take is Take.VALUE else (Side(take.value).other,)
    for side in sides:
        if not rule.direction.allows(side):
            raise InputUnusable(
                f"{unit.name} is never written to the {side.upper()}.",
                cure=f"Take {side}, or correct it in the {side.upper()}.",
            )
    if rule.create_only:
        raise InputUnusable(
            f"{unit.name} is written only when a record is created.",
            cure="Set it back where it was changed.",
        )
