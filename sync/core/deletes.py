"""Deletes: what it means that one side no longer has the record."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.compiled import CompiledMap
from sync.core.conflict import ConflictKind
from sync.core.finding import name_of, of_kind
from sync.core.link import MAIN, IntendedWrite, Link, LinkState, Neutral, Problem
from sync.core.mapping import DeletePolicy
from sync.core.plan import Change, Decision, Part, Plan, plan_id
from sync.core.references import References
from sync.core.restoring import decided_delete
from sync.core.row import Row, Side
from sync.core.sides import of_values
from sync.core.values import Reading, Unfit, Unresolved
from sync.core.view import Context, View
from sync.core.write import Write, WriteOp


def on_delete(
    compiled: CompiledMap, link: Link, view: View, refs: References, gone: Side, context: Context
) -> Decision:
    """Decide on a record that `gone` had and no longer has, and the other side still has."""
    here = gone.other
    policy = compiled.map.delete
    if policy is DeletePolicy.IGNORE:
        return Decision(LinkState.SUSPENDED, map_digest=compiled.digest)
    reading = compiled.read(here, view.images(here), refs, link.company)
    values = _values(compiled, reading)
    asked = decided_delete(context.disputes)
    if asked is not None and asked.asked == gone.value and asked.found(here) == values:
        reason = f"{asked.asked_by} decided conflict {asked.id}: it was deleted in the "
        decision = _delete(compiled, link, view, here, f"{reason}{gone.upper()}", context)
        decision.followed = [asked]
        return decision
    about = _About(link, here, values, context)
    if policy is DeletePolicy.CONFLICT:
        message = (
            f"{name_of(link)} was deleted in the {gone.upper()} and still exists in the "
            f"{here.upper()}. Delete it there too, or restore it."
        )
        return about.held(ConflictKind.DELETED, message, "deletes are not passed on")
    if not (link.base or link.made):
        # Both only had the same key: what is left is a record of its own, and crosses as one.
        return Decision(LinkState.DUE, forget=True, look=True, map_digest=compiled.digest)
    lines = _lines(compiled, view, context)
    if lines is not None:
        return lines
    # What a system calculates, as a total once the lines are gone, nobody has typed; nor what it
    # filled in when the service made the row there.
    edited = [
        unit.name
        for unit in compiled.units
        if not unit.rule.calculated
        and all(name in link.base for name in unit.names)
        and any(
            value not in (link.base[name].of(here), link.filled.get(name, link.base[name].of(here)))
            for name, value in zip(unit.names, unit.values(reading), strict=True)
        )
    ]
    if edited:
        message = (
            f"{name_of(link)} was deleted in the {gone.upper()} while {', '.join(edited)} was "
            f"changed in the {here.upper()}. Delete it there too, or restore it."
        )
        policy_text = "an edit is not lost to a delete"
        return about.held(ConflictKind.EDIT_AGAINST_DELETE, message, policy_text)
    return _delete(compiled, link, view, here, f"it was deleted in the {gone.upper()}", context)


def _delete(
    compiled: CompiledMap, link: Link, view: View, here: Side, reason: str, context: Context
) -> Decision:
    """Delete the record on the side that has it, on condition of its version."""
    lines = _lines(compiled, view, context)
    if lines is not None:
        return lines
    rows = _rows(compiled, view, here)
    writes = tuple(Write(WriteOp.DELETE, row.ref, {}, row.version) for _, row in rows)
    intended = tuple(IntendedWrite(member, row.ref, "delete", {}) for member, row in rows)
    part = Part(here, writes, intended, (Change("*", "*", None, None, reason),))
    plan = Plan(plan_id(link.id, (part,)), compiled.digest, (part,))
    return Decision(LinkState.GONE, plan, map_digest=compiled.digest)


def _lines(compiled: CompiledMap, view: View, context: Context) -> Decision | None:
    """A document goes after its lines: one that somebody changed meanwhile keeps it."""
    life = compiled.map.lifecycle
    if life is None or not life.lines:
        return None
    if view.lines is None:
        return Decision(LinkState.WAITING, look=True, map_digest=compiled.digest)
    if not view.lines:
        return None
    tokens = tuple(token for line in view.lines for token in line.tokens)
    cure = "It goes on by itself once they do; a line that is in conflict needs a person."
    message = f"It is deleted after its lines: {view.lines[0].message}."
    problem = Problem("dependency_missing", message, cure, at=context.now)
    return Decision(LinkState.WAITING, waits=tokens, problem=problem, map_digest=compiled.digest)


def _rows(compiled: CompiledMap, view: View, side: Side) -> list[tuple[str, Row]]:
    if side is Side.CRM:
        return [(MAIN, view.crm)] if view.crm else []
    own = {member.name for member in compiled.map.erp if not member.joins}
    return [(name, row) for name, row in view.erp.items() if name in own]


def _values(compiled: CompiledMap, reading: Mapping[str, Reading]) -> dict[str, Neutral]:
    """What the record says that somebody may have typed."""
    found: dict[str, Neutral] = {}
    for unit in compiled.units:
        for name in unit.names if not unit.rule.calculated else ():
            value = reading[name]
            found[name] = None if isinstance(value, Unfit | Unresolved) else value
    return found


class _About:
    """What a conflict about a delete is about: the record as the side that has it has it now."""

    def __init__(
        self, link: Link, here: Side, values: dict[str, Neutral], context: Context
    ) -> None:
        self._link, self._here, self._values, self._context = link, here, values, context

    def held(self, kind: ConflictKind, message: str, policy: str) -> Decision:
        """The decision that leaves it to a person."""
        crm = self._values if self._here is Side.CRM else None
        erp = self._values if self._here is Side.ERP else None
        sides = of_values(self._link, crm, erp)
        conflict = of_kind(
            self._link,
            kind,
            self._context,
            message=message,
            policy=policy,
            sides=sides,
            side=self._here.other,
        )
        return Decision(LinkState.CONFLICT, conflicts=[conflict])
