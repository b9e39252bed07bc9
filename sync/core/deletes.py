"""Deletes: what it means that one side no longer has the record."""

from __future__ import annotations

from sync.core.compiled import CompiledMap
from sync.core.conflict import ConflictKind
from sync.core.finding import name_of, of_kind
from sync.core.link import MAIN, IntendedWrite, Link, LinkState, Problem
from sync.core.mapping import DeletePolicy
from sync.core.plan import Change, Decision, Part, Plan, plan_id
from sync.core.references import References
from sync.core.row import Row, Side
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
    if policy is DeletePolicy.CONFLICT:
        message = (
            f"{name_of(link)} was deleted in the {gone.upper()} and still exists in the "
            f"{here.upper()}. Delete it there too, or restore it."
        )
        return _held(link, ConflictKind.DELETED, message, "deletes are not passed on", context)
    lines = _lines(compiled, view, context)
    if lines is not None:
        return lines
    reading = compiled.read(here, view.images(here), refs, link.company)
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
        return _held(link, ConflictKind.EDIT_AGAINST_DELETE, message, policy_text, context)
    rows = _rows(compiled, view, here)
    writes = tuple(Write(WriteOp.DELETE, row.ref, {}, row.version) for _, row in rows)
    intended = tuple(IntendedWrite(member, row.ref, "delete", {}) for member, row in rows)
    reason = f"it was deleted in the {gone.upper()}"
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


def _held(link: Link, kind: ConflictKind, message: str, policy: str, context: Context) -> Decision:
    conflict = of_kind(link, kind, context, message=message, policy=policy)
    return Decision(LinkState.CONFLICT, conflicts=[conflict])
