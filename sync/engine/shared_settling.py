"""Shared settling: how the links of a step that is made together are given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sync.core import finding
from sync.core.apply import learn_decision
from sync.core.conflict import Conflict, ConflictKind, ConflictState
from sync.core.link import LinkState, Problem
from sync.core.plan import Part
from sync.core.row import Side
from sync.core.sides import of_held
from sync.core.values import Unresolved
from sync.core.write import Refused, Written
from sync.engine.in_hand import InHand
from sync.engine.receipts import receipt_of
from sync.engine.settling import Settling
from sync.errors import AlreadyExists, ContractBroken, PreconditionFailed, Rejected, RowMissing
from sync.ports import Claim

_SOON = 1.0
"""Seconds until a step is tried again that somebody else holds a part of."""
_EITHER = " It could not be undone either: "
_TRIES = 6
"""How often a step that meets other rows than it expected is tried before a person is asked."""


class SharedSettling(Settling):
    """Settling, for steps that several links make together.

    The document that leads the step answers for all: it alone waits, is tried again or stands in a
    conflict. The others go back as they came, and are due, so that nothing of theirs is missed.

    Attributes:
        retried: The links whose held order a person wants to be tried again, with the conflict.
    """

    retried: Mapping[str, Conflict] = {}

    def untouched(self, claims: Iterable[Claim]) -> None:
        """Give links back as they came, due at once."""
        due = self._clock.now()
        for claim in claims:
            self.saving.give_back(claim, due, settled=False)

    def postponed(self, leader: InHand, waits: Sequence[Unresolved]) -> None:
        """Something has to be known, or given back by somebody else, first."""
        link, decision = leader.claim.link, leader.decision
        self.saving.disputes.begin(link, decision.conflicts, leader.context.disputes)
        learn_decision(link, decision, leader.context.now)
        self.saving.provenance.decided(link, decision, leader.context)
        link.outcome = "postponed"
        if not waits:
            self.saving.again(leader.claim, _SOON)
            return
        link.state = LinkState.WAITING
        link.waiting_on = tuple(dict.fromkeys(token for wait in waits for token in wait.tokens))
        cure = "It goes on by itself once that is on both sides."
        link.problem = Problem("dependency_missing", f"{waits[0].message}.", cure)
        self.saving.give_back(leader.claim)

    def held_back(self, leader: InHand, conflict: Conflict, waits: Sequence[Unresolved]) -> None:
        """Undoing has to know every order of the document first; until then it stays asked for."""
        self.postponed(leader, waits)
        self.saving.disputes.add(leader.claim.link, conflict)

    def held(
        self, leader: InHand, message: str, cure: str | None, written: Sequence[InHand]
    ) -> None:
        """The step is refused: nothing of it happened, and a person tries again or undoes it."""
        link, now = leader.claim.link, leader.context.now
        what_now = cure or "Remove the cause and retry, or undo the order."
        told = f"{finding.name_of(link)}: its order is held. {message} {what_now}"
        compiled = self._kinds[link.kind].for_stage(link.stage)
        others = [held.claim.link for held in written if held.claim.link.id != link.id]
        conflict = finding.of_kind(
            link,
            ConflictKind.HELD_ORDER,
            leader.context,
            message=told,
            policy="an order is made whole or not at all",
            sides=of_held(
                compiled, link, self.batch.view(link), map(finding.name_of, others), message
            ),
            by_value=False,
            side=Side.ERP,
            detail=(message,),
        )
        self.saving.disputes.begin(link, [*leader.decision.conflicts, conflict])
        asked = self.retried.get(link.id)
        if asked is not None and asked.id == conflict.id:
            self.saving.disputes.rewrite(msgspec.structs.replace(asked, asked=None, asked_by=None))
        link.state, link.intent = LinkState.CONFLICT, None
        link.attempts = 0  # what a person asks for is tried as often as the first time
        link.outcome = "held"
        link.problem = Problem(ConflictKind.HELD_ORDER.value, told, what_now, Side.ERP, at=now)
        referred = [
            token
            for held in written
            for part in held.parts
            for token in self._referred(held.claim.link, part)
        ]
        link.waiting_on = tuple(dict.fromkeys(referred))
        self.saving.give_back(leader.claim)

    def undone(self, held: InHand, part: Part, conflict: Conflict) -> None:
        """A held order was taken back in the CRM, or could not be."""
        link, outcome = held.claim.link, held.outcomes[Side.CRM]
        now = held.context.now
        self.saving.receipt(receipt_of(link, held.decision, part, outcome, held.context))
        if isinstance(outcome, Written):
            link.intent, link.problem, link.outcome = None, None, "undone"
            link.attempts = 0
            closed = msgspec.structs.replace(
                conflict,
                state=ConflictState.RESOLVED,
                resolved_at=now,
                resolved_by=conflict.asked_by,
                policy=f"{conflict.policy}; it was undone",
            )
            self.saving.disputes.begin(link, [closed])
            self.saving.disputes.rewrite(closed)
            self.saving.again(held.claim)
            return
        error = outcome.error
        if not outcome.unknown:
            link.intent = None
        if isinstance(error, Rejected | ContractBroken):
            self.not_undone(held, conflict, error.message, error.cure)
            return
        self.saving.disputes.begin(link, [conflict])
        self.saving.retry(held.claim, Side.CRM, error)

    def not_undone(
        self, leader: InHand, conflict: Conflict, message: str, cure: str | None
    ) -> None:
        """A held order cannot be taken back: it stays held, and a person asks anew."""
        link = leader.claim.link
        held = conflict.message.partition(_EITHER)[0]
        told = f"{held}{_EITHER}{message}"
        self.saving.disputes.begin(link, [conflict])
        again = msgspec.structs.replace(conflict, message=told, asked=None, asked_by=None)
        self.saving.disputes.rewrite(again)
        link.state = LinkState.CONFLICT
        link.problem = Problem(
            ConflictKind.HELD_ORDER.value, told, cure, Side.CRM, at=leader.context.now
        )
        self.saving.give_back(leader.claim)

    def refused_together(self, leader: InHand, written: Sequence[InHand], outcome: Refused) -> None:
        """The ERP did not make the step, or nobody knows."""
        error = outcome.error
        for held in written:
            for part in held.parts:
                self.saving.receipt(
                    receipt_of(held.claim.link, held.decision, part, outcome, held.context)
                )
            if not outcome.unknown:
                held.claim.link.intent = None
        others = [held.claim for held in written if held is not leader]
        link = leader.claim.link
        link.outcome = f"{Side.ERP} {error.code}"
        match error:
            case Rejected():
                self.held(leader, f"The ERP says: {error.message}", error.cure, written)
            case ContractBroken():
                writes = [str(w.ref) for p in leader.parts for w in p.writes]
                self.saving.dead(leader.claim, error, {"writes": writes}, Side.ERP)
            case AlreadyExists() | PreconditionFailed() | RowMissing() if link.attempts < _TRIES:
                self._soon(leader.claim)
            case AlreadyExists() | PreconditionFailed() | RowMissing():
                self.held(leader, f"The ERP says: {error.message}", error.cure, written)
            case _:
                self.saving.retry(leader.claim, Side.ERP, error)
        self.untouched(others)
