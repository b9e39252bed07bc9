"""Disputed: what becomes of a unit of which a person has decided, or opened a conflict again.

A decision is about what the person saw. It is done only while each side still has that, or has what
was decided already, by this decision or one that it replaces (a part of it was written before);
otherwise the unit is merged as ever, and what differs then is a conflict with the new values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.compiled import CompiledMap
from sync.core.conflict import FIELD_KINDS, Conflict, ConflictKind, Take
from sync.core.link import Agreed, Neutral
from sync.core.merged import NOT_SYNCHRONISED, Merge
from sync.core.row import Side
from sync.core.units import Unit
from sync.core.values import Reading, Unfit

_BY_VALUE = (*FIELD_KINDS, ConflictKind.UNFIT, ConflictKind.REFUSED)
"""The kinds about values that a merge compares."""

Record = Mapping[str, Reading] | None
"""What a side says; `None` when it does not have the record."""


def disputed_units(
    compiled: CompiledMap, disputes: Iterable[Conflict]
) -> dict[str, tuple[Conflict, ...]]:
    """Unit → the conflicts that may say what becomes of it, the first that does counts.

    What a person decided counts before what was only opened again, and what was decided about a
    field before what was decided about a refused write.
    """
    found: dict[str, tuple[Conflict, ...]] = {}
    for conflict in sorted(disputes, key=lambda one: (one.asked is None, one.field is None)):
        names = {*conflict.of(Side.CRM), *conflict.of(Side.ERP)}
        for unit in compiled.units if conflict.kind in _BY_VALUE else ():
            if conflict.field == unit.name or (conflict.field is None and names & {*unit.names}):
                found[unit.name] = (*found.get(unit.name, ()), conflict)
    return found


def settle_dispute(found: Merge, unit: Unit, erp: Record, crm: Record, conflict: Conflict) -> bool:
    """Whether a person's decision says what becomes of the unit, and if so let it become that."""
    now = {
        side: tuple(_plain(value) for value in unit.values(reading))
        for side, reading in ((Side.ERP, erp), (Side.CRM, crm))
        if reading is not None
    }
    has = {side: _seen(unit, conflict.may_have(side), now[side]) for side in now}
    if conflict.asked in (None, Take.LEAVE):
        if conflict.kind is ConflictKind.UNFIT or len(now) < len(Side):
            return False
        erp, crm = has[Side.ERP], has[Side.CRM]
        if erp is None or crm is None:
            return _overtaken(found, unit, conflict)
        if conflict.asked is None:
            found.standing.append(conflict.id)
            found.final.update(crm)
        else:
            _leave(found, unit, erp, crm, conflict)
        return True
    if conflict.wanted is None:
        return False
    wanted = {name: conflict.wanted.get(name) for name in unit.names}
    if any(has[side] is None and now[side] != tuple(wanted.values()) for side in now):
        return _overtaken(found, unit, conflict)
    _write(found, unit, now, wanted, conflict)
    return True


def _plain(value: Reading) -> Reading:
    """A value as a conflict holds it, also one that cannot be carried across."""
    return value.raw if isinstance(value, Unfit) else value


def _seen(
    unit: Unit, known: Iterable[dict[str, Neutral]], now: tuple[Reading, ...]
) -> dict[str, Neutral] | None:
    """What a side has, if it is one of the values that it may have."""
    named = ({name: had.get(name) for name in unit.names} for had in known)
    return next((had for had in named if (*had.values(),) == now), None)


def _leave(
    found: Merge,
    unit: Unit,
    erp: dict[str, Neutral],
    crm: dict[str, Neutral],
    conflict: Conflict,
) -> None:
    """Each side keeps what it has, as the base of what comes."""
    found.agreed.update({n: Agreed(erp.get(n), crm.get(n)) for n in unit.names})
    found.final.update({name: crm.get(name) for name in unit.names})
    found.marks[unit.name] = NOT_SYNCHRONISED
    _explain(found, unit, conflict)


def _write(
    found: Merge,
    unit: Unit,
    now: Mapping[Side, tuple[Reading, ...]],
    wanted: dict[str, Neutral],
    conflict: Conflict,
) -> None:
    """Let each side that has the record get what is wanted; one that lacks it is made with it."""
    values = tuple(wanted.values())
    for side in now:
        if now[side] != values:
            found.writes[side].update(wanted)
    if all(now.get(side) == values for side in Side):
        found.agreed.update({name: Agreed(value, value) for name, value in wanted.items()})
    found.final.update(wanted)
    _explain(found, unit, conflict)


def decided_by(conflict: Conflict) -> str:
    """Who decided what, as the reason of what is written."""
    return f"{conflict.asked_by} decided conflict {conflict.id}: {_words(conflict)}"


def _explain(found: Merge, unit: Unit, conflict: Conflict) -> None:
    """Say who decided it; the conflict is followed."""
    reason = decided_by(conflict)
    found.reasons.update(dict.fromkeys(unit.names, reason))
    found.followed.append(conflict.id)


def _words(conflict: Conflict) -> str:
    if conflict.asked == Take.VALUE:
        return "a value of their own"
    if conflict.asked == Take.LEAVE:
        return "each side keeps its own"
    return f"the {str(conflict.asked).upper()}'s value"


def _overtaken(found: Merge, unit: Unit, conflict: Conflict) -> bool:
    """What was decided is not done; the unit is merged as if nobody had decided anything."""
    if conflict.asked is not None:
        found.overtaken[unit.name] = str(conflict.asked_by)
    return False
