"""The three-way merge: per field, what each side changed since they were last agreed.

A side changed a field when its value differs from its own half of the base. Only one side changed:
it is taken. Both to the same: agreed. Both differently: a clash, decided by the field's owner and
always recorded with both values; never by time. A difference that was accepted before (rounded, one
way, not synchronised) is in the base and stays quiet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict, ConflictKind
from sync.core.difference import Difference
from sync.core.disputed import settle_dispute
from sync.core.link import Agreed, Neutral
from sync.core.merged import NOT_SYNCHRONISED, Clash, Merge
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.core.units import Unit
from sync.core.values import Reading, Unfit, Unresolved


def merge(
    compiled: CompiledMap,
    erp: Mapping[str, Reading] | None,
    crm: Mapping[str, Reading] | None,
    base: Mapping[str, Agreed],
    *,
    entering: Collection[str] = (),
    skip: Collection[str] = (),
    master: str | None = None,
    disputes: Mapping[str, Sequence[Conflict]] = MappingProxyType({}),
    rules: Mapping[str, OwnerRule] = MappingProxyType({}),
) -> Merge:
    """Merge one record.

    Args:
        compiled: The map of the record's stage.
        erp: What the ERP says; `None` when it does not have the record.
        crm: What the CRM says; `None` when it does not have the record.
        base: What each side had when they were last agreed.
        entering: Units that come into scope by a stage change.
        skip: Units that are not decided this time.
        master: Who wins on first contact: `crm`, `erp`, `none`; `None` when it is no first contact.
        disputes: Unit → the open conflicts of which a person decided something, or opened them
            again.
        rules: Unit → who owns it in place of what the map says.
    """
    found = Merge()
    merged: list[Unit] = []
    for unit in compiled.units:
        if unit.name in skip:
            continue
        told = disputes.get(unit.name, ())
        if any(settle_dispute(found, unit, erp, crm, dispute) for dispute in told):
            continue
        merged.append(unit)
        if erp is None or crm is None:
            _one_sided(found, unit, erp, crm)
        elif not _settled(found, unit, erp, crm, base):
            _two_sided(
                found, unit, erp, crm, base, unit.name in entering, master, rules.get(unit.name)
            )
    if erp is not None and crm is not None:
        _recalculated(found, merged, erp, crm)
    found.clashes = [_not_done(clash, found.overtaken.get(clash.unit)) for clash in found.clashes]
    return found


def _not_done(clash: Clash, by: str | None) -> Clash:
    """A clash, which may be one of other values than those of which somebody had decided."""
    if by is None:
        return clash
    policy = f"{clash.policy}; what {by} decided was not done, for the values had changed"
    return msgspec.structs.replace(clash, policy=policy)


def _recalculated(
    found: Merge, units: Iterable[Unit], erp: Mapping[str, Reading], crm: Mapping[str, Reading]
) -> None:
    """Bring back what only the side that does not count has calculated anew.

    Not while something is still to be written to the other side, which will calculate anew itself.
    A document's total follows from lines that cross on their own: until they have, the old one
    stands there for a moment, and nobody knows whether the new one will differ.
    """
    for unit in units:
        if not unit.rule.calculated or unit.name not in found.marks:
            continue
        source = _source(unit)
        values = {
            side: _usable(found, unit, side, unit.values(reading))
            for side, reading in ((Side.ERP, erp), (Side.CRM, crm))
        }
        ours, theirs = values[Side.ERP], values[Side.CRM]
        if ours is None or theirs is None or found.writes[source]:
            continue
        case = Difference(found, unit, ours, theirs, {})
        if not case.says_nothing(source):
            del found.marks[unit.name]
            case.take(source, f"the {source.upper()} calculates it")


def _source(unit: Unit) -> Side:
    """The side from which a one-way unit flows."""
    return Side.ERP if unit.rule.direction.allows(Side.CRM) else Side.CRM


def _settled(
    found: Merge,
    unit: Unit,
    erp: Mapping[str, Reading],
    crm: Mapping[str, Reading],
    base: Mapping[str, Agreed],
) -> bool:
    """Whether both sides are equal and as they were: the common case, told at once."""
    for name in unit.names:
        old = base.get(name)
        if old is None:
            return False
        value = crm[name]
        if value != old.crm or erp[name] != value or old.erp != value:
            return False
    for name in unit.names:
        found.final[name] = base[name].crm
    return True


def _one_sided(
    found: Merge,
    unit: Unit,
    erp: Mapping[str, Reading] | None,
    crm: Mapping[str, Reading] | None,
) -> None:
    """The record exists on one side only: its values flow as far as the direction allows."""
    side = Side.CRM if erp is None else Side.ERP
    values = _usable(found, unit, side, unit.values((crm if erp is None else erp) or {}))
    if values is None:
        return
    if unit.rule.direction.allows(side.other):
        found.final.update(zip(unit.names, values, strict=True))
    elif not unit.is_blank(side, values):
        found.marks[unit.name] = NOT_SYNCHRONISED


def _two_sided(
    found: Merge,
    unit: Unit,
    erp: Mapping[str, Reading],
    crm: Mapping[str, Reading],
    base: Mapping[str, Agreed],
    entering: bool,
    master: str | None,
    rule: OwnerRule | None,
) -> None:
    ours = _usable(found, unit, Side.ERP, unit.values(erp))
    theirs = _usable(found, unit, Side.CRM, unit.values(crm))
    if ours is None or theirs is None:
        return
    old = {name: base[name] for name in unit.names if name in base}
    known = len(old) == len(unit.names)
    if ours == theirs:
        now = {n: Agreed(v, v) for n, v in zip(unit.names, ours, strict=True)}
        if now != old:
            found.agreed.update(now)
            found.reasons.update(dict.fromkeys(unit.names, _alike(known, unit, old, ours)))
        found.final.update(zip(unit.names, ours, strict=True))
        return
    erp_changed = not known or ours != tuple(old[n].erp for n in unit.names)
    crm_changed = not known or theirs != tuple(old[n].crm for n in unit.names)
    case = Difference(found, unit, ours, theirs, old, rule)
    if entering and unit.rule.on_enter == "erp" and (crm_changed or not known):
        case.enter_from_erp()
    elif unit.rule.create_only and known:
        if erp_changed or crm_changed:
            case.clash(ConflictKind.KEY_EDITED, None, "it is written only when a record is created")
    elif unit.rule.create_only and not (
        unit.is_blank(Side.ERP, ours) or unit.is_blank(Side.CRM, theirs)
    ):
        case.clash(ConflictKind.NUMBER_TAKEN, None, "the number belongs to another party there")
    elif unit.rule.calculated and (known or master is None):
        case.calculated(_source(unit), {Side.ERP: erp_changed, Side.CRM: crm_changed})
    elif not known:
        case.first_seen(master)
    elif erp_changed and crm_changed:
        case.by_owner()
    elif erp_changed:
        case.take_over(Side.ERP, "only the ERP changed it")
    elif crm_changed:
        case.take_over(Side.CRM, "only the CRM changed it")
    else:
        case.keep()


def _alike(known: bool, unit: Unit, old: Mapping[str, Agreed], values: tuple[Neutral, ...]) -> str:
    """Why a unit is agreed that both sides have alike, and did not before."""
    if not known:
        return "both sides had the same when they were first compared"
    changed = [side for side in Side if values != tuple(old[name].of(side) for name in unit.names)]
    if len(changed) == 1:
        return f"the {changed[0].upper()} changed it to what the {changed[0].other.upper()} has"
    return "both sides changed it to the same"


def _usable(
    found: Merge, unit: Unit, side: Side, values: tuple[Reading, ...]
) -> tuple[Neutral, ...] | None:
    """The values, unless one is unfit or not resolved yet."""
    usable: list[Neutral] = []
    for value in values:
        if isinstance(value, Unfit):
            found.unfit.append((unit.name, side, value))
            return None
        if isinstance(value, Unresolved):
            (found.deferred if unit.rule.deferred else found.waits).append(value)
            return None
        usable.append(value)
    return tuple(usable)
