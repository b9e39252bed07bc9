"""The three-way merge: per field, what each side changed since they were last agreed.

A side changed a field when its value differs from its own half of the base. Only one side changed:
it is taken. Both to the same: agreed. Both differently: a clash, decided by the field's owner and
always recorded with both values; never by time. A difference that was accepted before (rounded, one
way, not synchronised) is in the base and stays quiet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from sync.core.compiled import CompiledMap, Unit
from sync.core.conflict import ConflictKind
from sync.core.link import Agreed, Neutral
from sync.core.mapping import FieldMap, Owner
from sync.core.row import Side
from sync.core.values import Reading, Unfit, Unresolved, is_blank

NOT_SYNCHRONISED = "not synchronised"
"""The mark of a field whose difference is known and left alone."""
ENTERING = "entering"
"""The mark of a field that came into scope by a stage change and was not settled yet."""

Values = dict[str, Neutral]


class Clash(msgspec.Struct, frozen=True):
    """Both sides have something to say about a unit.

    Attributes:
        unit: The field or group.
        kind: What kind of conflict it is.
        erp: The ERP's values by field.
        crm: The CRM's values.
        base: What they were when last agreed, where they were.
        winner: The side taken; `None` when a person must decide.
        policy: What decided, or why nothing could.
    """

    unit: str
    kind: ConflictKind
    erp: Values
    crm: Values
    base: dict[str, Agreed]
    winner: Side | None
    policy: str


class Merge(msgspec.Struct):
    """What a merge found.

    Attributes:
        writes: Side → field → the value to write there.
        final: Field → what it shall be in the end, for rows that are created.
        agreed: Field → base to save although nothing is written.
        clashes: Units that both sides changed.
        waits: Lookups whose target must come first.
        deferred: Lookups that are written once their target is there.
        unfit: Unit, side and why a value cannot be carried across.
        marks: Unit → mark.
        reasons: Field → why it is written.
    """

    writes: dict[Side, Values]
    final: Values
    agreed: dict[str, Agreed]
    clashes: list[Clash]
    waits: list[Unresolved]
    deferred: list[Unresolved]
    unfit: list[tuple[str, Side, Unfit]]
    marks: dict[str, str]
    reasons: dict[str, str]


def merge(
    compiled: CompiledMap,
    erp: Mapping[str, Reading] | None,
    crm: Mapping[str, Reading] | None,
    base: Mapping[str, Agreed],
    *,
    entering: Collection[str] = (),
    skip: Collection[str] = (),
    master: str | None = None,
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
    """
    found = Merge({Side.CRM: {}, Side.ERP: {}}, {}, {}, [], [], [], [], {}, {})
    for unit in compiled.units:
        if unit.name in skip:
            continue
        if erp is None or crm is None:
            _one_sided(found, unit, erp, crm)
        elif not _settled(found, unit, erp, crm, base):
            _two_sided(found, unit, erp, crm, base, unit.name in entering, master)
    if erp is not None and crm is not None:
        _recalculated(found, compiled.units, erp, crm)
    return found


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
        case = _Case(found, unit, ours, theirs, {})
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
        found.final.update(zip(unit.names, ours, strict=True))
        return
    erp_changed = not known or ours != tuple(old[n].erp for n in unit.names)
    crm_changed = not known or theirs != tuple(old[n].crm for n in unit.names)
    case = _Case(found, unit, ours, theirs, old)
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
        winner, policy = decide_owner(unit.rule, ours)
        case.clash(ConflictKind.CLASH, winner, policy)
    elif erp_changed:
        case.take_over(Side.ERP, "only the ERP changed it")
    elif crm_changed:
        case.take_over(Side.CRM, "only the CRM changed it")
    else:
        case.keep()


class _Case:
    """A unit whose two sides differ."""

    def __init__(
        self,
        found: Merge,
        unit: Unit,
        erp: tuple[Neutral, ...],
        crm: tuple[Neutral, ...],
        old: dict[str, Agreed],
    ) -> None:
        self.found, self.unit, self.old = found, unit, old
        self.values = {Side.ERP: erp, Side.CRM: crm}

    def _by_field(self, side: Side) -> Values:
        return dict(zip(self.unit.names, self.values[side], strict=True))

    def says_nothing(self, side: Side) -> bool:
        """Whether a side has no value of its own."""
        return self.unit.is_blank(side, self.values[side])

    def take_over(self, side: Side, reason: str) -> None:
        """Take the only side that changed; a value that never crossed is not replaced unseen.

        An address that was typed before a conversion stays in the CRM, as an accepted difference:
        nobody has it but this row.
        """
        apart = any(agreed.erp != agreed.crm for agreed in self.old.values())
        goes = self.unit.rule.direction.allows(side.other)
        if apart and goes and not self.says_nothing(side.other):
            self.clash(ConflictKind.CLASH, side, f"{reason}, and the other value never crossed")
        else:
            self.take(side, reason)

    def take(self, side: Side, reason: str) -> None:
        """Write one side's values to the other, if the direction allows."""
        if not self.unit.rule.direction.allows(side.other):
            self.found.marks[self.unit.name] = NOT_SYNCHRONISED
            return
        values = self._by_field(side)
        self.found.writes[side.other].update(values)
        self.found.final.update(values)
        self.found.reasons.update(dict.fromkeys(self.unit.names, reason))

    def clash(self, kind: ConflictKind, winner: Side | None, policy: str) -> None:
        """Record both values; write the winner's, if there is one."""
        self.found.clashes.append(
            Clash(
                self.unit.name,
                kind,
                self._by_field(Side.ERP),
                self._by_field(Side.CRM),
                self.old,
                winner,
                policy,
            )
        )
        if winner is not None:
            self.take(winner, f"both sides have their own; {policy}")

    def first_seen(self, master: str | None) -> None:
        """Both sides had the record before they were ever agreed on this unit."""
        if master == "none" and (source := self._only_source()) is not None:
            self.take(source, f"first contact: only the {source.upper()} ever sets it")
        elif master == "none":
            self.clash(ConflictKind.FIRST_CONTACT, None, "no master was named at first contact")
        elif master is not None:
            winner = Side(master)
            if not self.unit.rule.direction.allows(winner.other):
                winner = winner.other
            if self.says_nothing(winner.other):
                self.take(winner, f"first contact: {master} is the master")
            else:
                policy = f"first contact: {master} is the master"
                self.clash(ConflictKind.FIRST_CONTACT, winner, policy)
        elif self.says_nothing(Side.CRM):
            self.take(Side.ERP, "only the ERP has a value")
        elif self.says_nothing(Side.ERP):
            self.take(Side.CRM, "only the CRM has a value")
        else:
            owner, policy = decide_owner(self.unit.rule, self.values[Side.ERP])
            self.clash(ConflictKind.CLASH, owner, policy)

    def calculated(self, source: Side, changed: Mapping[Side, bool]) -> None:
        """Both systems calculate it, and one of them counts: nobody typed what the other has."""
        known = bool(self.old)
        if changed[source] and (known or not self.says_nothing(source)):
            self.take(source, f"the {source.upper()} calculates it")
        elif changed[source.other]:
            self.found.marks[self.unit.name] = NOT_SYNCHRONISED
        else:
            self.keep()

    def _only_source(self) -> Side | None:
        """The side that alone sets the unit, while at most that side has a value: no difference."""
        for side in Side:
            if not self.unit.rule.direction.allows(side):
                return side if self.says_nothing(side.other) else None
        return None

    def enter_from_erp(self) -> None:
        """The ERP's value flows; without one, what the CRM's user typed stays and is marked."""
        if self.says_nothing(Side.ERP):
            self.found.agreed.update(
                {
                    name: Agreed(erp, crm)
                    for name, erp, crm in zip(
                        self.unit.names, self.values[Side.ERP], self.values[Side.CRM], strict=True
                    )
                }
            )
            self.found.marks[self.unit.name] = NOT_SYNCHRONISED
        elif self.says_nothing(Side.CRM):
            self.take(Side.ERP, "it came into scope with the ERP's value")
        else:
            self.clash(ConflictKind.CLASH, Side.ERP, "the ERP's value enters with the conversion")

    def keep(self) -> None:
        """Neither side changed: the difference was accepted before."""
        self.found.final.update(self._by_field(Side.CRM))
        if self.says_nothing(Side.ERP) and not self.says_nothing(Side.CRM):
            self.found.marks[self.unit.name] = NOT_SYNCHRONISED


def decide_owner(rule: FieldMap, erp: tuple[Neutral, ...]) -> tuple[Side | None, str]:
    """Who is taken when both sides changed a unit differently, and by which policy."""
    if not rule.direction.allows(Side.CRM):
        return Side.CRM, "the field goes from CRM to ERP only"
    if not rule.direction.allows(Side.ERP):
        return Side.ERP, "the field goes from ERP to CRM only"
    match rule.owner:
        case Owner.CRM | Owner.ERP:
            return Side(rule.owner.value), f"the {rule.owner.upper()} owns the field"
        case Owner.LATCH:
            return (Side.ERP if erp[0] else Side.CRM), "once set it stays set"
        case Owner.PREFER_NON_BLANK:
            return (Side.CRM if _blank(erp) else Side.ERP), "the value that is not blank"
        case Owner.MANUAL:
            return None, "the map leaves it to a person"


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


def _blank(values: tuple[Neutral, ...]) -> bool:
    return all(is_blank(value) for value in values)
