"""Blocked: what keeps a record from a stage: a side that went back, or a number that is taken."""

from __future__ import annotations

from sync.core import finding
from sync.core.conflict import Conflict, ConflictKind
from sync.core.kinds import Kind
from sync.core.link import Agreed, Link, LinkState
from sync.core.plan import Decision
from sync.core.references import References
from sync.core.row import Side
from sync.core.sides import of_number, of_state
from sync.core.stage import FIELD as STAGE
from sync.core.stage import Stages
from sync.core.view import Context, View


def went_back(link: Link, stages: Stages, context: Context) -> Decision:
    """One side went back behind the stage that both were in."""
    crm = stages.crm.map.stage if stages.crm else None
    erp = stages.erp.map.stage if stages.erp else None
    message = (
        f"{finding.name_of(link)}: it was {link.stage} on both sides and one side went back "
        f"(CRM: {crm}, ERP: {erp}), which is not possible. Set it to {link.stage} again."
    )
    conflict = finding.of_kind(
        link,
        ConflictKind.STAGE,
        context,
        message=message,
        policy="a stage never goes back",
        field=STAGE,
        sides=of_state(crm, erp, Agreed(link.stage, link.stage)),
        side=Side.CRM if stages.target is stages.erp else Side.ERP,
    )
    return Decision(LinkState.CONFLICT, conflicts=[conflict])


def number_taken(
    kind: Kind, link: Link, view: View, member: str, refs: References, context: Context
) -> Conflict:
    """The ERP has a record of another party under the number, in a later stage's place."""
    message = (
        f"{finding.name_of(link)}: the ERP has a {member} with this number that belongs to another "
        "party. Renumber or merge one of them in the ERP; both sides stay as they are until then."
    )
    return finding.of_kind(
        link,
        ConflictKind.NUMBER_TAKEN,
        context,
        message=message,
        policy="conversion keeps number and party",
        field="number",
        sides=of_number(kind, link, view, refs),
        by_value=False,
        side=Side.ERP,
    )
