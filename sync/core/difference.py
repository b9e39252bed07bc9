"""A difference: a unit that the two sides have differently, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.conflict import ConflictKind
from sync.core.link import Agreed, Neutral
from sync.core.mapping import FieldMap, Owner
from sync.core.merged import NOT_SYNCHRONISED, Clash, Merge, Values
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.core.units import Unit
from sync.core.values import is_blank


class Difference:
    """A unit whose two sides differ."""

    def __init__(
        self,
        found: Merge,
        unit: Unit,
        erp: tuple[Neutral, ...],
        crm: tuple[Neutral, ...],
        old: dict[str, Agreed],
        rule: OwnerRule | None = None,
    ) -> None:
        self.found, self.unit, self.old, self.rule = found, unit, old, rule
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

    def by_owner(self) -> None:
        """Record both values; write the owner's, if there is one."""
        winner, policy = decide_owner(self.unit.rule, self.values[Side.ERP], self.rule)
        self.clash(ConflictKind.CLASH, winner, policy)

    def first_seen(self, master: str | None) -> None:
        """Both sides had the record before they were ever agreed on this unit."""
        if self.unit.identity and (only := self._only_one()) is not None:
            self.take(only, f"only the {only.upper()} has it, and an identity is never emptied")
        elif master == "none" and (source := self._only_source()) is not None:
            self.take(source, f"first contact: only the {source.upper()} ever sets it")
        elif master == "none":
            self.clash(ConflictKind.FIRST_CONTACT, None, "no master was named at first contact")
        elif master is not None:
            winner = Side(master)
            if not self.unit.rule.direction.allows(winner.other):
                winner = winner.other
            policy = f"first contact: {master} is the master"
            self._replace(winner, ConflictKind.FIRST_CONTACT, policy)
        elif (only := self._only_one()) is not None:
            self._replace(only, ConflictKind.CLASH, f"only the {only.upper()} has a value")
        else:
            self.by_owner()

    def _replace(self, winner: Side, kind: ConflictKind, policy: str) -> None:
        """Take a side that was never agreed; what it replaces is kept, if it may have been typed.

        A value that an empty column stands for (No, the first choice) may have been chosen, where
        the field is the loser's to set at all.
        """
        loser = winner.other
        chosen = any(value not in (None, ()) for value in self.values[loser])
        theirs = self.unit.rule.direction.allows(winner)
        if not self.says_nothing(loser) or (theirs and chosen):
            self.clash(kind, winner, policy)
        else:
            self.take(winner, policy)

    def calculated(self, source: Side, changed: Mapping[Side, bool]) -> None:
        """Both systems calculate it, and one of them counts: nobody typed what the other has."""
        known = bool(self.old)
        if changed[source] and (known or not self.says_nothing(source)):
            self.take(source, f"the {source.upper()} calculates it")
        elif changed[source.other]:
            self.found.marks[self.unit.name] = NOT_SYNCHRONISED
        else:
            self.keep()

    def _only_one(self) -> Side | None:
        """The side that alone has a value of its own; the ERP, if neither has."""
        if self.says_nothing(Side.CRM):
            return Side.ERP
        return Side.CRM if self.says_nothing(Side.ERP) else None

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
            reason = "it came into scope while only the CRM had a value, which stays there"
            self.found.reasons.update(dict.fromkeys(self.unit.names, reason))
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


def decide_owner(
    rule: FieldMap, erp: tuple[Neutral, ...], instead: OwnerRule | None = None
) -> tuple[Side | None, str]:
    """Who is taken when both sides changed a unit differently, and by which policy.

    Args:
        rule: The field map.
        erp: The ERP's values.
        instead: What a person decided in place of the map's owner.
    """
    if not rule.direction.allows(Side.CRM):
        return Side.CRM, "the field goes from CRM to ERP only"
    if not rule.direction.allows(Side.ERP):
        return Side.ERP, "the field goes from ERP to CRM only"
    if instead is not None and instead.owner is not None:
        winner, policy = _owned(instead.owner, erp)
        return winner, f"{policy}, {instead.words}"
    return _owned(rule.owner, erp)


def _owned(owner: Owner, erp: tuple[Neutral, ...]) -> tuple[Side | None, str]:
    match owner:
        case Owner.CRM | Owner.ERP:
            return Side(owner.value), f"the {owner.upper()} owns the field"
        case Owner.LATCH:
            return (Side.ERP if erp[0] else Side.CRM), "once set it stays set"
        case Owner.PREFER_NON_BLANK:
            return (Side.CRM if _blank(erp) else Side.ERP), "the value that is not blank"
        case Owner.MANUAL:
            return None, "it is left to a person"


def _blank(values: tuple[Neutral, ...]) -> bool:
    return all(is_blank(value) for value in values)
