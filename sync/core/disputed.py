"""Disputed: what becomes of a unit of which a person has decided, or opened a conflict again.

A decision is about what the person saw. It is done only while each side still has that, or has what
was decided already (a part of it was written before); otherwise the unit is merged as ever, and
what differs then is a conflict with the new values.
"""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.compiled import Unit
from sync.core.conflict import Conflict, Take
from sync.core.link import Agreed, Neutral
from sync.core.merged import NOT_SYNCHRONISED, Merge
from sync.core.row import Side
from sync.core.values import Reading


def settle_dispute(
    found: Merge,
    unit: Unit,
    erp: Mapping[str, Reading],
    crm: Mapping[str, Reading],
    conflict: Conflict,
) -> bool:
    """Whether a person's decision says what becomes of the unit, and if so let it become that."""
    now = {Side.ERP: unit.values(erp), Side.CRM: unit.values(crm)}
    seen = {side: _of_unit(unit, conflict.of(side)) for side in Side}
    if conflict.asked is None:
        if now == seen:
            found.standing.append(conflict.id)
            found.final.update(conflict.of(Side.CRM))
        return now == seen
    if conflict.asked == Take.LEAVE:
        if now == seen:
            _leave(found, unit, conflict)
        return now == seen or _overtaken(found, unit, conflict)
    if conflict.wanted is None:
        return False
    wanted = {name: conflict.wanted.get(name) for name in unit.names}
    if any(now[side] not in (seen[side], tuple(wanted.values())) for side in Side):
        return _overtaken(found, unit, conflict)
    _write(found, unit, now, wanted, conflict)
    return True


def _of_unit(unit: Unit, values: Mapping[str, Neutral]) -> tuple[Neutral, ...]:
    return tuple(values.get(name) for name in unit.names)


def _leave(found: Merge, unit: Unit, conflict: Conflict) -> None:
    """Each side keeps what it has, as the base of what comes."""
    erp, crm = conflict.of(Side.ERP), conflict.of(Side.CRM)
    found.agreed.update({n: Agreed(erp.get(n), crm.get(n)) for n in unit.names})
    found.final.update({name: crm.get(name) for name in unit.names})
    reason = f"{conflict.asked_by} decided conflict {conflict.id}: each side keeps its own value"
    found.reasons.update(dict.fromkeys(unit.names, reason))
    found.marks[unit.name] = NOT_SYNCHRONISED
    found.followed.append(conflict.id)


def _write(
    found: Merge,
    unit: Unit,
    now: Mapping[Side, tuple[Reading, ...]],
    wanted: dict[str, Neutral],
    conflict: Conflict,
) -> None:
    values = tuple(wanted.values())
    for side in Side:
        if now[side] != values:
            found.writes[side].update(wanted)
    if all(now[side] == values for side in Side):
        found.agreed.update({name: Agreed(value, value) for name, value in wanted.items()})
    found.final.update(wanted)
    reason = f"{conflict.asked_by} decided conflict {conflict.id}: {_words(conflict)}"
    found.reasons.update(dict.fromkeys(unit.names, reason))
    found.followed.append(conflict.id)


def _words(conflict: Conflict) -> str:
    if conflict.asked == Take.VALUE:
        return "a value of their own"
    return f"the {str(conflict.asked).upper()}'s value"


def _overtaken(found: Merge, unit: Unit, conflict: Conflict) -> bool:
    """What was decided is not done; the unit is merged as if nobody had decided anything."""
    found.overtaken[unit.name] = str(conflict.asked_by)
    return False
