"""Apply: what a link learns from an answer, from a crash, and from a decision without writes."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.compiled import CompiledMap
from sync.core.conflict import ConflictKind, ConflictState
from sync.core.kinds import Kind
from sync.core.link import Agreed, IntendedWrite, Link, LinkState, Problem
from sync.core.merged import ENTERING
from sync.core.plan import Decision, Part
from sync.core.provenance import Established
from sync.core.references import References
from sync.core.row import Row, RowRef, Side
from sync.core.stage import find_stages
from sync.core.values import Unfit, Unresolved
from sync.core.view import View


def learn_receipt(link: Link, part: Part, rows: tuple[Row | None, ...]) -> None:
    """A part of a plan happened: base := what we wrote; rows := what was read back."""
    for intended, row in zip(part.intended, rows, strict=True):
        if row is None:
            link.unbind(part.side, intended.member)
            continue
        if intended.op == "create" and not link.has(part.side):
            link.made = True
        link.bind(part.side, intended.member, row.ref.row_id)
        link.base = {**link.base, **intended.fields}
        if intended.stage is not None:
            link.stage = intended.stage
        if intended.op == "update":
            link.rewrites = {
                **link.rewrites,
                **{
                    f"{part.side}.{name}": link.rewrites.get(f"{part.side}.{name}", 0) + 1
                    for name in intended.fields
                },
            }
    if part.entering:
        link.fields = {**link.fields, **dict.fromkeys(part.entering, ENTERING)}


def learn_filled(kind: Kind, link: Link, view: View, refs: References, part: Part) -> None:
    """Keep what a system filled in on the row that a part created, as it was read back."""
    created = [write for write in part.intended if write.op == "create"]
    stages = find_stages(kind, link, view)
    compiled = stages.crm if part.side is Side.CRM else stages.erp
    if compiled is None or not created:
        return
    reading = compiled.read(part.side, view.images(part.side), refs, link.company)
    for intended in created:
        for name, agreed in intended.fields.items():
            value = reading.get(name)
            if not isinstance(value, Unfit | Unresolved) and value != agreed.of(part.side):
                link.filled = {**link.filled, name: value}


def recover(
    kind: Kind, link: Link, view: View, refs: References, *, assigned: bool = False
) -> dict[str, Established]:
    """An intent was saved and its answer never was: find out what of it happened.

    A value on the target that equals the intent is ours, wherever it came from: it becomes the
    base. What differs keeps its old base and is decided anew. `view` must hold the target rows as
    they are now. Under a number that we made (`assigned`), and in a later stage than we made it
    in, the row may be somebody else's: it is ours only if it has the party or a text that we wrote.

    Returns:
        The fields whose base it became, with the reason.
    """
    intent, link.intent = link.intent, None
    found: dict[str, Established] = {}
    if intent is None:
        return found
    stages = find_stages(kind, link, view)
    for intended in intent.writes:
        side = intended.ref.side
        row = view.crm if side is Side.CRM else view.erp.get(intended.member)
        if row is None or (intended.ref.row_id and row.ref.row_id != intended.ref.row_id):
            continue
        # Converted meanwhile, a prospect's row is in a later stage's role, and may still be ours.
        moved_on = not kind.takes(row)
        if intended.member == stages.foreign or (moved_on and not kind.plays(intended.member, row)):
            continue
        ours = side is Side.CRM and intended.op == "create"
        compiled = (stages.crm if side is Side.CRM else stages.erp) or kind.maps[0]
        happened = intended.fields if ours else _happened(compiled, link, view, refs, intended)
        doubtful = (assigned or moved_on) and intended.op == "create" and not ours
        if doubtful and not _telling(compiled, happened):
            continue
        link.base = {**link.base, **happened}
        reason = (
            f"the service wrote it to the {side.upper()} (plan {intent.plan} of {intent.at}) and "
            "got no answer; it was found there"
        )
        found.update({name: Established(agreed, reason) for name, agreed in happened.items()})
        if intended.op == "create" and len(happened) == len(intended.fields):
            link.made = link.made or not link.has(side)
        if ours:
            link.bind(side, intended.member, row.ref.row_id)
    return found


def _telling(compiled: CompiledMap, happened: Mapping[str, Agreed]) -> bool:
    """Whether what is equal tells whose the row is: a currency is everybody's."""
    return any(
        agreed.erp is not None
        and (not compiled.fields[name].lookup or _names_party(compiled, name))
        for name, agreed in happened.items()
        if name in compiled.fields
    )


def _names_party(compiled: CompiledMap, name: str) -> bool:
    return compiled.fields[name].erp.column == compiled.map.anchor.alias


def _happened(
    compiled: CompiledMap, link: Link, view: View, refs: References, intended: IntendedWrite
) -> dict[str, Agreed]:
    side = intended.ref.side
    reading = compiled.read(side, view.images(side), refs, link.company)
    return {
        name: agreed
        for name, agreed in intended.fields.items()
        if reading.get(name, intended) == agreed.of(side)
    }


def intended_refs(link: Link) -> list[RowRef]:
    """The rows to read before an unanswered intent can be judged."""
    if link.intent is None:
        return []
    return [write.ref for write in link.intent.writes if write.ref.row_id]


def learn_decision(link: Link, decision: Decision, now: str) -> None:
    """Save what a decision found out without writing anything."""
    link.rows = {**link.rows, **decision.bind}
    if decision.contested:
        contest(link)
    link.base = {**link.base, **decision.agreed}
    if decision.alias is not None:
        link.alias = decision.alias
    if decision.map_digest is not None:
        link.map_digest = decision.map_digest
    if decision.stage is not None and decision.plan is None:
        link.stage = decision.stage
    if decision.plan is None and decision.state in _MERGED:
        link.fields = dict(decision.marks)
    link.problem = decision.problem or _first_problem(decision)
    link.waiting_on, link.state = decision.waits, decision.state
    link.left = decision.left
    if decision.state is LinkState.SETTLED and decision.plan is None:
        link.attempts, link.master, link.settled_at = 0, None, now
        link.filled = {}
    if decision.forget:
        forget(link)


def contest(link: Link) -> None:
    """Its number is another record's: the ERP's rows are not its own.

    The CRM's row stays with it where something was agreed; else it may take another number, and
    be another record then.
    """
    crm = f"{Side.CRM}."
    agreed = link.base or link.made
    link.rows = {n: row for n, row in link.rows.items() if agreed and n.startswith(crm)}


def _first_problem(decision: Decision) -> Problem | None:
    """What a person sees first of a link in conflict: above all that its number is taken."""
    found = [conflict for conflict in decision.conflicts if conflict.state is ConflictState.OPEN]
    found.sort(key=lambda conflict: conflict.kind is not ConflictKind.NUMBER_TAKEN)
    for conflict in found[:1]:
        return Problem(conflict.kind.value, conflict.message, field=conflict.field, at=conflict.at)
    return None


def forget(link: Link) -> None:
    """Both records are gone: what comes under this key later is a new record."""
    link.rows, link.base, link.fields, link.rewrites, link.filled = {}, {}, {}, {}, {}
    link.stage = link.alias = link.intent = link.master = None
    link.made = False
    link.generation += 1


def bound_rows(link: Link, tables: Mapping[str, str]) -> list[RowRef]:
    """Every row of the link, as references.

    Args:
        link: The link.
        tables: `side.member` → the entity set.
    """
    return [
        RowRef(Side(name.split(".", 1)[0]), tables[name], row_id)
        for name, row_id in link.rows.items()
        if name in tables
    ]


_MERGED = {LinkState.SETTLED, LinkState.WAITING, LinkState.CONFLICT}
