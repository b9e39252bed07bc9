"""Taken: the ERP has a record under a number that was made for a record of the CRM."""

from __future__ import annotations

from sync.core.kinds import Kind
from sync.core.link import LinkState, Problem
from sync.core.plan import Decision
from sync.core.references import References
from sync.core.row import Side
from sync.core.stage import Stages
from sync.core.values import Unresolved
from sync.core.view import View


def met(kind: Kind, view: View, stages: Stages, refs: References) -> Decision | None:
    """What follows from it; `None` when nothing is there, or it is the same party's.

    A number that people give joins two records; one that is made of a name joins nobody who only
    happens to be called alike.
    """
    if not any(compiled.map.anchor.name in view.erp for compiled in kind.maps):
        return None
    same = same_party(view, stages, refs)
    if isinstance(same, Unresolved):
        problem = Problem("dependency_missing", same.message + ".", side=Side.CRM)
        return Decision(LinkState.WAITING, waits=same.tokens, problem=problem)
    return None if same else Decision(LinkState.DUE, renumber=True)


def same_party(view: View, stages: Stages, refs: References) -> bool | Unresolved | None:
    """Whether the CRM's row names the party of the ERP's; `None` where it names none."""
    erp = stages.erp
    for field in erp.fields.values() if erp is not None and stages.crm is not None else ():
        if erp is None or field.erp.column != erp.map.anchor.alias:
            continue
        ours = erp.read_field(Side.CRM, field, view.images(Side.CRM), refs, None)
        theirs = erp.read_field(Side.ERP, field, view.images(Side.ERP), refs, None)
        if isinstance(ours, Unresolved):
            return ours
        if ours is not None:
            return bool(ours == theirs)
    return None
