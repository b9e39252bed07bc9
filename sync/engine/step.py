"""A step: what a document and its companions write to the ERP in one change set."""

from __future__ import annotations

import msgspec

from sync.core.lifecycle import FIELD
from sync.core.link import Link
from sync.core.plan import Decision, Part, Plan, plan_id
from sync.core.row import Lookup, Scalar, Side
from sync.core.write import ChangeSet, Outcome, Write, WriteOp, Written
from sync.engine.companions import Company
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch


class Step(msgspec.Struct):
    """What a document and its companions write together.

    Attributes:
        leader: The document.
        members: Everybody, in the order in which the ERP has to make the step.
        guard: Writes that change nothing and hold the document to the version decided on.
    """

    leader: InHand
    members: list[InHand]
    guard: tuple[Write, ...] = ()

    @property
    def written(self) -> list[InHand]:
        """The links that write, in the order of the change set."""
        return [held for held in self.members if erp_part(held.decision) is not None]

    @property
    def quiet(self) -> list[InHand]:
        """The links that have nothing to write."""
        return [held for held in self.members if erp_part(held.decision) is None]

    def changeset(self) -> ChangeSet:
        """All of it, whole or not at all."""
        plan = self.leader.decision.plan
        writes = tuple(write for held in self.written for write in _part(held).writes)
        return ChangeSet(f"{plan.id if plan else ''}-{Side.ERP}", (*self.guard, *writes))

    def answered(self, outcome: Outcome) -> None:
        """Give each link its part of the answer."""
        at = len(self.guard)
        for held in self.written:
            until = at + len(_part(held).writes)
            held.outcomes[Side.ERP] = (
                Written(outcome.rows[at:until]) if isinstance(outcome, Written) else outcome
            )
            at = until


def erp_part(decision: Decision) -> Part | None:
    """What a decision writes to the ERP, if it does."""
    parts = decision.plan.parts if decision.plan else ()
    return next((part for part in parts if part.side is Side.ERP), None)


def _part(held: InHand) -> Part:
    part = erp_part(held.decision)
    if part is None:  # only links that write are asked
        raise LookupError(held.claim.link.key)
    return part


def erp_only(link: Link, decision: Decision) -> Decision:
    """The decision without what it would write in the CRM: that comes once the ERP has agreed."""
    part = erp_part(decision)
    if decision.plan is None:
        return decision
    if part is None:
        return msgspec.structs.replace(decision, plan=None)
    # What is agreed of the stage is known only once the CRM has followed.
    intended = tuple(msgspec.structs.replace(one, stage=None) for one in part.intended)
    part = msgspec.structs.replace(part, intended=intended)
    plan = Plan(plan_id(link.id, (part,)), decision.plan.map_digest, (part,))
    return msgspec.structs.replace(decision, plan=plan)


def guard_of(company: Company, leader: InHand, batch: Batch) -> tuple[Write, ...]:
    """A first write that changes nothing, on condition of the document's version.

    A conversion changes the documents of the prospect, so that the condition could not hold after
    it; before it, it says that the document is still as it was decided on.
    """
    for write in _part(leader).writes if erp_part(leader.decision) is not None else ():
        row = batch.rows.get(write.ref)
        if row is not None and write.op is WriteOp.UPDATE:
            same: dict[str, Scalar | Lookup] = {c: row.image.get(c) for c in company.way.update}
            return (Write(WriteOp.UPDATE, write.ref, same, row.version),)
    return ()


def moves(held: InHand) -> bool:
    """Whether the document's part still has its step."""
    part = erp_part(held.decision)
    return part is not None and any(FIELD in intended.fields for intended in part.intended)
