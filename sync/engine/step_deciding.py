"""Deciding a step: everybody who takes part decides as if those before it were written already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec

from sync.core import finding
from sync.core.apply import recover
from sync.core.conflict import Conflict, ConflictState
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import Link
from sync.core.provenance import Established
from sync.core.references import References
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.core.view import Context
from sync.engine.companions import Company
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.step import Step, erp_only, erp_part, guard_of, moves


class StepTold(msgspec.Struct, frozen=True):
    """What the decisions of a step are told beside the rows.

    Attributes:
        now: The time.
        running: The ids of the maps that run.
        rewrite_budget: How often one field may go back and forth before a person is asked.
        disputes: Link id → its open conflicts and what was decided about them.
        rules: Map id → the owners that persons gave its fields.
    """

    now: str
    running: Collection[str]
    rewrite_budget: int
    disputes: Mapping[str, Mapping[str, Conflict]]
    rules: Mapping[str, Mapping[str, OwnerRule]]


class Lacking(msgspec.Struct, frozen=True):
    """Why a step is not made: one who takes part cannot.

    Attributes:
        held: Who.
        disputed: What a person has to decide first; `None` where something has to come first.
    """

    held: InHand
    disputed: Conflict | None

    @property
    def message(self) -> str:
        """Why, in words without a full stop."""
        problem = self.held.decision.problem
        if self.disputed is not None:
            return self.disputed.message
        if problem is not None:
            return problem.message.rstrip(".")
        return f"{finding.name_of(self.held.claim.link)} is {self.held.decision.state}"


def decide_step(
    kinds: Kinds,
    company: Company,
    batch: Batch,
    refs: References,
    told: StepTold,
    established: Callable[[Link, Mapping[str, Established], Context], None],
) -> Step:
    """Let every link decide as if those before it were in the ERP already.

    Args:
        kinds: All kinds.
        company: Who takes part.
        batch: Their rows.
        refs: What their lookups resolve to.
        told: What the decisions are told beside them.
        established: Hears what was found of each after a lost answer.
    """
    assumed = refs.assuming(company.ids)
    members: list[InHand] = []
    leader = company.leader
    for claim in company.in_order():
        link = claim.link
        converted = company.converted is not None and link.id == company.converted.id
        kind = kinds[link.kind]
        view = batch.view(link)
        context = Context(
            now=told.now,
            running=told.running,
            map_id=kind.for_stage(link.stage).map.id,
            sources=batch.sources(link, view),
            together=True,
            stage=kind.maps[-1].map.stage if converted else None,
            asker=finding.name_of(leader.claim.link) if converted else None,
            rewrite_budget=told.rewrite_budget,
            disputes=told.disputes.get(link.id, {}),
            rules=told.rules,
        )
        if claim is company.leader.claim:
            view = msgspec.structs.replace(view, lines=())
        established(link, recover(kind, link, view, assumed), context)
        decision = decide(kind, link, view, assumed, context)
        held = InHand(claim, context, erp_only(link, decision))
        members.append(held)
        if claim is company.leader.claim:
            leader = held
    guard = guard_of(company, leader, batch) if company.converted is not None else ()
    return Step(leader, members, guard)


def lacking(step: Step) -> Lacking | None:
    """Who keeps a step from being made: it is made whole or not at all."""
    for held in step.members:
        open_ones = [c for c in held.decision.conflicts if c.state is ConflictState.OPEN]
        missing = erp_part(held.decision) is None and not held.claim.link.has(Side.ERP)
        goes = held is not step.leader or moves(held)
        if not goes or missing or open_ones:
            return Lacking(held, open_ones[0] if open_ones else None)
    return None
