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
    erp = stages.erp
    for field in erp.fields.values() if erp is not None and stages.crm is not None else ():
        anchor = erp.map.anchor if erp is not None else None
        if erp is None or anchor is None or field.erp.column != anchor.alias:
            continue
        ours = erp.read_field(Side.CRM, field, view.images(Side.CRM), refs, None)
        theirs = erp.read_field(Side.ERP, field, view.images(Side.ERP), refs, None)
        if isinstance(ours, Unresolved):
            problem = Problem("dependency_missing", ours.message + ".", side=Side.CRM)
            return Decision(LinkState.WAITING, waits=ours.tokens, problem=problem)
        if ours is not None and ours == theirs:
            return None
    return Decision(LinkState.DUE, renumber=True)
