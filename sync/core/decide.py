"""Decide: from what is known of a link to what shall be done, with a reason for all of it.

Pure: the same link, rows, references and maps give the same decision.
"""

from __future__ import annotations

from collections.abc import Mapping

from sync.core import finding
from sync.core.blocked import number_taken, went_back
from sync.core.compiled import CompiledMap
from sync.core.conflict import DELETE_KINDS, ConflictKind, ConflictState
from sync.core.disputed import decided_by, disputed_units
from sync.core.documents import moving
from sync.core.drafting import Drafting
from sync.core.early import anchors, assigned, before_merge, is_another
from sync.core.kinds import Kind
from sync.core.leaving import leave_what_was_left
from sync.core.lifecycle import FIELD
from sync.core.link import MAIN, Link, LinkState, Problem
from sync.core.merge import merge
from sync.core.merged import ENTERING, NOT_SYNCHRONISED, Merge
from sync.core.ping_pong import stop_ping_pong
from sync.core.plan import Decision, Part, Plan, plan_id
from sync.core.references import References
from sync.core.restoring import decided_delete
from sync.core.row import Scalar, Side
from sync.core.stage import FIELD as STAGE
from sync.core.stage import Stages, find_stages, from_the_first
from sync.core.taking import taken_stage
from sync.core.units import Unit
from sync.core.values import Reading
from sync.core.view import Context, View

_CRM_ROW = f"{Side.CRM}.{MAIN}"


def decide(kind: Kind, link: Link, view: View, refs: References, context: Context) -> Decision:
    """Decide what to do about one link."""
    decision = _decide(kind, link, view, refs, context)
    leave_what_was_left(kind, link, decision, context)
    return decision


def _decide(kind: Kind, link: Link, view: View, refs: References, context: Context) -> Decision:
    stages = find_stages(kind, link, view)
    if context.stage is not None:
        stages = stages.toward(kind.for_stage(context.stage))
    bind = _bindings(kind, stages, view)
    early = before_merge(kind, link, view, stages, refs, context)
    if early is not None:
        if view.rivals or is_another(stages.target or kind.maps[0], link, view, refs):
            bind.pop(_CRM_ROW, None)  # none of several is taken by chance, nor a new one's place
        if assigned(link, context):
            # What the ERP has under a number that we made may be somebody else's.
            bind = {name: row_id for name, row_id in bind.items() if name == _CRM_ROW}
        early.bind = {} if early.contested else bind
        if stages.foreign is not None and any(c.kind in DELETE_KINDS for c in early.conflicts):
            # Also where a person has left the delete: somebody else's record waits behind it.
            taken = number_taken(kind, link, view, stages.foreign, refs, context)
            early.conflicts.append(taken)
        return early
    if not context.together:
        stages = from_the_first(kind, link, stages, context.running)
    target = stages.target
    if target is None:  # before_merge answers for records that neither side has
        raise LookupError(f"no stage for {link.kind} {link.key}")
    restaged = taken_stage(link, stages, context.disputes)
    both = stages.crm is not None and stages.erp is not None
    if both and stages.regressed and restaged is None:
        decision = went_back(link, stages, context)
    elif stages.foreign is not None and stages.foreign == target.map.anchor.name:
        decision = _number_taken(kind, link, view, stages, refs, context)
    else:
        decision = _merged(kind, link, view, stages, refs, context)
        if stages.foreign is not None:
            taken = number_taken(kind, link, view, stages.foreign, refs, context)
            decision.conflicts.append(taken)
            decision.state = LinkState.CONFLICT
    decision.bind = {} if decision.contested else bind
    decision.map_digest = target.digest
    anchor = stages.erp.map.anchor if stages.erp is not None else None
    if anchor is not None and anchor.alias:
        decision.alias = str(view.erp[anchor.name].image.get(anchor.alias) or "") or None
    return decision


def _number_taken(
    kind: Kind, link: Link, view: View, stages: Stages, refs: References, context: Context
) -> Decision:
    """The CRM went ahead to a stage whose number another party has: both sides stay behind."""
    conflict = number_taken(kind, link, view, stages.foreign or "record", refs, context)
    decision = Decision(LinkState.CONFLICT, conflicts=[conflict])
    back = stages.erp
    if view.crm is not None and back is not None and stages.crm is not back:
        readings: dict[Side, Mapping[str, Reading] | None] = {Side.CRM: None, Side.ERP: None}
        none = References({}, {}, frozenset(), {})
        draft = Drafting(back, link, view, none, Merge(), readings, stages, context)
        decision.plan = _plan(link, back, draft.update(Side.CRM, back.map.crm.create), None)
    return decision


def _merged(
    kind: Kind, link: Link, view: View, stages: Stages, refs: References, context: Context
) -> Decision:
    target = stages.target or kind.maps[0]
    readings = _read(link, view, stages, target, refs)
    erp_lags = stages.erp is not None and stages.erp is not target
    crm_lags = stages.crm is not None and stages.crm is not target
    moved = link.stage is not None and link.stage != target.map.stage
    entering = {unit for unit, mark in link.fields.items() if mark == ENTERING}
    if moved:
        entering |= {unit.name for unit in target.units}
    late = tuple(u.name for u in target.units if erp_lags and not _enters_at_once(target, u))
    merged = merge(
        target,
        readings[Side.ERP],
        readings[Side.CRM],
        link.base,
        entering=entering,
        skip=late,
        master=None if link.made else link.master,
        disputes=disputed_units(target, context.disputes.values()),
        rules=context.rules.get(target.map.id, {}),
    )
    conflicts = [context.disputes[conflict_id] for conflict_id in merged.standing]
    conflicts += [finding.of_clash(link, clash, context) for clash in merged.clashes]
    taken = any(clash.kind is ConflictKind.NUMBER_TAKEN for clash in merged.clashes)
    if taken:
        return Decision(LinkState.CONFLICT, conflicts=conflicts, contested=True)
    conflicts += stop_ping_pong(link, target, merged, readings, context)
    draft = Drafting(target, link, view, refs, merged, readings, stages, context)
    move = moving(target, link, view, stages, context)
    decided = {FIELD: move.followed, STAGE: taken_stage(link, stages, context.disputes)}
    done = {name: conflict for name, conflict in decided.items() if conflict is not None}
    merged.reasons |= {name: decided_by(conflict) for name, conflict in done.items()}
    conflicts += move.conflicts
    constants: Mapping[str, Scalar] = target.map.crm.create if crm_lags else {}
    if stages.crm is None:
        crm = draft.create_crm()
    else:
        crm = draft.update(Side.CRM, constants, move.steps(Side.CRM))
    if stages.erp is None:
        erp = draft.enter_erp(target.map.enter, ())
    elif erp_lags:
        erp = draft.enter_erp(target.map.enter, late)
    else:
        erp = draft.update(Side.ERP, {}, move.steps(Side.ERP))
    unfit = [*merged.unfit, *draft.unfit]
    units = {unit.name: unit for unit in target.units}
    conflicts += [
        finding.of_unfit(link, name, units.get(name), side, why, readings, context)
        for name, side, why in unfit
    ]
    missing = [*merged.waits, *draft.waits, *merged.deferred, *draft.deferred, *move.waits]
    creating = stages.crm is None or stages.erp is None or erp_lags
    if creating and (merged.waits or merged.unfit):
        crm = crm if stages.crm is not None else None
        erp = erp if stages.erp is not None and not erp_lags else None
    _keep_marks(link, target, merged)
    decision = Decision(
        LinkState.SETTLED,
        plan=_plan(link, target, crm, erp),
        agreed=merged.agreed | move.agreed,
        reasons=merged.reasons,
        conflicts=conflicts,
        waits=tuple(dict.fromkeys(token for wait in missing for token in wait.tokens)),
        marks=merged.marks,
        stage=target.map.stage if not (creating or crm_lags) else link.stage,
        together=move.together,
        look=move.look,
        followed=[context.disputes[conflict_id] for conflict_id in dict.fromkeys(merged.followed)],
        merged=True,
    )
    restored = decided_delete(context.disputes)
    if restored is not None and creating:
        decision.followed.append(restored)
    decision.followed += done.values()
    if any(conflict.state is ConflictState.OPEN for conflict in conflicts):
        decision.state = LinkState.CONFLICT
    elif missing:
        # Below a record that does not cross, one that is new on one side stays there with it.
        resting = refs.resting(missing) if creating else None
        decision.state = resting or LinkState.WAITING
        cure = "It goes on by itself once that record is on both sides."
        decision.problem = Problem("dependency_missing", missing[0].message + ".", cure)
    return decision


def _keep_marks(link: Link, target: CompiledMap, merged: Merge) -> None:
    """A difference that was accepted stays marked for as long as it stands."""
    clashing = {clash.unit for clash in merged.clashes}
    for unit in target.units if link.fields else ():
        if link.fields.get(unit.name) != NOT_SYNCHRONISED or unit.name in clashing:
            continue
        base = [link.base[name] for name in unit.names if name in link.base]
        accepted = any(agreed.erp != agreed.crm for agreed in base)
        first = unit.names[0]
        written = any(first in writes for writes in merged.writes.values())
        if accepted and not written and first not in merged.agreed:
            merged.marks.setdefault(unit.name, NOT_SYNCHRONISED)


def _enters_at_once(target: CompiledMap, unit: Unit) -> bool:
    """Whether a unit is written together with the ERP's step into the stage.

    Only what the new row itself must have. The rest it takes over from the row before it, and what
    differs then is written to it on condition of its version: written at once it would change what
    both rows share, so that the condition on the row before could never hold.
    """
    rule = unit.rule
    if rule.create_only or rule.erp.column == target.map.anchor.alias:
        return True
    return bool(rule.lookup) and not rule.deferred


def _read(
    link: Link, view: View, stages: Stages, target: CompiledMap, refs: References
) -> dict[Side, Mapping[str, Reading] | None]:
    """Both sides in the terms of the target's fields; a side that lags has blanks for new ones."""
    readings: dict[Side, Mapping[str, Reading] | None] = {Side.CRM: None, Side.ERP: None}
    if stages.crm is not None:
        readings[Side.CRM] = _read_side(link, view, target, Side.CRM, refs)
    if stages.erp is not None:
        own = _read_side(link, view, stages.erp, Side.ERP, refs)
        if stages.erp is not target:
            own = {name: own.get(name) for name in target.fields}
        readings[Side.ERP] = own
    return readings


def _read_side(
    link: Link, view: View, compiled: CompiledMap, side: Side, refs: References
) -> Mapping[str, Reading]:
    """What a side's rows say. A column that its system does not have stands as it was agreed.

    It must not read as emptied, for the other side would be emptied too.
    """
    images = view.images(side)
    reading = compiled.read(side, images, refs, link.company)
    untold = [name for name in compiled.untold(side, images) if name in link.base]
    if not untold:
        return reading
    return {**reading, **{name: link.base[name].of(side) for name in untold}}


def _plan(link: Link, compiled: CompiledMap, crm: Part | None, erp: Part | None) -> Plan | None:
    parts = tuple(part for part in (crm, erp) if part is not None)
    return Plan(plan_id(link.id, parts), compiled.digest, parts) if parts else None


def _bindings(kind: Kind, stages: Stages, view: View) -> dict[str, str]:
    """The rows that are seen to belong to the record."""
    found = {}
    if view.crm is not None and stages.crm is not None:
        found[_CRM_ROW] = view.crm.ref.row_id
    for name, row in view.erp.items():
        if name in anchors(kind) and name != stages.foreign and stages.erp is not None:
            found[f"erp.{name}"] = row.ref.row_id
    return found
