"""Shared settling: how the links of a step that is made together are given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sync.core import finding
from sync.core.apply import learn_decision
from sync.core.backoff import backoff
from sync.core.conflict import Conflict, ConflictKind, ConflictState
from sync.core.link import LinkState, Problem
from sync.core.plan import Part
from sync.core.row import Side
from sync.core.values import Unresolved
from sync.core.write import Refused, Written
from sync.engine.receipts import receipt_of
from sync.engine.settling import InHand, Settling
from sync.engine.times import later
from sync.errors import AlreadyExists, ContractBroken, PreconditionFailed, Rejected, RowMissing
from sync.ports import Claim

_SOON = 1.0
"""Seconds until a step is tried again that somebody else holds a part of."""
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

    def untouched(self, claims: Iterable[Claim], wait: float = 0.0) -> None:
        """Give links back as they came."""
        due = later(self._clock.now(), wait)
        for claim in claims:
            self._give_back(claim, due, settled=False)

    def postponed(self, leader: InHand, waits: Sequence[Unresolved]) -> None:
        """Something has to be known, or given back by somebody else, first."""
        link, decision = leader.claim.link, leader.decision
        self._disputes.begin(link, decision.conflicts)
        learn_decision(link, decision, leader.context.now)
        link.outcome = "postponed"
        if not waits:
            link.state = LinkState.DUE
            self._give_back(leader.claim, later(self._clock.now(), _SOON), settled=False)
            return
        link.state = LinkState.WAITING
        link.waiting_on = tuple(dict.fromkeys(token for wait in waits for token in wait.tokens))
        cure = "It goes on by itself once that is on both sides."
        link.problem = Problem("dependency_missing", f"{waits[0].message}.", cure)
        self._give_back(leader.claim, None)

    def held(
        self, leader: InHand, message: str, cure: str | None, written: Iterable[InHand]
    ) -> None:
        """The step is refused: nothing of it happened, and a person tries again or undoes it."""
        link, now = leader.claim.link, leader.context.now
        what_now = cure or "Remove the cause and retry, or undo the order."
        told = f"{finding.name_of(link)}: its order is held. {message} {what_now}"
        conflict = finding.of_kind(
            link,
            ConflictKind.HELD_ORDER,
            leader.context,
            message=told,
            policy="an order is made whole or not at all",
            detail=(message,),
        )
        self._disputes.begin(link, [*leader.decision.conflicts, conflict])
        asked = self.retried.get(link.id)
        if asked is not None and asked.id == conflict.id:
            self._disputes.rewrite(msgspec.structs.replace(asked, asked=None, asked_by=None))
        link.state, link.intent = LinkState.CONFLICT, None
        link.outcome = "held"
        link.problem = Problem(ConflictKind.HELD_ORDER.value, told, what_now, Side.ERP, at=now)
        referred = [
            token
            for held in written
            for part in _parts(held)
            for token in self._referred(held.claim.link, part)
        ]
        link.waiting_on = tuple(dict.fromkeys(referred))
        self._give_back(leader.claim, None)

    def undone(self, held: InHand, part: Part, conflict: Conflict) -> None:
        """A held order was taken back in the CRM, or could not be."""
        link, outcome = held.claim.link, held.outcomes[Side.CRM]
        now = held.context.now
        self._receipts.append(receipt_of(link, held.decision, part, outcome, now))
        if isinstance(outcome, Written):
            link.intent, link.problem, link.outcome = None, None, "undone"
            link.state, link.attempts = LinkState.DUE, 0
            closed = msgspec.structs.replace(
                conflict,
                state=ConflictState.RESOLVED,
                resolved_at=now,
                resolved_by=conflict.asked_by,
                policy=f"{conflict.policy}; it was undone",
            )
            self._disputes.begin(link, [closed])
            self._disputes.rewrite(closed)
            self._give_back(held.claim, self._clock.now(), settled=False)
            return
        error = outcome.error
        self._disputes.begin(link, [conflict])
        if not outcome.unknown:
            link.intent = None
        if not isinstance(error, Rejected | ContractBroken):
            self._retry(held.claim, Side.CRM, error)
            return
        told = f"{conflict.message} It could not be undone either: {error.message}"
        again = msgspec.structs.replace(conflict, message=told, asked=None, asked_by=None)
        self._disputes.rewrite(again)
        link.state = LinkState.CONFLICT
        link.problem = Problem(ConflictKind.HELD_ORDER.value, told, error.cure, Side.CRM, at=now)
        self._give_back(held.claim, None)

    def refused_together(self, leader: InHand, written: Sequence[InHand], outcome: Refused) -> None:
        """The ERP did not make the step, or nobody knows."""
        error = outcome.error
        for held in written:
            self._receipts += [
                receipt_of(held.claim.link, held.decision, part, outcome, held.context.now)
                for part in _parts(held)
            ]
            if not outcome.unknown:
                held.claim.link.intent = None
        others = [held.claim for held in written if held is not leader]
        link = leader.claim.link
        link.outcome = f"{Side.ERP} {error.code}"
        match error:
            case Rejected():
                self.held(leader, f"The ERP says: {error.message}", error.cure, written)
            case ContractBroken():
                writes = [str(w.ref) for p in _parts(leader) for w in p.writes]
                self._dead(leader.claim, error, {"writes": writes}, Side.ERP)
            case AlreadyExists() | PreconditionFailed() | RowMissing() if link.attempts < _TRIES:
                link.attempts += 1
                link.state = LinkState.DUE
                wait = backoff(link.attempts, link.id) if link.attempts > 1 else 0.0
                self._give_back(leader.claim, later(self._clock.now(), wait), settled=False)
            case AlreadyExists() | PreconditionFailed() | RowMissing():
                self.held(leader, f"The ERP says: {error.message}", error.cure, written)
            case _:
                self._retry(leader.claim, Side.ERP, error)
        self.untouched(others)


def _parts(held: InHand) -> Iterable[Part]:
    return held.decision.plan.parts if held.decision.plan else ()
